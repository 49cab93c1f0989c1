/** The page for everybody: `web/accessibility-criteria.md` has what each [number] asks for. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { fullFeed } from './full_feed.js';
import { Newsroom } from './newsroom.js';
import { barriers, eventually, newPage, numbers, openBrowser, openPage, status, story } from './reader.js';
import { STATES } from './states.js';

/** @import { Browser, Page } from 'playwright-core' */

/** @type {Newsroom} */
let newsroom;
/** @type {Browser} */
let browser;
before(async () => {
  [newsroom, browser] = await Promise.all([Newsroom.open(), openBrowser()]);
});
after(() => Promise.all([newsroom.close(), browser.close()]));

const TARGETS = 'a[href], button, summary, select, input, [role=button], [role=link]';

/** What can be pressed and is smaller than a fingertip, but links within a line of text. @param {Page} page */
function smallTargets(page) {
  return page.locator(TARGETS).evaluateAll((targets) =>
    targets
      .filter((target) => target.checkVisibility() && !target.matches('.skip, :is(.body, figcaption, .description, .colophon, .substitute, .withdrawal-note) *'))
      .filter((target) => {
        const { width, height } = target.getBoundingClientRect();
        return width < 24 || height < 24;
      })
      .map((target) => `${Math.round(target.getBoundingClientRect().width)}×${target.getBoundingClientRect().height} ${target.outerHTML}`),
  );
}

/** How many pixels the page is wider than its window. @param {Page} page */
function tooWide(page) {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth));
}

describe('in every state', () => {
  for (const [name, reach] of Object.entries(STATES)) {
    test(`${name}: axe finds nothing, targets are big enough, nothing is cut off [A1, A2]`, { timeout: 120_000 }, async () => {
      const { page, leave } = await reach({ newsroom, browser });
      try {
        assert.deepEqual(await barriers(page), []);
        assert.deepEqual(await smallTargets(page), []);
        assert.equal(await tooWide(page), 0);
        await page.setViewportSize({ width: 320, height: 640 });
        assert.deepEqual(await smallTargets(page), [], 'at 320 pixels');
        assert.equal(await tooWide(page), 0, 'at 320 pixels');
      } finally {
        await leave?.();
        await page.context().close();
      }
    });
  }
});

describe('however it is looked at', () => {
  for (const [name, options] of /** @type {const} */ ([
    ['at 320 pixels', { viewport: { width: 320, height: 640 } }],
    ['at 200 % zoom', { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 }],
    ['on a phone that lies on its side', { viewport: { width: 844, height: 390 } }],
  ])) {
    test(`${name} everything is there, and nothing scrolls sideways [A3]`, async () => {
      const { feed, main } = await fullFeed(newsroom);
      const page = await openPage(browser, feed.url, options);
      assert.deepEqual(await barriers(page), []);
      assert.equal(await tooWide(page), 0);
      assert.match(await story(page, main).innerText(), /The fifth\./);
    });
  }

  test('with letters twice as large, or set wide apart, nothing is cut off or covered [A4]', async () => {
    const { feed } = await fullFeed(newsroom);
    const page = await openPage(browser, feed.url, { viewport: { width: 1280, height: 900 } });
    for (const css of [
      'html { font-size: 200% !important }',
      '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }',
    ]) {
      const sheet = await page.evaluateHandle((text) => {
        const made = new CSSStyleSheet();
        made.replaceSync(text);
        document.adoptedStyleSheets.push(made);
        return made;
      }, css);
      assert.equal(await tooWide(page), 0, css);
      assert.deepEqual(await cutOff(page), [], css);
      await sheet.evaluate((made) => void document.adoptedStyleSheets.splice(document.adoptedStyleSheets.indexOf(made), 1));
    }
  });

  test('in forced colours the state of the page and of a button are told by shape and words [A5]', async () => {
    const { feed, main } = await fullFeed(newsroom);
    const page = await openPage(browser, feed.url, { forcedColors: 'active' });
    assert.deepEqual(await barriers(page), []);
    assert.equal(await page.locator('.status-words').innerText(), 'Live');
    await story(page, main).getByRole('button', { name: 'Like' }).click();
    await story(page, main).getByRole('button', { name: 'Like', pressed: true }).waitFor();
  });
});

