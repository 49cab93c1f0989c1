/** What the page says of itself is true: before the event, during it, and in a tab that nobody sees. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Newsroom } from './newsroom.js';
import { Proxy } from './proxy.js';
import { barriers, eventually, listen, newPage, numbers, openBrowser, openPage, openTabs, status } from './reader.js';

/** @import { Browser, Page } from 'playwright-core' */

const MINUTE = 60_000; // ms

/** @type {Newsroom} */
let newsroom;
/** @type {Browser} */
let browser;
before(async () => {
  [newsroom, browser] = await Promise.all([Newsroom.open(), openBrowser()]);
});
after(() => Promise.all([newsroom.close(), browser.close()]));

/** What is said while the page asks. */
const QUIET = ['Live', 'Catching up…'];

/** In so many minutes, as an editor would write it. @param {number} minutes */
const inMinutes = (minutes) => new Date(Date.now() + minutes * 60_000).toISOString().replace(/\.\d+/, '');

describe('a page before its first story', () => {
  const options = (/** @type {string} */ starts) => ['--upcoming', '--starts', starts, '--description', 'Three days in Annapolis.'];

  test('says without a script what it is about and when it begins', async () => {
    const feed = await newsroom.feed(...options('2030-04-20T19:00:00-04:00'), '--title', 'The summit', '--zone', 'America/New_York');
    const page = await openPage(browser, feed.url, { javaScriptEnabled: false });
    const head = await page.locator('.feed-head').innerText();
    assert.match(head, /The summit\s+Three days in Annapolis\.\s+Begins April 20, 2030, 19:00 EDT/);
    assert.match(await page.locator('main').innerText(), /No stories yet/);
    assert.ok(await page.locator('.views').isHidden());
  });

  test('says how long it is until then, and counts down', async () => {
    const feed = await newsroom.feed(...options(inMinutes(90)));
    const page = await newPage(browser);
    await page.clock.install();
    await page.goto(feed.url);
    await status(page, 'Upcoming');
    await eventually(() => page.locator('.until').innerText(), 'in 1 hr 30 min');
    assert.match(await page.locator('.status').innerText(), /^Upcoming\s+in 1 hr 30 min/);
    assert.ok(await page.locator('.pause').isHidden());
    assert.deepEqual(await barriers(page), []);
    await page.clock.runFor(120_000);
    await eventually(() => page.locator('.until').innerText(), 'in 1 hr 28 min');
    await page.clock.fastForward('02:00:00');
    await eventually(() => page.locator('.until').innerText(), 'about to begin');
  });

  test('follows when the beginning moves, and begins when the editor says so, on every open page', async () => {
    const feed = await newsroom.feed(...options(inMinutes(90)));
    const pages = await Promise.all([openUpcoming(feed.url), openUpcoming(feed.url)]);
    await feed.do('feed', 'edit', feed.name, '--starts', inMinutes(300));
    for (const page of pages) await eventually(() => page.locator('.until').innerText(), (text) => /^in (5 hr|4 hr 5\d min)$/.test(text));
    await feed.do('feed', 'start', feed.name);
    for (const page of pages) {
      await status(page, 'Live');
      assert.ok(await page.locator('.starts').isHidden());
    }
    await feed.do('feed', 'end', feed.name);
    for (const page of pages) await status(page, 'Ended');
  });

  /** @param {string} url */
  async function openUpcoming(url) {
    const page = await newPage(browser);
    await page.goto(url);
    await status(page, 'Upcoming');
    return page;
  }
});

