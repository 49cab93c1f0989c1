/** A feed of thousands of stories, and a page that is open all night: a bounded part is in the document. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { MOST } from '../../../web/feed/window.js';
import { Newsroom } from './newsroom.js';
import { eventually, numbers, openBrowser, openPage, story } from './reader.js';

/** @import { Browser, CDPSession, Page } from 'playwright-core' */
/** @import { Feed } from './newsroom.js' */

const STORIES = 2_000;
const WITHIN = 120_000; // ms for a way through all of them

/** @type {Newsroom} */
let newsroom;
/** @type {Browser} */
let browser;
/** @type {Feed} */
let long;
/** @type {number[]} */
let all;
before(async () => {
  [newsroom, browser] = await Promise.all([Newsroom.open(), openBrowser()]);
  long = await newsroom.feed();
  all = await long.pushMany(STORIES, 'A paragraph of the text. '.repeat(4));
  await long.served();
});
after(() => Promise.all([newsroom.close(), browser.close()]));

/** Turns the wheel until something is so. @param {Page} page @param {number} pixels @param {() => Promise<boolean>} isSo */
async function scroll(page, pixels, isSo) {
  await page.mouse.move(600, 500);
  await eventually(async () => {
    await page.mouse.wheel(0, pixels);
    return isSo();
  }, true, WITHIN);
}

/** Holds an answer back that the server has given. @param {Page} page @param {string} address */
async function hold(page, address) {
  /** @type {() => void} */
  let goOn = () => {};
  const going = new Promise((resolve) => (goOn = () => resolve(undefined)));
  let asked = false;
  await page.route(address, async (route) => {
    const response = await route.fetch();
    asked = true;
    await going;
    await route.fulfill({ response });
  });
  return { goOn, isAsked: () => asked };
}

/** Keeps how many articles there were at most. @param {Page} page @returns {Promise<() => Promise<number>>} */
async function mostArticles(page) {
  await page.locator('.stories').evaluate((list) => {
    Reflect.set(window, 'most', 0);
    new MutationObserver(() => {
      Reflect.set(window, 'most', Math.max(Reflect.get(window, 'most'), list.childElementCount));
    }).observe(list, { childList: true });
  });
  return () => page.evaluate(() => Reflect.get(window, 'most'));
}

/** @param {Page} page @param {number} number */
const place = (page, number) =>
  story(page, number).evaluate((article) => `${article.ariaPosInSet} of ${article.ariaSetSize}`);

/** The first story in sight. @param {Page} page */
const firstInSight = (page) =>
  page.locator('.stories > article').evaluateAll((articles) => {
    const seen = articles.find((each) => each.getBoundingClientRect().top > 60);
    return Number(seen instanceof HTMLElement && seen.dataset.number);
  });

/** Whether the stories stand in a row without a gap. @param {number[]} shown */
function isRow(shown) {
  const from = all.indexOf(Math.min(...shown));
  return JSON.stringify(shown) === JSON.stringify(all.slice(from, from + shown.length).toReversed());
}

describe('with JavaScript off', () => {
  test('the whole feed can be paged through, and back', async () => {
    const page = await openPage(browser, long.url, { javaScriptEnabled: false });
    for (let turn = 1; turn <= 3; turn += 1) {
      await page.getByRole('link', { name: 'Older stories' }).click();
      const shown = all.toReversed().slice(50 * turn, 50 * turn + 50);
      await eventually(() => numbers(page), shown);
    }
    await page.getByRole('link', { name: 'Newer stories' }).click();
    await eventually(() => numbers(page), all.toReversed().slice(100, 150));
    await page.getByRole('link', { name: 'Newest stories' }).click();
    await eventually(() => numbers(page), all.toReversed().slice(0, 50));
  });
});

