/** Between reader and server: proxies that block sockets or cut them, networks that change under way. */

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';

import { Newsroom } from './newsroom.js';
import { Proxy } from './proxy.js';
import { eventually, listen, newPage, numbers, openBrowser, openPage, status, story } from './reader.js';

/** @import { Browser } from 'playwright-core' */

/** @type {Newsroom} */
let newsroom;
/** @type {Browser} */
let browser;
/** @type {Proxy} */
let proxy;
before(async () => {
  [newsroom, browser] = await Promise.all([Newsroom.open(), openBrowser()]);
});
after(() => Promise.all([newsroom.close(), browser.close()]));
beforeEach(async () => {
  proxy = await Proxy.open(newsroom.port);
});
afterEach(() => proxy.close());

const SLOWLY = 60_000; // ms: polls come every few seconds

describe('sockets that are blocked', () => {
  test('leave a page that is live all the same, by polls, and says nothing about it', async () => {
    proxy.blocksSockets = true;
    const feed = await newsroom.feed();
    const first = await feed.push('Before');
    await feed.served();
    const page = await openPage(browser, proxy.url(feed.url));
    const said = await listen(page);
    const second = await feed.push('By a poll');
    await eventually(() => numbers(page), [second, first], SLOWLY);
    await feed.do('kill', `${first}`, '--yes');
    await eventually(() => story(page, first).innerText(), (text) => text.includes('withdrawn'), SLOWLY);
    assert.deepEqual(await said(), ['Live']);
  });

  test('are asked for by position: as long as nothing comes, the server sends nothing', async () => {
    proxy.blocksSockets = true;
    const feed = await newsroom.feed();
    const page = await openPage(browser, proxy.url(feed.url));
    const answers = () => proxy.said.filter((line) => line.startsWith('HTTP/1.1 304')).length;
    const before304 = answers();
    await eventually(answers, (count) => count >= before304 + 2, SLOWLY);
    await status(page, 'Live');
  });

  test('let a page change its language with its feed all the same', async () => {
    proxy.blocksSockets = true;
    const feed = await newsroom.feed('--language', 'en');
    const page = await openPage(browser, proxy.url(feed.url));
    await newsroom.publish('feed', 'edit', feed.name, '--language', 'ar');
    await eventually(() => page.locator('html').getAttribute('lang'), 'ar', SLOWLY);
    await eventually(() => page.locator('.status-words').innerText(), 'مباشر', SLOWLY);
  });

  test('are used again once they are let through', async () => {
    proxy.blocksSockets = true;
    const feed = await newsroom.feed();
    const page = await openPage(browser, proxy.url(feed.url));
    const said = await listen(page);
    const first = await feed.push('By a poll');
    await eventually(() => numbers(page), [first], SLOWLY);
    const opened = page.waitForEvent('websocket', { predicate: (socket) => !socket.isClosed(), timeout: SLOWLY });
    proxy.blocksSockets = false;
    await opened;
    await eventually(() => story(page, first).locator('.like').getAttribute('aria-disabled'), 'false', SLOWLY);
    const second = await feed.push('By the socket');
    await eventually(() => numbers(page), [second, first]);
    assert.deepEqual(await said(), ['Live']);
  });

  test('hold back what a paused page is to hold back, and no withdrawal', async () => {
    proxy.blocksSockets = true;
    const feed = await newsroom.feed();
    const first = await feed.push('Before');
    await feed.served();
    const page = await openPage(browser, proxy.url(feed.url));
    await page.getByRole('button', { name: 'Pause' }).click();
    await feed.push('Held back');
    await page.getByRole('button', { name: '1 new story' }).waitFor({ timeout: SLOWLY });
    assert.deepEqual(await numbers(page), [first]);
    await feed.do('kill', `${first}`, '--yes');
    await eventually(() => story(page, first).innerText(), (text) => text.includes('withdrawn'), SLOWLY);
  });

  test('and a server that is gone are told of, with the wait', async () => {
    proxy.blocksSockets = true;
    const feed = await newsroom.feed();
    const page = await openPage(browser, proxy.url(feed.url));
    await newsroom.end('SIGKILL');
    try {
      await eventually(() => page.locator('.status').innerText(), (text) => /(Re)?[Cc]onnecting…\s+in \d+ s/.test(text), SLOWLY);
    } finally {
      await newsroom.start();
    }
    await eventually(() => page.locator('.status-words').innerText(), 'Live', SLOWLY);
  });
});

describe('a proxy that cuts an idle connection', () => {
  test('costs nothing but a moment', async () => {
    const feed = await newsroom.feed();
    const page = await openPage(browser, proxy.url(feed.url));
    proxy.cut();
    const number = await feed.push('Meanwhile');
    await eventually(() => numbers(page), [number]);
    await status(page, 'Live');
  });
});

describe('a connection that goes nowhere any more, of which nobody tells the page,', () => {
  test('is given up after two pulses, and nothing is missed', async () => {
    const feed = await newsroom.feed();
    const page = await newPage(browser);
    await page.clock.install();
    await page.goto(proxy.url(feed.url));
    await status(page, 'Live');
    proxy.drop();
    await page.clock.pauseAt(Date.now() + 2_000);
    const number = await feed.push('Meanwhile');
    await page.clock.runFor(20_000);
    assert.deepEqual(await numbers(page), []);
    await page.clock.runFor(13_000);
    await page.clock.resume();
    await eventually(() => numbers(page), [number]);
    await status(page, 'Live');
  });

  test('is not trusted by a reader who comes back to the page after sleep: it asks, and no loss is told of', async () => {
    const feed = await newsroom.feed();
    const page = await newPage(browser);
    await page.clock.install();
    await page.goto(proxy.url(feed.url));
    await status(page, 'Live');
    const said = await listen(page);
    proxy.drop();
    const number = await feed.push('Meanwhile');
    await page.clock.fastForward('02:00:00'); // as with the lid closed
    await eventually(() => numbers(page), [number]);
    await status(page, 'Live');
    assert.ok((await said()).every((words) => ['Live', 'Catching up…'].includes(words)), `${await said()}`);
  });
});
