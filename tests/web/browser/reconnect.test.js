/** A page that is kept open all night: what it says, and how it catches up, whatever happens to it. */

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

/** Everything that arrives on the page's sockets, as text. @param {Page} page */
function traffic(page) {
  /** @type {string[]} */
  const received = [];
  let opened = 0;
  page.on('websocket', (socket) => {
    opened += 1;
    socket.on('framereceived', ({ payload }) => received.push(`${payload}`));
  });
  return {
    received,
    get opened() {
      return opened;
    },
    hellos: () => received.map((text) => JSON.parse(text)).filter(({ type }) => type === 'hello'),
  };
}

/**
 * Changes what the server rendered before the page's own script sees it.
 * @param {Page} page
 * @param {() => void} change in the page
 */
function rendered(page, change) {
  // Deferred scripts run after this event.
  return page.addInitScript(`document.addEventListener('readystatechange', ${change}, { once: true })`);
}

describe('a server that goes away', () => {
  for (const [how, signal] of /** @type {const} */ ([
    ['in order', 'SIGTERM'],
    ['without a word', 'SIGKILL'],
  ])) {
    test(`${how} is met again, and everything is there once`, async () => {
      const feed = await newsroom.feed();
      const first = await feed.push('Before');
      await feed.served();
      const page = await openPage(browser, feed.url);
      const { hellos } = traffic(page);
      await newsroom.end(signal);
      await status(page, 'Reconnecting…');
      assert.deepEqual(await barriers(page), []);
      await newsroom.start();
      const second = await feed.push('After');
      await eventually(() => numbers(page), [second, first], 60_000);
      await status(page, 'Live');
      assert.deepEqual(
        hellos().map(({ resumed }) => resumed),
        [true],
      );
    });
  }

  test('takes the likes with it until it is back, and the button says why [A13]', async () => {
    const feed = await newsroom.feed();
    const number = await feed.push('Likable');
    await feed.served();
    const page = await openPage(browser, feed.url);
    const button = story(page, number).locator('.like');
    assert.equal(await button.getAttribute('aria-disabled'), 'false');
    await newsroom.end('SIGTERM');
    await eventually(() => button.getAttribute('aria-disabled'), 'true');
    assert.equal(await button.getAttribute('title'), 'Likes cannot be given just now');
    await button.click({ force: true });
    assert.match(await story(page, number).innerText(), /Likes cannot be given just now/);
    assert.equal(await button.getAttribute('aria-pressed'), 'false');
    await newsroom.start();
    await eventually(() => button.getAttribute('aria-disabled'), 'false', 60_000);
    assert.match(await story(page, number).innerText(), /Be the first to like this/);
  });
});

describe('a server that hangs', () => {
  test('makes the page stale after two pulses, and says so in words [A12]', async () => {
    const feed = await newsroom.feed();
    const page = await newPage(browser);
    await page.clock.install();
    await page.goto(feed.url);
    await status(page, 'Live');
    newsroom.pause();
    try {
      await page.clock.runFor(20_000);
      await status(page, 'Live');
      await page.clock.runFor(20_000);
      await status(page, 'Stale: waiting for news');
      assert.deepEqual(await barriers(page), []);
    } finally {
      newsroom.resume();
    }
    await status(page, 'Live');
    const number = await feed.push('And on it goes');
    await eventually(() => numbers(page), [number]);
  });
});

describe('a log that is out of reach', () => {
  test('makes the page stale, for a server that hears nothing has nothing to tell', async () => {
    const feed = await newsroom.feed();
    const number = await feed.push('Likable');
    await feed.served();
    const page = await openPage(browser, feed.url);
    const valkey = await newsroom.valkey();
    process.kill(valkey, 'SIGSTOP');
    try {
      await eventually(() => page.locator('.status-words').innerText(), 'Stale: waiting for news', 60_000);
      assert.equal(await story(page, number).locator('.like').getAttribute('aria-disabled'), 'true');
    } finally {
      process.kill(valkey, 'SIGCONT');
    }
    await eventually(() => page.locator('.status-words').innerText(), 'Live', 60_000);
  });
});

