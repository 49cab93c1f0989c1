import assert from 'node:assert/strict';
import { test } from 'node:test';

import { likesWords, newsAboveWords, pageTitle, statusWords } from '../../web/feed/words.js';

test('likes are counted in words that fit the number', () => {
  assert.equal(likesWords(0), 'Be the first to like this');
  assert.equal(likesWords(1), '1 reader likes this');
  assert.equal(likesWords(3), '3 readers like this');
  assert.equal(likesWords(12_345), '12,345 readers like this');
});

test('new stories are counted', () => {
  assert.equal(newsAboveWords(1), '1 new story');
  assert.equal(newsAboveWords(3), '3 new stories');
});

test("a live page tells the feed's own state, any other tells its own", () => {
  assert.equal(statusWords('live', 'live'), 'Live');
  assert.equal(statusWords('live', 'upcoming'), 'Upcoming');
  assert.equal(statusWords('live', 'ended'), 'Ended');
  assert.equal(statusWords('offline', 'ended'), 'Offline');
});

test('every status has words of its own', () => {
  const all = /** @type {const} */ (['connecting', 'live', 'reconnecting', 'offline', 'stale', 'stopped']);
  assert.equal(new Set(all.map((status) => statusWords(status, 'live'))).size, all.length);
});

test("the page's title names feed and section", () => {
  assert.equal(pageTitle('Live News Feed', 'News Update'), 'Live News Feed – News Update');
  assert.equal(pageTitle('Live News Feed', ''), 'Live News Feed');
});
