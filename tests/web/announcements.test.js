import assert from 'node:assert/strict';
import { test } from 'node:test';

import { announcement, noted } from '../../web/feed/announcements.js';
import { english } from './catalogue.js';

/** @import { Pending } from '../../web/feed/announcements.js' */
/** @import { Op } from '../../web/feed/messages.js' */

/** @param {[number, Op, string?][]} changes */
function told(...changes) {
  /** @type {Pending} */
  let pending = new Map();
  for (const [number, op, headline = ''] of changes) pending = noted(pending, { number, op, headline });
  return announcement(pending, english);
}

test('one story is named', () => {
  assert.equal(told([1, 'publish', 'Talks begin']), 'New story: Talks begin');
  assert.equal(told([1, 'correct', 'Talks begin']), 'Corrected: Talks begin');
  assert.equal(told([1, 'update', 'Talks begin']), 'Updated: Talks begin');
  assert.equal(told([1, 'release', 'Talks begin']), 'Back: Talks begin');
});

test('several are counted', () => {
  assert.equal(told([1, 'publish', 'a'], [2, 'publish', 'b'], [3, 'publish', 'c']), '3 new stories');
});

test('a burst of everything is one sentence for each kind', () => {
  const burst = told([1, 'publish', 'a'], [2, 'publish', 'b'], [3, 'correct', 'Talks'], [4, 'kill'], [5, 'hold']);
  assert.equal(burst, '2 new stories. Corrected: Talks. 2 stories were withdrawn');
});

test('a withdrawn story is never named', () => {
  assert.equal(told([1, 'kill', 'A libel']), 'A story was withdrawn');
  assert.equal(told([1, 'publish', 'A libel'], [1, 'kill', 'A libel']), 'A story was withdrawn');
});

test('a new story that is corrected before it was told of is told of once, by its last headline', () => {
  assert.equal(told([1, 'publish', 'Talsk'], [1, 'correct', 'Talks']), 'New story: Talks');
});

test('mended typing errors and pins are not told of', () => {
  assert.equal(told([1, 'refile', 'a'], [1, 'pin', 'a'], [2, 'unpin', 'b'], [0, 'feed']), '');
});