describe('a feed of two thousand stories', () => {
  test('comes and goes as one scrolls, down to the first and up again, a bounded part at a time', async () => {
    const page = await openPage(browser, long.url);
    const most = await mostArticles(page);
    const first = /** @type {number} */ (all[0]);
    const last = /** @type {number} */ (all.at(-1));
    assert.equal(await place(page, last), `1 of ${STORIES}`);
    await scroll(page, 20_000, async () => (await numbers(page)).includes(first));
    assert.ok(isRow(await numbers(page)));
    await eventually(() => place(page, first), `${STORIES} of ${STORIES}`);
    assert.ok(await page.getByRole('link', { name: 'Older stories' }).isHidden());
    await scroll(page, -20_000, async () => (await numbers(page)).includes(last));
    assert.ok(isRow(await numbers(page)));
    await eventually(() => place(page, last), `1 of ${STORIES}`);
    assert.ok((await most()) <= MOST + 50, `${await most()} articles`);
    await eventually(() => page.locator('.stories').getAttribute('aria-busy'), null);
  });

  test('can be read from its first story on, too', async () => {
    const page = await openPage(browser, `${long.url}?order=oldest`);
    const middle = /** @type {number} */ (all[400]);
    await scroll(page, 10_000, async () => (await numbers(page)).includes(middle));
    await eventually(() => place(page, middle), `401 of ${STORIES}`);
    const first = /** @type {number} */ (all[0]);
    assert.ok(!(await numbers(page)).includes(first));
    await scroll(page, -10_000, async () => (await numbers(page)).includes(first));
    await eventually(() => place(page, first), `1 of ${STORIES}`);
  });

  test('keeps the line that is being read while newer stories come in above it', async () => {
    const page = await openPage(browser, `${long.url}?before=${all[1_000]}`);
    const held = await hold(page, '**/*after=*');
    await page.mouse.move(600, 500);
    await page.mouse.wheel(0, 900);
    await eventually(() => held.isAsked(), true);
    // The scroll has settled once two frames see the same.
    await page.evaluate(async () => {
      for (let seen = -1; seen !== scrollY; ) {
        seen = scrollY;
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      }
    });
    const read = await firstInSight(page);
    const top = () => story(page, read).evaluate((article) => article.getBoundingClientRect().top);
    const placeBefore = await top();
    held.goOn();
    await eventually(
      async () => (await numbers(page)).length,
      (count) => count > 50,
    );
    const moved = (await top()) - placeBefore;
    assert.ok(Math.abs(moved) < 1, `moved by ${moved} pixels`);
  });

  test('keeps the focus within the feed when the story that had it leaves', async () => {
    const page = await openPage(browser, long.url);
    const last = /** @type {number} */ (all.at(-1));
    await story(page, last).focus();
    await scroll(page, 20_000, async () => !(await numbers(page)).includes(last));
    assert.ok(await page.evaluate(() => document.activeElement?.matches('.stories > article')));
  });

  test('finds with the browser what is in the document, however far', async () => {
    const page = await openPage(browser, long.url);
    const fortieth = /** @type {number} */ (all.at(-40));
    const headline = await story(page, fortieth).locator('.headline').innerText();
    assert.ok(await page.evaluate((text) => Reflect.get(window, 'find')(text), headline));
    await eventually(
      () => story(page, fortieth).evaluate((article) => article.getBoundingClientRect().top < innerHeight),
      true,
    );
  });

  test('leads to a new story from wherever its reader is, in either order', async () => {
    const feed = await newsroom.feed();
    const many = await feed.pushMany(300, 'A paragraph of the text. '.repeat(4));
    await feed.served();
    for (const [query, end] of /** @type {const} */ ([
      ['?order=newest', many[0]],
      ['?order=oldest', many[60]],
    ])) {
      const page = await openPage(browser, feed.url + query, { reducedMotion: 'reduce' });
      await scroll(page, 10_000, async () => (await numbers(page)).includes(end ?? 0));
      const first = await feed.push('The first of two', '--body', 'A paragraph of the text. '.repeat(300));
      const second = await feed.push('The second of two', '--body', 'A paragraph of the text. '.repeat(300));
      const button = page.getByRole('button', { name: '2 new stories' });
      await button.waitFor();
      assert.equal(await button.getAttribute('data-way'), query === '?order=newest' ? 'up' : 'down');
      await button.click();
      const led = query === '?order=newest' ? second : first;
      await eventually(() => page.evaluate(() => document.activeElement?.id), `story-${led}`);
      await eventually(async () => {
        const shown = await numbers(page);
        return shown.includes(first) && shown.includes(second);
      }, true);
      await page.locator('.news-above-button').waitFor({ state: 'hidden' });
    }
  });

  test('shows no text that was withdrawn while it was on its way', async () => {
    const feed = await newsroom.feed();
    const numbersOf = await feed.pushMany(120, 'A secret text.');
    await feed.served();
    const page = await openPage(browser, feed.url);
    const wrong = /** @type {number} */ (numbersOf[60]);
    const held = await hold(page, '**/*before=*');
    await scroll(page, 5_000, async () => held.isAsked());
    const newest = await feed.push('To know that the page has it', '--key-event');
    await feed.do('kill', `${wrong}`, '--yes');
    await page.locator(`.key-events li[data-number="${newest}"]`).waitFor({ state: 'attached' });
    const later = await feed.push('And that it has the kill', '--key-event');
    await page.locator(`.key-events li[data-number="${later}"]`).waitFor({ state: 'attached' });
    held.goOn();
    await eventually(async () => (await numbers(page)).includes(wrong), true);
    assert.match(await story(page, wrong).innerText(), /withdrawn/);
    assert.doesNotMatch(await story(page, wrong).innerText(), /secret/);
  });
});