describe('a network that goes away', () => {
  test('is told of at once, and its return brings the news at once', async () => {
    const feed = await newsroom.feed();
    const page = await openPage(browser, feed.url);
    const wire = traffic(page);
    await page.context().setOffline(true);
    await status(page, 'Offline');
    assert.deepEqual(await barriers(page), []);
    const number = await feed.push('Meanwhile');
    await page.context().setOffline(false);
    await status(page, 'Live');
    await eventually(() => numbers(page), [number]);
    assert.ok(wire.opened >= 1, 'the old connection was trusted');
  });
});

describe('a page that is put away', () => {
  test('closes its socket, and comes back from the cache where it stopped', async () => {
    const feed = await newsroom.feed();
    const page = await openPage(browser, feed.url);
    const first = await feed.push('Before');
    await eventually(() => numbers(page), [first]);
    await page.evaluate(() => Reflect.set(window, 'isFromCache', true));
    await page.goto(newsroom.url('/feeds'));
    const second = await feed.push('Meanwhile');
    await page.goBack({ waitUntil: 'commit' });
    await eventually(() => numbers(page), [second, first]);
    await status(page, 'Live');
    assert.equal(await page.evaluate(() => Reflect.get(window, 'isFromCache')), true);
  });
});

describe('a position', () => {
  test('is where the page was rendered: what came since then comes first', async () => {
    const feed = await newsroom.feed();
    const page = await newPage(browser);
    /** @type {() => void} */
    let goOn = () => {};
    const held = new Promise((resolve) => (goOn = () => resolve(undefined)));
    await page.route('**/main.js', async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(feed.url, { waitUntil: 'commit' });
    await page.locator('.empty').waitFor();
    const number = await feed.push('While the script was on its way');
    goOn();
    await eventually(() => numbers(page), [number]);
  });

  test('of another history gets a snapshot, which replaces everything', async () => {
    const feed = await newsroom.feed();
    const number = await feed.push('The only one');
    await feed.served();
    const page = await newPage(browser);
    const { hellos } = traffic(page);
    await rendered(page, () => {
      document.querySelector('main')?.setAttribute('data-position', '7-0badcafe');
      const article = document.querySelector('article');
      article?.setAttribute('data-number', '99');
      article?.querySelector('.headline')?.replaceChildren('From another history');
    });
    await page.goto(feed.url);
    await eventually(() => numbers(page), [number]);
    assert.match(await story(page, number).innerText(), /The only one/);
    assert.doesNotMatch(await page.content(), /From another history/);
    assert.equal(hellos()[0].resumed, false);
  });

  test('of another history on a page of older stories makes it fetch itself anew', async () => {
    const feed = await newsroom.feed();
    const all = await feed.pushMany(3, 'Short.');
    await feed.served();
    const page = await newPage(browser);
    const address = `${feed.url}?before=${all[2]}`;
    await rendered(page, () => {
      document.querySelector('main')?.setAttribute('data-position', '7-0badcafe');
      document.querySelector('.headline')?.replaceChildren('From another history');
    });
    await page.goto(address);
    await eventually(
      () => page.content(),
      (content) => !content.includes('From another history'),
    );
    await status(page, 'Live');
    assert.deepEqual(await numbers(page), [all[1], all[0]]);
    await feed.do('kill', `${all[0]}`, '--yes');
    await eventually(
      () => story(page, all[0] ?? 0).innerText(),
      (text) => text.includes('withdrawn'),
    );
  });
});

test('a feed that does not exist is not asked for again', async () => {
  const feed = await newsroom.feed();
  const page = await newPage(browser);
  const wire = traffic(page);
  await rendered(page, () => document.querySelector('main')?.setAttribute('data-live', '/feeds/nowhere/live'));
  await page.goto(feed.url);
  await status(page, 'No longer live: reload the page');
  assert.deepEqual(await barriers(page), []);
  await page.clock.install();
  await page.clock.fastForward(3_600_000);
  assert.equal(wire.opened, 1);
});
