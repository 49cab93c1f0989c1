/** What was held or killed is nowhere on a reader's side: each place by its name. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Newsroom } from './newsroom.js';
import { eventually, newPage, openBrowser, openPage, story } from './reader.js';

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

const TEXT = /Zugspitze|Watzmann|Eiger/; // the headline's, the text's, and that of a revision before
const OPEN = ['the feed', 'the story', 'its revisions'];

/** Everything that somebody could read of a page, its head included. @param {Page} page */
const everything = async (page) => `${await page.title()} ${await page.content()}`;

/** All that the page's scripts hold. @param {Page} page */
async function memory(page) {
  const session = await page.context().newCDPSession(page);
  const chunks = /** @type {string[]} */ ([]);
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.takeHeapSnapshot', { captureNumericValue: false });
  await session.detach();
  return chunks.join('');
}

for (const [op, line] of /** @type {const} */ ([
  ['hold', /withdrawn at \d\d:\d\d UTC while it is being checked/],
  ['kill', /withdrawn at \d\d:\d\d UTC\.\s+It was forged\.\s+In its place: What is true/],
])) {
  describe(`after a ${op}, nothing of the text is`, () => {
    /** @type {Feed} */
    let feed;
    /** @type {number} */
    let number;
    /** @type {number} */
    let linking;
    /** @type {Map<string, Page>} */
    let pages;

    before(async () => {
      feed = await newsroom.feed();
      const instead = await feed.push('What is true');
      number = await feed.push('Zugspitze before', '--body', 'Eiger.');
      await feed.do('correct', `${number}`, '--headline', 'Zugspitze', '--body', 'Watzmann.', '--note', 'Another one.');
      linking = await feed.push('A story that links', '--also-read', `${number}`);
      await feed.served();
      const addresses = [feed.url, feed.storyUrl(number), `${feed.storyUrl(number)}/revisions`];
      const opened = await Promise.all(addresses.map((address) => openPage(browser, address)));
      pages = new Map(OPEN.map((name, index) => [name, /** @type {Page} */ (opened[index])]));
      for (const page of opened) assert.match(await everything(page), TEXT);
      const more = op === 'kill' ? ['--yes', '--note', 'It was forged.', '--substitute', `${instead}`] : [];
      await feed.do(op, `${number}`, ...more);
      await feed.served();
    });

    test('on a page without JavaScript, which has a line in its place', async () => {
      const page = await openPage(browser, feed.url, { javaScriptEnabled: false });
      assert.match(await story(page, number).innerText(), line);
      assert.doesNotMatch(await everything(page), TEXT);
    });

    for (const name of OPEN) {
      test(`on an open page of ${name}, which has a line in its place`, async () => {
        const page = /** @type {Page} */ (pages.get(name));
        await eventually(() => story(page, number).innerText(), (text) => line.test(text));
        await eventually(() => everything(page), (text) => !TEXT.test(text));
      });

      test(`in the memory of an open page of ${name}`, async () => {
        const page = /** @type {Page} */ (pages.get(name));
        await eventually(() => story(page, number).innerText(), (text) => line.test(text));
        await eventually(() => memory(page), (text) => !TEXT.test(text));
      });
    }

    test("in the browser's storage", async () => {
      for (const page of pages.values()) {
        const stored = await page.evaluate(async () => {
          const databases = await indexedDB.databases();
          return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, await caches.keys(), databases, document.cookie]);
        });
        assert.doesNotMatch(stored, TEXT);
      }
    });

    test('in Also read', async () => {
      const page = /** @type {Page} */ (pages.get('the feed'));
      await eventually(() => story(page, linking).innerText(), (text) => !/ALSO READ/.test(text));
      assert.match(await story(page, linking).innerText(), /A story that links/);
    });

    test('at its address, which is gone', async () => {
      for (const address of [feed.storyUrl(number), `${feed.storyUrl(number)}/revisions`]) {
        for (const accept of ['text/html', 'application/json']) {
          const answer = await fetch(address, { headers: { accept } });
          assert.equal(answer.status, 410);
          assert.doesNotMatch(await answer.text(), TEXT);
        }
      }
    });

    test('in a cache, for none may show a copy without asking', async () => {
      for (const address of [feed.url, `${feed.url}/stories`, feed.storyUrl(linking), feed.storyUrl(number)]) {
        assert.equal((await fetch(address)).headers.get('cache-control'), 'no-cache', address);
      }
    });
  });
}

test("a page from the browser's own cache shows nothing of what was killed meanwhile", async () => {
  const feed = await newsroom.feed();
  const number = await feed.push('Zugspitze', '--body', 'Watzmann.');
  const other = await feed.push('Another');
  await feed.served();
  const page = await newPage(browser, { javaScriptEnabled: false });
  await page.goto(feed.url);
  assert.match(await everything(page), TEXT);
  await page.goto(feed.storyUrl(other));
  await feed.do('kill', `${number}`, '--yes');
  await feed.served();
  await page.goto(feed.url);
  assert.doesNotMatch(await everything(page), TEXT);
});

test('a page that the reader goes back to shows nothing of what was killed meanwhile', async () => {
  const feed = await newsroom.feed();
  const number = await feed.push('Zugspitze', '--body', 'Watzmann.');
  const other = await feed.push('Another');
  await feed.served();
  const page = await openPage(browser, feed.url);
  await page.goto(feed.storyUrl(other));
  await feed.do('kill', `${number}`, '--yes');
  await page.goBack({ waitUntil: 'commit' });
  await eventually(() => story(page, number).innerText(), (text) => text.includes('withdrawn'));
  assert.doesNotMatch(await everything(page), TEXT);
});
