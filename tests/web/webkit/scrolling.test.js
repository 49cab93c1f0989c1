/** Where a reader is, in a browser without scroll anchoring: nothing moves under the eyes. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Newsroom } from '../browser/newsroom.js';
import { eventually } from '../browser/reader.js';
import { WebKit } from './webkit.js';

/** @type {Newsroom} */
let newsroom;
/** @type {WebKit} */
let webkit;
before(async () => {
  [newsroom, webkit] = await Promise.all([Newsroom.open(), WebKit.open()]);
});
after(() => Promise.all([newsroom.close(), webkit.close()]));

test('a story that comes in above leaves the line that is read in its place, to the pixel [A22]', async () => {
  const feed = await newsroom.feed();
  const all = await feed.pushMany(20);
  await feed.served();
  const page = await webkit.openPage(feed.url);
  const read = all[10] ?? 0;
  const place = () =>
    page.evaluate((number) => document.querySelector(`[data-number="${number}"] .body`)?.getBoundingClientRect().top, read);
  await page.evaluate((number) => document.querySelector(`[data-number="${number}"]`)?.scrollIntoView(), read);
  const was = await place();
  const number = await feed.push('Above');
  await eventually(() => page.numbers(), [number, ...all.toReversed()]);
  assert.equal(await place(), was);
  await feed.do('kill', `${number}`, '--yes');
  await eventually(
    () => page.evaluate((killed) => document.querySelector(`[data-number="${killed}"]`)?.className, number),
    (name) => `${name}`.includes('is-withdrawn'),
  );
  assert.equal(await place(), was);
});

test('a reader on top sees the new story there', async () => {
  const feed = await newsroom.feed();
  const all = await feed.pushMany(20);
  await feed.served();
  const page = await webkit.openPage(feed.url);
  const number = await feed.push('On top');
  await eventually(() => page.numbers(), [number, ...all.toReversed()]);
  assert.equal(await page.evaluate(() => scrollY), 0);
});
