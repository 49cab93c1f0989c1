/** The page as it comes from the server: without JavaScript first, then on every screen. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { fullFeed } from './full_feed.js';
import { Newsroom } from './newsroom.js';
import { barriers, eventually, newPage, numbers, openBrowser, openPage, story } from './reader.js';

/** @import { Browser } from 'playwright-core' */

/** @type {Newsroom} */
let newsroom;
/** @type {Browser} */
let browser;
before(async () => {
  [newsroom, browser] = await Promise.all([Newsroom.open(), openBrowser()]);
});
after(() => Promise.all([newsroom.close(), browser.close()]));

describe('with JavaScript off', () => {
  const options = { javaScriptEnabled: false };

  test('the page is complete: every part has its place [A23]', async () => {
    const { feed, first, main, rich, wrong, held } = await fullFeed(newsroom);
    const page = await openPage(browser, feed.url, options);
    assert.deepEqual(await numbers(page), [first, held, wrong, rich, main]);
    const head = await page.locator('.feed-head').innerText();
    assert.match(head, /NEWS UPDATE\s+Live News Feed\s+As it happens\./);
    const told = await story(page, main).innerText();
    assert.match(told, /^[A-Z][a-z]+ \d+, \d{4}\s+\d\d:\d\d UTC/);
    assert.match(told, /BREAKING\s*KEY EVENT\s+The three allies are to meet\s+Corrected \d\d:\d\d UTC It is on Friday\./);
    assert.match(told, /The third\.\s+ALSO READ\s+Seoul confirms the journey\s+The fourth\./);
    assert.match(await story(page, first).innerText(), /PINNED\s+Seoul confirms the journey\s+By Kim Min-ji, Seoul/);
    assert.match(await story(page, wrong).innerText(), /withdrawn at .*It was forged\.\s+In its place: The three/s);
    assert.match(await story(page, held).innerText(), /withdrawn at .* while it is being checked/);
  });

  test('nothing is offered that only a script can do, and nobody is told that the page is live [A23]', async () => {
    const { feed } = await fullFeed(newsroom);
    const page = await openPage(browser, feed.url, options);
    assert.equal(await page.locator('button:visible').count(), 0);
    assert.equal(await page.locator('.status-words').innerText(), 'Reload for newer stories');
    assert.equal(await page.getByText('Be the first').filter({ visible: true }).count(), 0);
  });

  test('older stories are a link away, and the newest ones from there', async () => {
    const feed = await newsroom.feed();
    const all = await feed.pushMany(60, 'Short.');
    await feed.served();
    const page = await openPage(browser, feed.url, options);
    assert.deepEqual(await numbers(page), all.toReversed().slice(0, 50));
    await page.getByRole('link', { name: 'Older stories' }).click();
    await eventually(() => numbers(page), all.toReversed().slice(50));
    await page.getByRole('link', { name: 'Newest stories' }).click();
    await eventually(() => numbers(page), all.toReversed().slice(0, 50));
  });

  test('a story has a page of its own, and a withdrawn one says so there with status 410', async () => {
    const { feed, main, wrong } = await fullFeed(newsroom);
    const page = await openPage(browser, feed.url, options);
    await story(page, main).getByRole('heading', { level: 2 }).getByRole('link').click();
    await eventually(() => numbers(page), [main]);
    assert.match(await page.title(), /^The three allies are to meet – /);
    const gone = await page.goto(feed.storyUrl(wrong));
    assert.equal(gone?.status(), 410);
    assert.match(await page.locator('main').innerText(), /withdrawn/);
    assert.doesNotMatch(await page.content(), /forged report/);
  });
});

test('a page whose script does not come owns up to it', async () => {
  const feed = await newsroom.feed();
  const page = await newPage(browser);
  await page.route('**/main.js', (route) => route.abort());
  await page.goto(feed.url);
  const words = page.locator('.status');
  assert.ok(await words.isHidden());
  await words.waitFor({ state: 'visible' });
  assert.equal(await words.innerText(), 'Reload for newer stories');
});

