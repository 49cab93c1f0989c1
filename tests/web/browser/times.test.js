/** Times: how old a story is, in whose zone it is told, and the date between two days. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Newsroom } from './newsroom.js';
import { barriers, eventually, newPage, numbers, openBrowser, openPage, status, story } from './reader.js';

/** @import { Browser, Page } from 'playwright-core' */

/** @type {Newsroom} */
let newsroom;
/** @type {Browser} */
let browser;
before(async () => {
  [newsroom, browser] = await Promise.all([Newsroom.open(), openBrowser()]);
});
after(() => Promise.all([newsroom.close(), browser.close()]));

const HOUR = 3_600; // seconds
const DAY = 24 * HOUR;
const BERLIN = { timezoneId: 'Europe/Berlin' };

/** A feed of three days: two stories of today, one of the day before yesterday, two of before that. */
async function threeDays() {
  const feed = await newsroom.feed('--zone', 'Asia/Seoul');
  const first = await feed.push('The first');
  const second = await feed.push('The second');
  await feed.backdate(2 * DAY);
  const third = await feed.push('The third');
  await feed.backdate(2 * DAY);
  const newest = [await feed.push('The fourth'), await feed.push('The fifth')].toReversed();
  await feed.served();
  return { feed, first, second, third, newest };
}

/** The stories that open a day. @param {Page} page */
function openers(page) {
  return page
    .locator('.stories > article:has(> .new-day:not([hidden]))')
    .evaluateAll((articles) => articles.map((article) => Number(article.getAttribute('data-number'))));
}

/** @param {Page} page @param {number} number */
const age = (page, number) => story(page, number).locator('.ago').innerText();

/** @param {Page} page @param {number} number */
const clock = (page, number) => story(page, number).locator('.clock').innerText();

/**
 * A page whose reader's clock is a test's, and that hears no pulse to put it right.
 * @param {string} url
 */
async function openWithoutPulse(url) {
  const page = await newPage(browser);
  await page.clock.install();
  await page.routeWebSocket(/live/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      if (!`${message}`.includes('"pulse"')) socket.send(message);
    });
  });
  await page.goto(url);
  await status(page, 'Live');
  return page;
}

/** Lets the page be hidden or seen, as another tab in front of it would. @param {Page} page @param {boolean} isHidden */
function hide(page, isHidden) {
  return page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { configurable: true, value: hidden });
    Object.defineProperty(document, 'visibilityState', { configurable: true, value: hidden ? 'hidden' : 'visible' });
    document.dispatchEvent(new Event('visibilitychange'));
  }, isHidden);
}

describe('with JavaScript off', () => {
  test("absolute times in the feed's zone stand there, and the date between days", async () => {
    const { feed, first, second, third } = await threeDays();
    const page = await openPage(browser, feed.url, { javaScriptEnabled: false, ...BERLIN });
    assert.match(await clock(page, first), /^\d\d:\d\d KST$/);
    assert.deepEqual(await openers(page), [third, second]);
    const date = story(page, third).locator('.new-day');
    assert.match(await date.innerText(), /^[A-Z][a-z]+day, [A-Z][a-z]+ \d+, \d{4}$/);
    assert.match(await page.locator('.feed-head').innerText(), /All times: Asia\/Seoul$/);
    assert.equal(await page.locator('.ago:visible, button:visible').count(), 0);
  });
});

