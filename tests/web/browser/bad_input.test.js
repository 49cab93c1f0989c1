/** What no newsroom wants on its page, and some night has: the page stays a page. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';

import { Newsroom } from './newsroom.js';
import { eventually, newPage, numbers, openBrowser, openPage, status, story } from './reader.js';

/** @import { Browser, Page } from 'playwright-core' */

/** @type {Newsroom} */
let newsroom;
/** @type {Browser} */
let browser;
before(async () => {
  [newsroom, browser] = await Promise.all([Newsroom.open(), openBrowser()]);
});
after(() => Promise.all([newsroom.close(), browser.close()]));

const PHONE = { viewport: { width: 320, height: 640 } };

/** @param {Page} page */
const wider = (page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

/** @param {Page} page @param {number} number */
const height = (page, number) => story(page, number).evaluate((article) => article.getBoundingClientRect().height);

describe('a story of 40,000 words', () => {
  const text = Array.from({ length: 400 }, (_, paragraph) => `Paragraph ${paragraph + 1}. ${'Word after word. '.repeat(33)}`).join('\n\n');

  test('can be read to its end, with JavaScript off and on', async () => {
    const feed = await newsroom.feed();
    const number = await feed.pushDocument({ headlines: [{ value: 'All of it' }], bodies: [{ contentType: 'text/plain', value: text }] });
    await feed.served();
    for (const javaScriptEnabled of [false, true]) {
      const page = await openPage(browser, feed.url, { ...PHONE, javaScriptEnabled });
      const told = await story(page, number).innerText();
      assert.ok(told.split(/\s+/).length > 40_000);
      assert.match(told, /Paragraph 400\./);
      assert.ok((await wider(page)) <= 0);
    }
  });

  test('comes in live, and leaves the line that is read in its place', async () => {
    const feed = await newsroom.feed();
    const all = await feed.pushMany(12);
    await feed.served();
    const page = await openPage(browser, feed.url);
    const read = story(page, all[6] ?? 0);
    await read.evaluate((article) => article.scrollIntoView());
    const place = () => read.evaluate((article) => article.getBoundingClientRect().top);
    const was = await place();
    const number = await feed.pushDocument({ headlines: [{ value: 'All of it' }], bodies: [{ contentType: 'text/plain', value: text }] });
    await eventually(() => numbers(page), [number, ...all.toReversed()]);
    await page.locator('.news-above-button').waitFor();
    const moved = (await place()) - was;
    assert.ok(Math.abs(moved) < 1, `moved by ${moved} pixels`);
  });
});

describe('words that are none', () => {
  const UNBROKEN = 'Donaudampfschifffahrtsgesellschaft'.repeat(9).slice(0, 300);
  const STACKED = `H${'\u0301\u0323\u0336'.repeat(20)}o${'\u0489'.repeat(30)}l${'\u0302'.repeat(40)}d`;
  const EMOJI = '👩‍👩‍👧‍👦🏳️‍🌈👍🏿🇰🇷❤️‍🔥'.repeat(8);
  for (const [name, headline] of [
    ['a headline of 300 characters without a space', UNBROKEN],
    ['a headline of emoji that are made of several', EMOJI],
    ['letters with a hundred marks each', STACKED],
  ]) {
    test(`${name} stays within the page and off its neighbours, and is told as it was written`, async () => {
      const feed = await newsroom.feed();
      const below = await feed.push('Below');
      await feed.served();
      const plain = await openPage(browser, feed.url, { ...PHONE, javaScriptEnabled: false });
      const page = await openPage(browser, feed.url, PHONE);
      const number = await feed.push(`${headline}`, '--body', `${headline}`);
      await eventually(() => numbers(page), [number, below]);
      await feed.served();
      await plain.reload();
      for (const each of [plain, page]) {
        assert.ok((await wider(each)) <= 0);
        assert.equal((await story(each, number).locator('.headline').innerText()).normalize(), `${headline}`.normalize());
      }
      const covered = await page.evaluate(
        ([upper, lower]) => {
          const bottom = document.querySelector(`[data-number="${upper}"] .liking`)?.getBoundingClientRect().bottom ?? Infinity;
          return bottom > (document.querySelector(`[data-number="${lower}"]`)?.getBoundingClientRect().top ?? 0);
        },
        [number, below],
      );
      assert.ok(!covered);
    });
  }
});

describe('a picture that never loads', () => {
  test('keeps its room, has its words, and holds up nothing', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = /** @type {import('node:net').AddressInfo} */ (silent.address());
    const feed = await newsroom.feed();
    const picture = {
      name: 'main',
      uri: 'urn:example:silent',
      type: 'picture',
      headlines: [{ value: 'The hall in Annapolis' }],
      renditions: [{ name: 'm', href: `http://127.0.0.1:${port}/hall.jpg`, width: 1200, height: 800 }],
    };
    const number = await feed.pushDocument({ headlines: [{ value: 'With a picture' }], associations: [picture] });
    await feed.served();
    for (const javaScriptEnabled of [false, true]) {
      const page = await newPage(browser, { ...PHONE, javaScriptEnabled });
      await page.goto(feed.url, { waitUntil: 'domcontentloaded' });
      if (javaScriptEnabled) await status(page, 'Live');
      const room = await page.getByAltText('The hall in Annapolis').boundingBox();
      assert.ok(room && Math.abs(room.width / room.height - 1.5) < 0.02, JSON.stringify(room));
      if (javaScriptEnabled) {
        const tall = await height(page, number);
        const next = await feed.push('And on it goes');
        await eventually(() => numbers(page), [next, number]);
        assert.equal(await height(page, number), tall);
      }
      await page.context().close();
    }
    silent.close();
  });
});

describe('a burst of 200 stories at once', () => {
  test('is all there, each once, and is told of in few words', async () => {
    const feed = await newsroom.feed();
    const page = await openPage(browser, feed.url);
    await page.locator('.announcer').evaluate((region) => {
      /** @type {string[]} */
      const heard = [];
      Reflect.set(window, 'heard', heard);
      new MutationObserver(() => region.textContent && heard.push(region.textContent)).observe(region, { childList: true });
    });
    const all = await feed.pushMany(200, 'Short.');
    await eventually(async () => (await numbers(page))[0], all.at(-1));
    const shown = await numbers(page);
    assert.deepEqual(shown, all.toReversed().slice(0, shown.length));
    /** @returns {Promise<string[]>} */
    const heard = () => page.evaluate(() => Reflect.get(window, 'heard'));
    const told = (/** @type {string[]} */ sentences) =>
      sentences.reduce((sum, sentence) => sum + Number(/^(\d+) new stories$/.exec(sentence)?.[1] ?? sentence.startsWith('New story')), 0);
    await eventually(async () => told(await heard()), 200);
    assert.ok((await heard()).length <= 5, (await heard()).join('\n'));
    await status(page, 'Live');
  });
});

describe('ten thousand stories', () => {
  test('open as fifty do, and the oldest can be reached', async () => {
    const feed = await newsroom.feed();
    const all = await feed.pushMany(9_950, 'Short.');
    await feed.served();
    const plain = await openPage(browser, feed.url, { javaScriptEnabled: false });
    assert.deepEqual(await numbers(plain), all.slice(-50).toReversed());
    await plain.goto(`${feed.url}?before=${all[50]}`);
    assert.deepEqual(await numbers(plain), all.slice(0, 50).toReversed());
    const page = await openPage(browser, feed.url);
    const more = await feed.pushMany(50, 'Live.');
    await eventually(async () => (await numbers(page))[0], more.at(-1));
    assert.ok((await numbers(page)).length <= 200, 'the page grows without bound');
  });
});
