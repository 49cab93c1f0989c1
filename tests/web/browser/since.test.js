/** Coming back: where the reader had stopped, what has come since, and the way to read it in order. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Newsroom } from './newsroom.js';
import { barriers, eventually, leftHoursAgo, newPage, numbers, openBrowser, openPage, status, story } from './reader.js';

/** @import { Browser, Page } from 'playwright-core' */
/** @import { Feed } from './newsroom.js' */

/** @type {Newsroom} */
let newsroom;
/** @type {Browser} */
let browser;
before(async () => {
  [newsroom, browser] = await Promise.all([Newsroom.open(), openBrowser()]);
});
after(() => Promise.all([newsroom.close(), browser.close()]));

/** What this browser remembers. @param {Page} page @param {Feed} feed */
const left = (page, feed) => page.evaluate((name) => JSON.parse(localStorage.getItem(`livefeed:left:${name}`) ?? 'null'), feed.name);

const SINCE = /^3 since (?:\w+ \d+, \d+, )?\d\d:\d\d \S+\s+Read in order$/;

/** A page that was closed, and what came in the meantime. */
async function closedPage() {
  const feed = await newsroom.feed();
  const read = await feed.push('Read');
  await feed.served();
  const page = await openPage(browser, feed.url);
  await page.goto('about:blank');
  const came = await feed.pushMany(3, 'Short.');
  await feed.served();
  await leftHoursAgo(page, feed, newsroom.url('/feeds'));
  return { feed, page, read, came };
}

describe('a page that was closed', () => {
  test('has the same stories for somebody without a script, and no divider', async () => {
    const { feed, read, came } = await closedPage();
    const page = await openPage(browser, feed.url, { javaScriptEnabled: false });
    assert.deepEqual(await numbers(page), [...came.toReversed(), read]);
    assert.equal(await page.locator('.since').count(), 0);
  });

  test('tells how much came since then, above the stories and where reading stopped', async () => {
    const { feed, page, read } = await closedPage();
    await page.goto(feed.url);
    await page.locator('.since-place .since').waitFor();
    assert.match(await page.locator('.since-place').innerText(), SINCE);
    assert.match(await story(page, read).locator('.since').innerText(), SINCE);
    assert.equal(await page.locator('.since').count(), 2);
    assert.deepEqual(await barriers(page), []);
  });

  test('keeps only articles in the feed, and the divider when its story is corrected', async () => {
    const { feed, page, read } = await closedPage();
    await page.goto(feed.url);
    await status(page, 'Live');
    await feed.do('correct', `${read}`, '--headline', 'Read, corrected', '--note', 'A word.');
    await eventually(() => story(page, read).innerText(), (text) => text.includes('Read, corrected'));
    assert.match(await story(page, read).locator('.since').innerText(), SINCE);
    assert.equal(await page.locator('[role="feed"] > :not(article)').count(), 0);
  });

  test('counts no story that was withdrawn, and none that came after the reader was back', async () => {
    const { feed, page, came } = await closedPage();
    await page.goto(feed.url);
    await page.locator('.since-place .since').waitFor();
    await eventually(async () => (await left(page, feed)).at > Date.now() - 60_000, true, 30_000);
    await feed.push('New');
    await eventually(async () => (await numbers(page)).length, 5);
    assert.match(await page.locator('.since-place').innerText(), /^3 since/);
    await feed.do('kill', `${came[0]}`, '--yes');
    await eventually(() => page.locator('.since-place').innerText(), (text) => text.startsWith('2 since'));
  });

  test('leads to them in order, by the number of the story that was read last', async () => {
    const { feed, page, read } = await closedPage();
    await page.goto(feed.url);
    const link = page.locator('.since-place').getByRole('link', { name: 'Read in order' });
    assert.equal(await link.getAttribute('href'), `${feed.url}?order=oldest&after=${read}`);
  });

  test('stays with the first unread story while older ones load above, and with the one led to', async () => {
    const feed = await newsroom.feed();
    const all = await feed.pushMany(60);
    await feed.served();
    const page = await openPage(browser, `${feed.url}?order=oldest&after=${all[51]}`);
    const top = () => story(page, all[52] ?? 0).evaluate((article) => article.getBoundingClientRect().top);
    const topBefore = await top();
    await page.evaluate(() => scrollBy(0, 40));
    await eventually(() => numbers(page), (shown) => shown.includes(all[10] ?? 0));
    assert.ok(Math.abs((await top()) - topBefore + 40) < 1, `${await top()} after ${topBefore}`);
    const number = await feed.push('New');
    await page.getByRole('button', { name: '1 new story' }).click();
    assert.ok(await story(page, number).evaluate((article) => article === document.activeElement && article.getBoundingClientRect().bottom < innerHeight));
  });

  test('says nothing where nothing came, nor to a reader who was away for a moment only', async () => {
    const feed = await newsroom.feed();
    await feed.push('Read');
    await feed.served();
    const page = await openPage(browser, feed.url);
    await leftHoursAgo(page, feed, newsroom.url('/feeds'));
    await page.goto(feed.url);
    await status(page, 'Live');
    assert.equal(await page.locator('.since').count(), 0);
    await page.goto(newsroom.url('/feeds'));
    await feed.push('Meanwhile');
    await feed.served();
    await page.goto(feed.url);
    await status(page, 'Live');
    assert.equal(await page.locator('.since').count(), 0);
  });

  test('sends nowhere where the reader stopped', async () => {
    const { feed, page } = await closedPage();
    const { position } = await left(page, feed);
    /** @type {string[]} */
    const addresses = [];
    page.on('request', (request) => addresses.push(request.url()));
    page.on('websocket', (socket) => addresses.push(socket.url()));
    await page.goto(feed.url);
    await status(page, 'Live');
    assert.ok(addresses.length > 2);
    assert.deepEqual(addresses.filter((address) => address.includes(position)), []);
  });
});

describe('a tunnel', () => {
  test('leaves a divider behind on the page that stayed open', async () => {
    const feed = await newsroom.feed();
    const read = await feed.push('Read');
    await feed.served();
    const page = await newPage(browser);
    await page.clock.install();
    await page.goto(feed.url);
    await status(page, 'Live');
    await page.clock.runFor(1_000);
    await eventually(async () => (await left(page, feed))?.number, read, 30_000);
    await page.context().setOffline(true);
    await status(page, 'Offline');
    await page.clock.fastForward('10:00');
    const came = await feed.pushMany(3, 'Short.');
    await page.context().setOffline(false);
    await eventually(() => numbers(page), [...came.toReversed(), read]);
    await eventually(() => page.locator('.since-place').innerText(), (text) => SINCE.test(text));
    assert.ok(await story(page, read).locator('.since').isVisible());
  });
});
