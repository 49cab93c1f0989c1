import assert from 'node:assert/strict';
import { test } from 'node:test';

import { feedTitle, likesWords, newsAboveWords, statusWords, storyTitle } from '../../web/feed/words.js';

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

test("a feed's title names its section", () => {
  assert.equal(feedTitle('Live News Feed', 'News Update'), 'Live News Feed – News Update');
  assert.equal(feedTitle('Live News Feed', ''), 'Live News Feed');
});

test("a story's title names its feed, and does not name a withdrawn story", () => {
  assert.equal(storyTitle('Talks begin', 'Live News Feed'), 'Talks begin – Live News Feed');
  assert.equal(storyTitle('', 'Live News Feed'), 'Story withdrawn – Live News Feed');
});
