/** A page's socket is compressed, and the browser reads all of it, whatever happens to the page. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Newsroom } from './newsroom.js';
import { eventually, newPage, numbers, openBrowser, status, story } from './reader.js';

/** @import { Browser, Page } from 'playwright-core' */

/** @type {Newsroom} */
let newsroom;
/** @type {Browser} */
let browser;
before(async () => {
  [newsroom, browser] = await Promise.all([Newsroom.open(), openBrowser()]);
});
after(() => Promise.all([newsroom.close(), browser.close()]));

/**
 * What the server agreed to on each of the page's sockets, the seqs of the entries that came on
 * each of them, and what the browser could not read.
 * @param {Page} page
 */
async function debuggerOf(page) {
  const told = { agreed: /** @type {string[]} */ ([]), seqs: /** @type {Map<string, number[]>} */ (new Map()), errors: /** @type {string[]} */ ([]) };
  const session = await page.context().newCDPSession(page);
  session.on('Network.webSocketHandshakeResponseReceived', ({ response }) => {
    const header = Object.entries(response.headers).find(([name]) => name.toLowerCase() === 'sec-websocket-extensions');
    told.agreed.push(header?.[1] ?? 'nothing');
  });
  session.on('Network.webSocketFrameReceived', ({ requestId, response }) => {
    const message = response.opcode === 1 ? JSON.parse(response.payloadData) : {};
    if (message.type === 'entry') told.seqs.set(requestId, [...(told.seqs.get(requestId) ?? []), message.seq]);
  });
  session.on('Network.webSocketFrameError', ({ errorMessage }) => told.errors.push(errorMessage));
  await session.send('Network.enable');
  return told;
}

test('a page reads compressed entries over a reload, an offline spell and a kill', async () => {
  const feed = await newsroom.feed();
  const page = await newPage(browser);
  const told = await debuggerOf(page);
  await page.goto(feed.url);
  await status(page, 'Live');
  /** @type {number[]} */
  const shown = [];
  const pushAndSee = async () => {
    for (let n = 0; n < 3; n += 1) {
      shown.unshift(...(await feed.pushMany(2)).reverse());
      await eventually(() => numbers(page), shown);
    }
  };
  await pushAndSee();
  await page.reload();
  await status(page, 'Live');
  await pushAndSee();
  await page.context().setOffline(true);
  await status(page, 'Offline');
  shown.unshift(await feed.push('While nobody could see it'));
  await page.context().setOffline(false);
  await status(page, 'Live');
  await eventually(() => numbers(page), shown);
  await pushAndSee();
  const killed = shown[2] ?? 0;
  await feed.do('kill', `${killed}`, '--yes');
  await eventually(
    () => story(page, killed).innerText(),
    (text) => text.includes('withdrawn'),
  );
  await pushAndSee();
  const first = shown.at(-1) ?? 0;
  const expected = Array.from({ length: shown.length + 1 }, (_, index) => first + index); // and the kill
  // What comes on a socket that the page is closing is not taken, and comes again on the next one.
  for (const seqs of told.seqs.values()) assert.deepEqual(seqs, expected.slice(expected.indexOf(seqs[0] ?? 0)).slice(0, seqs.length));
  assert.deepEqual([...new Set([...told.seqs.values()].flat())], expected);
  assert.deepEqual(told.errors, []);
  assert.ok(told.agreed.length >= 3, `${told.agreed.length} sockets`);
  for (const agreed of told.agreed) assert.match(agreed, /^permessage-deflate; client_no_context_takeover/);
});
