/** What a reader's browser is sent to make a page live: measured on the wire. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get } from 'node:http';
import { after, before, test } from 'node:test';
import { brotliDecompressSync } from 'node:zlib';

import { Newsroom } from './browser/newsroom.js';

const MOST = 30 * 1024; // bytes, of all scripts and style sheets of a page together
const ELEMENT = 1024; // bytes more, of what stands in another site's page

/** @type {Newsroom} */
let newsroom;
before(async () => {
  newsroom = await Newsroom.open();
});
after(() => newsroom.close());

/** The bytes of an answer as they come, and what they mean. @param {string} url */
async function sent(url) {
  const request = get(url, { headers: { 'accept-encoding': 'gzip, deflate, br, zstd' } });
  const [response] = await once(request, 'response');
  assert.equal(response.headers['content-encoding'], 'br', url);
  const bytes = Buffer.concat(await response.toArray());
  assert.equal(Number(response.headers['content-length']), bytes.length, url);
  return { weight: bytes.length, text: brotliDecompressSync(bytes).toString() };
}

/** @param {string[]} addresses @param {number} [most] */
async function weigh(addresses, most = MOST) {
  const weights = await Promise.all(addresses.map(async (address) => (await sent(newsroom.url(address))).weight));
  const weight = weights.reduce((sum, each) => sum + each, 0);
  assert.ok(weight <= most, `${weight} bytes in ${addresses.length} files`);
}

test('the scripts and the style sheet of a page weigh 30 KB at most, compressed as they are sent', async () => {
  const feed = await newsroom.feed();
  const { text } = await sent(feed.url);
  const addresses = [...text.matchAll(/<(?:link|script)[^>]* (?:href|src)="(\/static\/[^"]+)"/g)].map(([, address]) => `${address}`);
  assert.ok(addresses.includes('/static/main.js') && addresses.includes('/static/style.css'));
  await weigh(addresses);
  // Another site's page has these two in place of the one.
  const embedded = addresses.filter((address) => address !== '/static/main.js');
  await weigh(['/embed.js', '/static/page/embedded.js', ...embedded], MOST + ELEMENT);
});
