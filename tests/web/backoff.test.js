import assert from 'node:assert/strict';
import { test } from 'node:test';

import { backoff, FIRST_WAIT, LONGEST_WAIT } from '../../web/feed/backoff.js';

const CHANCES = [0, 0.25, 0.5, 0.999];

test('the first wait is short', () => {
  for (const random of CHANCES) assert.ok(backoff(1, random) <= FIRST_WAIT);
});

test('each wait is longer than the one before, until the longest', () => {
  const waits = [1, 2, 3, 4, 5].map((failures) => backoff(failures, 0.5));
  assert.deepEqual(waits, [750, 1500, 3000, 6000, 12_000]);
});

test('no wait is longer than the longest, however many tries have failed', () => {
  for (const failures of [6, 7, 50, 5000]) assert.ok(backoff(failures, 0.999) <= LONGEST_WAIT);
});

test('half of a wait is left to chance', () => {
  assert.equal(backoff(3, 0), 2000);
  assert.equal(backoff(3, 0.9999), 4000);
});