/** Texts that their own box hides a part of. @param {Page} page */
function cutOff(page) {
  return page.locator('main :is(p, h1, h2, h3, button, a, time), .masthead *').evaluateAll((elements) =>
    elements
      .filter((element) => element.checkVisibility() && !element.closest('.visually-hidden, .table, pre'))
      .filter((element) => getComputedStyle(element).overflow !== 'visible' && element.scrollHeight > element.clientHeight + 1)
      .map(({ outerHTML }) => outerHTML),
  );
}

describe('the list of stories', () => {
  test('is a feed with a name, whose only children are articles, each named by its headline [A6]', async () => {
    const { feed, main } = await fullFeed(newsroom);
    const page = await openPage(browser, feed.url);
    const list = page.getByRole('feed');
    assert.equal(await list.count(), 1);
    assert.ok(await list.evaluate((element) => element.ariaLabel));
    const children = await list.evaluate((element) => [...element.children].map(({ tagName }) => tagName));
    assert.deepEqual([...new Set(children)], ['ARTICLE']);
    await page.getByRole('article', { name: 'The three allies are to meet' }).and(story(page, main)).waitFor();
    const unfocusable = await list.getByRole('article').evaluateAll((articles) => articles.filter(({ tabIndex }) => tabIndex !== 0).length);
    assert.equal(unfocusable, 0);
  });

  test('that goes on below counts all stories of the feed, those too that are not on the page [A7]', async () => {
    const feed = await newsroom.feed();
    await feed.pushMany(60, 'Short.');
    await feed.served();
    const page = await openPage(browser, feed.url);
    const places = await page.getByRole('article').evaluateAll((articles) => articles.map((each) => `${each.ariaPosInSet} of ${each.ariaSetSize}`));
    assert.equal(places.length, 50);
    assert.deepEqual([places[0], places.at(-1)], ['1 of 60', '50 of 60']);
  });

  test('is never left busy [A8]', async () => {
    const feed = await newsroom.feed();
    const page = await openPage(browser, feed.url);
    const all = await feed.pushMany(30, 'Short.');
    await eventually(() => numbers(page), all.toReversed());
    await eventually(() => page.locator('[aria-busy=true]').count(), 0);
  });

  test('has headings one below the other, whatever a body brings [A9]', async () => {
    const { feed } = await fullFeed(newsroom);
    const page = await openPage(browser, feed.url);
    const levels = await page.getByRole('heading').evaluateAll((headings) => headings.map(({ tagName }) => Number(tagName[1])));
    assert.equal(levels[0], 1);
    assert.equal(levels.filter((level) => level === 1).length, 1);
    for (const [index, level] of levels.entries()) assert.ok(level <= (levels[index - 1] ?? 0) + 1, `${levels}`);
  });
});

describe('with the keyboard alone', () => {
  test('every stop is seen, none is under the bar, and the way leads through and out again [A10]', async () => {
    const { feed } = await fullFeed(newsroom);
    const page = await openPage(browser, feed.url);
    const expected = await page.locator(`${TARGETS}, [tabindex="0"]`).evaluateAll(
      (stops) => stops.filter((stop) => stop.checkVisibility()).length,
    );
    const seen = new Set();
    for (let stop = 0; stop < expected; stop += 1) {
      await page.keyboard.press('Tab');
      const { place, ring, isCovered } = await focused(page);
      assert.notEqual(ring, 'none', place);
      assert.ok(!isCovered, place);
      seen.add(place);
    }
    assert.equal(seen.size, expected);
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement === document.body), true);
  });
});

