/** What Lighthouse says of the demonstration, which is what somebody sees who tries livefeed. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { judged } from './lighthouse.js';
import { Newsroom } from './newsroom.js';

/** @type {Newsroom} */
let newsroom;
before(async () => {
  newsroom = await Newsroom.open({ demonstration: true });
});
after(() => newsroom.close());

test('Lighthouse finds nothing wrong with accessibility, best practices and search engines’ view', async () => {
  const { faults, scores } = await judged(newsroom.url('/feeds/news'), 'accessibility', 'best-practices', 'seo');
  assert.deepEqual(faults, []);
  assert.deepEqual(scores, { accessibility: 100, 'best-practices': 100, seo: 100 });
});