describe('how old the newest story is', () => {
  test('stays right, and stands still with a page that is paused', async () => {
    const feed = await newsroom.feed();
    await feed.push('Fresh');
    await feed.served();
    const page = await freshPage(feed);
    const age = page.locator('.newest-age');
    await eventually(() => age.innerText(), 'newest story just now');
    await page.clock.runFor(180_000);
    await eventually(() => age.innerText(), (text) => /^newest story [34] min\.? ago$/.test(text));
    const told = await age.innerText();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.clock.runFor(180_000);
    assert.equal(await age.innerText(), told);
    await page.getByRole('button', { name: 'Resume' }).click();
    await eventually(() => age.innerText(), (text) => /^newest story [67] min\.? ago$/.test(text));
  });

  test('is not told where the page does not have the newest', async () => {
    const feed = await newsroom.feed();
    await feed.push('Fresh', '--key-event');
    await feed.served();
    const page = await freshPage(feed);
    const age = page.locator('.newest-age');
    await eventually(() => age.innerText(), 'newest story just now');
    await page.getByRole('link', { name: 'Key events only' }).click();
    await age.waitFor({ state: 'hidden' });
    await page.getByRole('link', { name: 'All stories' }).click();
    await age.waitFor();
  });
});

describe('the wait until the next try', () => {
  test('is counted down, beside the words that are read out', async () => {
    const feed = await newsroom.feed();
    const page = await openPage(browser, feed.url);
    await newsroom.end('SIGKILL');
    try {
      await eventually(() => page.locator('.status').innerText(), (text) => /^Reconnecting…\s+in \d+ s/.test(text), 60_000);
      assert.equal(await page.locator('[role="status"]').innerText(), 'Reconnecting…');
      assert.deepEqual(await barriers(page), []);
    } finally {
      await newsroom.start();
    }
    await eventually(() => page.locator('.status-words').innerText(), 'Live', 60_000);
    assert.ok(await page.locator('.status-more').isHidden());
  });
});

describe('a tab that nobody sees', () => {
  /** @type {Awaited<ReturnType<typeof openTabs>>} */
  let tabs;
  before(async () => {
    tabs = await openTabs();
  });
  after(() => tabs.close());

  test('counts in its title what came, until it is looked at, and shows it as what came since', async () => {
    const feed = await newsroom.feed('--title', 'The summit');
    const read = await feed.push('Read', '--body', 'Word after word. '.repeat(300));
    await feed.served();
    const page = await tabs.open(feed.url);
    await status(page, 'Live');
    await tabs.open();
    const came = await feed.pushMany(3, 'Word after word. '.repeat(300));
    await eventually(() => page.title(), '(3) The summit');
    await feed.do('kill', `${came[0]}`, '--yes');
    await eventually(() => page.title(), '(2) The summit');
    await page.evaluate(() => Reflect.set(Date, 'now', ((now) => () => now() + 7_200_000)(Date.now)));
    await page.bringToFront();
    await eventually(() => page.title(), 'The summit');
    await eventually(() => page.locator('.since-place').innerText(), (text) => text.startsWith('2 since'));
    assert.deepEqual(await numbers(page), [...came.toReversed(), read]);
  });

  test('is not trusted when it is looked at again: it asks, and no loss is told of', async () => {
    const feed = await newsroom.feed();
    const proxy = await Proxy.open(newsroom.port);
    try {
      const page = await tabs.open();
      await page.clock.install();
      await page.goto(proxy.url(feed.url));
      await status(page, 'Live');
      await tabs.open();
      await freeze(page, 'frozen');
      proxy.drop(); // as iOS does it: no close, and a socket that calls itself open
      const number = await feed.push('Meanwhile');
      await page.bringToFront();
      await freeze(page, 'active');
      const said = await listen(page);
      await page.clock.fastForward('00:18');
      await eventually(() => numbers(page), [number]);
      assert.ok((await said()).every((words) => QUIET.includes(words)), `${await said()}`);
    } finally {
      await proxy.close();
    }
  });

  /** @param {Page} page @param {'frozen' | 'active'} state */
  async function freeze(page, state) {
    const session = await page.context().newCDPSession(page);
    await session.send('Page.setWebLifecycleState', { state });
    await session.detach();
  }
});

/**
 * A live page whose clock begins with the minute of the newest story: ages change at the full one.
 * @param {import('./newsroom.js').Feed} feed
 */
async function freshPage(feed) {
  const { stories } = await (await fetch(`${feed.url}/stories?limit=1`)).json();
  const page = await newPage(browser);
  await page.clock.install({ time: new Date(Math.floor(stories[0].at / MINUTE) * MINUTE) });
  await page.goto(feed.url);
  await status(page, 'Live');
  return page;
}