/** What has the focus, and whether that can be seen. @param {Page} page */
function focused(page) {
  return page.evaluate(() => {
    const element = document.activeElement ?? document.body;
    const { top, height } = element.getBoundingClientRect();
    const bar = document.querySelector('.masthead')?.getBoundingClientRect().bottom ?? 0;
    const isInBar = element.closest('.masthead, .skip') !== null;
    return {
      place: `${[...document.querySelectorAll('*')].indexOf(element)} ${element.outerHTML.slice(0, 80)}`,
      ring: getComputedStyle(element).outlineStyle,
      isCovered: !isInBar && (top + Math.min(height, 8) > innerHeight || top + height <= bar),
    };
  });
}

describe('what is told', () => {
  test('is told politely, and again when the same happens again [A11]', async () => {
    const feed = await newsroom.feed();
    const page = await openPage(browser, feed.url);
    const region = page.locator('.announcer');
    assert.equal(await region.getAttribute('aria-live'), 'polite');
    await region.evaluate((element) => {
      Reflect.set(window, 'told', 0);
      new MutationObserver(() => element.textContent && Reflect.set(window, 'told', Reflect.get(window, 'told') + 1)).observe(element, {
        childList: true,
        characterData: true,
        subtree: true,
      });
    });
    const told = () => page.evaluate(() => Reflect.get(window, 'told'));
    await feed.push('The same again');
    await eventually(told, 1);
    await feed.push('The same again');
    await eventually(told, 2);
    assert.match(await region.innerText(), /The same again/);
  });

  test('by a status stands in words in a region of its own [A12]', async () => {
    const feed = await newsroom.feed();
    const page = await newPage(browser);
    await page.goto(feed.url);
    await status(page, 'Live');
    assert.equal(await page.getByRole('status').innerText(), 'Live');
    await page.context().setOffline(true);
    await eventually(() => page.getByRole('status').innerText(), 'Offline');
  });

  test('by a button is its name and its state [A13]', async () => {
    const feed = await newsroom.feed();
    const number = await feed.push('Likable');
    await feed.served();
    const page = await openPage(browser, feed.url);
    await story(page, number).getByRole('button', { name: 'Like', pressed: false }).click();
    await story(page, number).getByRole('button', { name: 'Like', pressed: true }).waitFor();
  });
});

describe('words and pictures', () => {
  test('the page, each feed and each story say what language they are in, and which way it runs [A14]', async () => {
    const feed = await newsroom.feed('--language', 'en');
    const arabic = await feed.push('بدء المحادثات في أنابوليس', '--language', 'ar', '--body', 'وصلت الوفود الثلاثة.');
    await feed.served();
    const page = await openPage(browser, feed.url);
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    const headline = story(page, arabic).locator('.headline');
    assert.equal(await headline.evaluate((element) => element.closest('[lang]')?.getAttribute('lang')), 'ar');
    assert.equal(await headline.evaluate((element) => getComputedStyle(element).direction), 'rtl');
    assert.equal(await story(page, arabic).locator('.body').evaluate((element) => getComputedStyle(element).direction), 'rtl');
  });

  test('each page has a title that says where one is [A15]', async () => {
    const { feed, main } = await fullFeed(newsroom);
    const page = await openPage(browser, feed.url);
    assert.match(await page.title(), /^Live News Feed/);
    await page.goto(feed.storyUrl(main));
    assert.match(await page.title(), /^The three allies are to meet – Live News Feed/);
  });

  test('every picture has words in its place [A16]', async () => {
    const { feed } = await fullFeed(newsroom);
    const page = await openPage(browser, feed.url);
    const words = await page.locator('img').evaluateAll((pictures) => pictures.map((picture) => picture.getAttribute('alt')));
    assert.ok(words.length > 0);
    assert.ok(words.every(Boolean), `${words}`);
  });
});