describe('on every screen', () => {
  test('a body that is wide, deep and badly made takes no more room than there is', async () => {
    const cells = Array.from({ length: 30 }, (_, index) => `<td>Column ${index}</td>`).join('');
    const value = [
      `<table><tr>${cells}</tr></table>`,
      ...['blockquote', 'ul><li', 'dl><dt>Term</dt><dd'].map((tag) => `${`<${tag}>`.repeat(30)}Deep down`),
      '</article></div>',
      `<pre>${'x'.repeat(400)}</pre><img src="javascript:alert(1)" alt="Gone" width="5000" height="4000">`,
      '<img src="http://127.0.0.1:9/wide.jpg" alt="Wide" width="5000" height="10">',
    ].join('');
    const feed = await newsroom.feed();
    const number = await feed.pushDocument({
      headlines: [{ value: 'Wide and deep' }],
      bodies: [{ contentType: 'text/html', value }],
    });
    await feed.served();
    const page = await openPage(browser, feed.url, { viewport: { width: 320, height: 640 } });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
    assert.deepEqual(await barriers(page), []);
    const column = story(page, number).getByText('Column 17');
    assert.ok(await column.evaluate((cell) => cell.getBoundingClientRect().height < 60), 'words are broken in pieces');
    await story(page, number).getByRole('group', { name: 'Table' }).focus();
    await page.keyboard.press('ArrowRight');
    await eventually(
      () => page.locator('.table').evaluate((box) => box.scrollLeft),
      (left) => left > 0,
    );
    assert.ok(await page.getByAltText('Gone').evaluate((picture) => picture.getBoundingClientRect().height < 60));
  });

  test('paragraphs are set apart, whatever they stand in', async () => {
    const feed = await newsroom.feed();
    const two = '<p>One.</p><p>Two.</p>';
    const value = `<div>${two}</div><blockquote>${two}</blockquote><ul><li>${two}</li></ul>`;
    await feed.pushDocument({ headlines: [{ value: 'Apart' }], bodies: [{ contentType: 'text/html', value }] });
    await feed.served();
    const page = await openPage(browser, feed.url);
    const gaps = await page.locator('.body p + p').evaluateAll((paragraphs) =>
      paragraphs.map((each) => {
        const above = each.previousElementSibling?.getBoundingClientRect().bottom ?? 0;
        return Math.round(each.getBoundingClientRect().top - above);
      }),
    );
    assert.equal(gaps.length, 3);
    assert.ok(gaps.every((gap) => gap > 8), `${gaps}`);
  });

  test('on paper stand the stories, and nothing to press', async () => {
    const { feed, main } = await fullFeed(newsroom);
    const page = await openPage(browser, feed.url);
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.locator('button:visible, .masthead:visible').count(), 0);
    assert.match(await story(page, main).innerText(), /The fifth\./);
  });
});

describe('with the keyboard', () => {
  test('the first stop leads past the bar to the stories [A17]', async () => {
    const { feed } = await fullFeed(newsroom);
    const page = await openPage(browser, feed.url);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'main');
  });

  test('Page Down and Page Up lead from story to story while a story has the focus [A18]', async () => {
    const { feed, first, held } = await fullFeed(newsroom);
    const page = await openPage(browser, feed.url);
    await story(page, first).focus();
    await page.keyboard.press('PageDown');
    assert.equal(await page.evaluate(() => document.activeElement?.id), `story-${held}`);
    await page.keyboard.press('PageUp');
    assert.equal(await page.evaluate(() => document.activeElement?.id), `story-${first}`);
  });

  test('they page through a text while anything within a story has the focus [A18]', async () => {
    const feed = await newsroom.feed();
    await feed.pushMany(5);
    await feed.served();
    const page = await openPage(browser, feed.url);
    const link = page.locator('.headline a').first();
    await link.focus();
    await page.keyboard.press('PageDown');
    await eventually(
      () => page.evaluate(() => scrollY),
      (y) => y > 0,
    );
    assert.ok(await link.evaluate((element) => element === document.activeElement));
  });

  test('a feed tells screen readers how many stories it has and where each one stands [A7]', async () => {
    const feed = await newsroom.feed();
    const all = await feed.pushMany(3, 'Short.');
    await feed.served();
    const page = await openPage(browser, feed.url);
    const places = () =>
      page
        .getByRole('feed')
        .getByRole('article')
        .evaluateAll((articles) => articles.map((each) => `${each.ariaPosInSet} of ${each.ariaSetSize}`));
    assert.deepEqual(await places(), ['1 of 3', '2 of 3', '3 of 3']);
    await feed.push('Another');
    await eventually(() => numbers(page), [all.length + 2, ...all.toReversed()]);
    assert.deepEqual(await places(), ['1 of 4', '2 of 4', '3 of 4', '4 of 4']);
  });
});
