/** A page in WebKit that was left, or whose server was: it comes back by itself and misses nothing. */

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

test('back and forward lead to a live page with all that came meanwhile', async () => {
  const feed = await newsroom.feed();
  const first = await feed.push('Before');
  await feed.served();
  const page = await webkit.openPage(feed.url);
  await page.evaluate(() => void Reflect.set(window, 'isFromCache', true));
  await page.goto(newsroom.url('/feeds'));
  const second = await feed.push('Meanwhile');
  await page.back();
  await eventually(() => page.numbers(), [second, first]);
  await eventually(() => page.status(), 'Live');
  assert.equal(await page.evaluate(() => Reflect.get(window, 'isFromCache')), true);
  await page.forward();
  await eventually(() => page.evaluate(() => location.pathname), '/feeds');
  await page.back();
  await eventually(() => page.status(), 'Live');
  const third = await feed.push('And again');
  await eventually(() => page.numbers(), [third, second, first]);
});

for (const [how, signal] of /** @type {const} */ ([
  ['in order', 'SIGTERM'],
  ['without a word', 'SIGKILL'],
])) {
  test(`a server that goes away ${how} is met again, and everything is there once`, async () => {
    const feed = await newsroom.feed();
    const first = await feed.push('Before');
    await feed.served();
    const page = await webkit.openPage(feed.url);
    await newsroom.end(signal);
    await eventually(
      () => page.status(),
      (words) => words.startsWith('Reconnecting'),
    );
    await newsroom.start();
    const second = await feed.push('After');
    await eventually(() => page.numbers(), [second, first], 60_000);
    await eventually(() => page.status(), 'Live');
    });
}