describe('a page that is open all night', () => {
  /** @param {CDPSession} session */
  async function weight(session) {
    await session.send('HeapProfiler.collectGarbage');
    const { metrics } = await session.send('Performance.getMetrics');
    const of = (/** @type {string} */ name) => metrics.find((each) => each.name === name)?.value ?? 0;
    return { heap: of('JSHeapUsedSize'), nodes: of('Nodes'), layouts: of('LayoutCount') };
  }

  /** @param {Page} page */
  async function measured(page) {
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    await session.send('HeapProfiler.enable');
    return session;
  }

  test('takes no more memory after ten thousand entries than after half of them', { timeout: 600_000 }, async () => {
    const feed = await newsroom.feed();
    const page = await openPage(browser, feed.url);
    const session = await measured(page);
    const half = async () => {
      const last = (await feed.pushMany(5_000, 'A paragraph of the text. ')).at(-1) ?? 0;
      await story(page, last).waitFor({ timeout: WITHIN });
      // While it is highlighted, a story is kept that may have left.
      await page.locator('.is-fresh').first().waitFor({ state: 'detached', timeout: WITHIN });
      return weight(session);
    };
    const first = await half();
    const second = await half();
    assert.ok((await numbers(page)).length <= MOST);
    assert.ok(second.nodes < first.nodes * 1.1, `${first.nodes} nodes, then ${second.nodes}`);
    assert.ok(second.heap < first.heap * 1.1 + 500_000, `${first.heap} bytes, then ${second.heap}`);
  });

  test('lays out a burst of two hundred stories in few steps', async () => {
    const feed = await newsroom.feed();
    await feed.pushMany(60);
    await feed.served();
    const page = await openPage(browser, feed.url, { reducedMotion: 'reduce' });
    const session = await measured(page);
    const { layouts: layoutsBefore } = await weight(session);
    const last = (await feed.pushMany(200)).at(-1) ?? 0;
    await story(page, last).waitFor();
    const { layouts } = await weight(session);
    assert.ok(layouts - layoutsBefore < 60, `${layouts - layoutsBefore} layouts`);
  });
});