describe('how long ago a story came', () => {
  test('stays right, to the minute, for all stories at once', async () => {
    const feed = await newsroom.feed();
    const older = await feed.push('Older');
    await feed.backdate(2 * HOUR + 60);
    const newer = await feed.push('Newer');
    await feed.backdate(240);
    const page = await openWithoutPulse(feed.url);
    assert.match(await age(page, newer), /^[45] min\.? ago$/);
    assert.match(await age(page, older), /^2 hr\.? ago$/);
    const shown = Number.parseInt(await age(page, newer), 10);
    await page.clock.fastForward(60_000);
    await eventually(() => age(page, newer), (text) => Number.parseInt(text, 10) === shown + 1);
    const fresh = await feed.push('Fresh');
    await page.clock.fastForward(30 * 60_000);
    await eventually(() => age(page, fresh), (text) => /^3\d min/.test(text));
    await page.clock.fastForward(23 * HOUR * 1_000);
    await eventually(() => age(page, older), ''); // its date says more
  });

  test('is by the time of the server, whatever the clock of the reader says', async () => {
    const feed = await newsroom.feed();
    const number = await feed.push('Fresh');
    await feed.served();
    const page = await newPage(browser);
    await page.addInitScript(() => {
      const now = Date.now;
      Date.now = () => now() + 3 * 3_600_000 + Number(Reflect.get(window, 'changed') ?? 0);
    });
    await page.goto(feed.url);
    await eventually(() => age(page, number), /** @param {string} text */ (text) => /now|^1 min/.test(text), 40_000);
    await page.evaluate(() => Reflect.set(window, 'changed', -7_200_000));
    await hide(page, false);
    await eventually(() => age(page, number), /** @param {string} text */ (text) => /now|^[12] min/.test(text), 40_000);
  });

  test('stands still in a tab that nobody sees, and is right at once when it is seen again', async () => {
    const feed = await newsroom.feed();
    const number = await feed.push('Fresh');
    await feed.served();
    const page = await openWithoutPulse(feed.url);
    const shown = await age(page, number);
    await hide(page, true);
    await page.clock.fastForward(10 * 60_000);
    assert.equal(await age(page, number), shown);
    await hide(page, false);
    assert.match(await age(page, number), /^1\d min/);
  });

  test('stops while the reader has paused, and can be told of the newest story', async () => {
    const feed = await newsroom.feed();
    const number = await feed.push('Fresh');
    await feed.backdate(300);
    const page = await newPage(browser);
    await page.clock.install();
    await page.route('**/main.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
    await page.goto(feed.url);
    await page.evaluate(async () => {
      const { Times } = await import(`${location.origin}/static/page/times.js`);
      const times = new Times(document.querySelector('main'), { language: 'en', say: () => '' });
      Reflect.set(window, 'times', times);
      times.start();
      times.pause();
    });
    await page.clock.fastForward(10 * 60_000);
    assert.match(await age(page, number), /^[56] min/);
    const newest = await page.evaluate(() => {
      const times = Reflect.get(window, 'times');
      times.resume();
      return times.newest();
    });
    assert.match(newest, /^1[56] min/);
    assert.equal(await age(page, number), newest);
    await page.clock.fastForward(60_000);
    await eventually(() => age(page, number), /** @param {string} text */ (text) => text !== newest);
  });
});

describe("the reader's own zone", () => {
  for (const [name, options, press] of /** @type {const} */ ([
    ['the keyboard', {}, 'key'],
    ['a finger', { hasTouch: true, viewport: { width: 390, height: 844 } }, 'tap'],
  ])) {
    test(`is shown on demand, by ${name}, and says which it is`, async () => {
      const { feed, third, newest } = await threeDays();
      const [number] = /** @type {[number]} */ (newest);
      await feed.do('correct', `${third}`, '--headline', 'Corrected', '--note', 'A word.');
      await feed.served();
      const page = await openPage(browser, feed.url, { ...options, ...BERLIN });
      const button = page.getByRole('button', { name: 'Times in Europe/Berlin' });
      const turn = async () => (press === 'tap' ? button.tap() : button.press('Enter'));
      const dated = await story(page, third).locator('.day').innerText();
      await turn();
      assert.match(await clock(page, number), /\d\d:\d\d CES?T$/);
      assert.match(await story(page, third).locator('.correction').innerText(), /\d\d:\d\d CES?T/);
      assert.equal(await story(page, third).locator('.day').innerText(), dated);
      assert.equal(await button.getAttribute('aria-pressed'), 'true');
      await page.getByText('All times: Europe/Berlin').waitFor();
      assert.deepEqual(await barriers(page), []);
      const later = await feed.push('Later');
      await eventually(() => clock(page, later), /** @param {string} text */ (text) => /CES?T$/.test(text));
      await feed.do('refile', `${later}`, '--headline', 'Later still');
      await story(page, later).getByText('Later still').waitFor();
      assert.match(await clock(page, later), /CES?T$/);
      await page.reload();
      await eventually(() => clock(page, later), /** @param {string} text */ (text) => /CES?T$/.test(text));
      await turn();
      for (const each of [number, later]) assert.match(await clock(page, each), /^\d\d:\d\d KST$/);
      await page.getByText('All times: Asia/Seoul').waitFor();
      await page.reload();
      await status(page, 'Live');
      assert.match(await clock(page, number), /^\d\d:\d\d KST$/);
    });
  }

  test('is not offered where it is the one of the feed', async () => {
    const feed = await newsroom.feed('--zone', 'Europe/Berlin');
    const page = await openPage(browser, feed.url, BERLIN);
    assert.ok(await page.locator('.own-zone').isHidden());
    await feed.do('feed', 'edit', feed.name, '--zone', 'Asia/Seoul');
    await page.getByRole('button', { name: 'Times in Europe/Berlin' }).waitFor();
  });

  test('leaves the date line as its editor gave it', async () => {
    const feed = await newsroom.feed('--zone', 'Asia/Seoul');
    const number = await feed.pushDocument({
      headlines: [{ value: 'The talks' }],
      contentCreated: '2021-04-20T00:30:00+09:00',
      bodies: [{ contentType: 'text/html', value: '<p>At <time datetime="2021-04-20T15:00:00Z">midnight</time>.</p>' }],
    });
    await feed.served();
    const page = await openPage(browser, feed.url, BERLIN);
    const day = story(page, number).locator('.day');
    assert.equal(await day.innerText(), 'April 20, 2021');
    await page.getByRole('button', { name: 'Times in Europe/Berlin' }).click();
    assert.equal(await day.innerText(), 'April 20, 2021');
    assert.match(await clock(page, number), /^Published [A-Z][a-z]+ \d+, \d{4}, \d\d:\d\d CES?T$/);
    assert.match(await story(page, number).locator('.body').innerText(), /At midnight\./);
  });
});

describe('the date between two days', () => {
  test('stands within the first story of a day, whichever that is by now', async () => {
    const { feed, first, second, third, newest } = await threeDays();
    const page = await openPage(browser, feed.url);
    assert.deepEqual(await openers(page), [third, second]);
    const children = await page.getByRole('feed').evaluate((list) => [...list.children].map(({ tagName }) => tagName));
    assert.deepEqual(new Set(children), new Set(['ARTICLE']));
    const date = await story(page, second).locator('.new-day').innerText();
    await feed.do('pin', `${second}`);
    await eventually(() => numbers(page), [second, ...newest, third, first]);
    await eventually(() => openers(page), [third, first]);
    assert.equal(await story(page, first).locator('.new-day').innerText(), date);
    await feed.do('correct', `${first}`, '--headline', 'Corrected', '--note', 'A word.');
    await story(page, first).getByText('A word.').waitFor();
    assert.deepEqual(await openers(page), [third, first]);
    await feed.do('unpin', `${second}`);
    await eventually(() => openers(page), [third, second]);
    await feed.push('Another of today');
    await eventually(async () => (await numbers(page)).length, 6);
    assert.deepEqual(await openers(page), [third, second]);
    await feed.do('kill', `${second}`, '--yes');
    await story(page, second).getByText('withdrawn').waitFor();
    assert.deepEqual(await openers(page), [third, second]);
    assert.deepEqual(await barriers(page), []);
  });

  test("is of the reader's zone where that was asked for", async () => {
    const feed = await newsroom.feed('--zone', 'Pacific/Kiritimati'); // UTC+14
    const older = await feed.push('Older');
    await feed.backdate(12 * HOUR);
    const newer = await feed.push('Newer');
    await feed.served();
    // Somewhere on earth a day began between the two.
    const now = new Date();
    const hoursSinceMidnight = now.getUTCHours() + now.getUTCMinutes() / 60;
    const west = Math.floor(hoursSinceMidnight - 6); // where it is about six o'clock in the morning
    const timezoneId = `Etc/GMT${west >= 0 ? '+' : ''}${Math.min(12, west)}`;
    const page = await openPage(browser, feed.url, { timezoneId });
    await page.locator('.own-zone').click();
    await eventually(() => openers(page), [older]);
    assert.match(await clock(page, newer), /\d\d:\d\d GMT/);
  });
});
