import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { counted, reaches } from '../../web/feed/count.js';

/** @import { Feed, Scope } from '../../web/feed/fold.js' */
/** @import { Op } from '../../web/feed/messages.js' */

/** @param {Partial<Scope>} scope @param {number[]} shown @returns {Feed} */
function feed(scope, shown) {
  const whole = { only: null, order: /** @type {const} */ ('newest'), key: false, oldest: 4, newest: 6, top: false };
  const rest = { position: '9-aa', pinned: [], summary: 0, total: 9, ahead: 3, counted: 9 };
  return { ...rest, scope: { ...whole, ...scope }, shown };
}

const part = feed({}, [6, 5, 4]);
const keys = feed({ key: true }, [6, 4]);

/** @typedef {Partial<Feed> & {isKey?: boolean}} Change */

/** @type {(before: Feed, op: Op, ...rest: [number, Change?]) => Feed} */
function count(before, op, ...[number, { isKey = false, ...change } = {}]) {
  return counted(before, { ...before, ...change }, { number, op, html: '', isKey });
}

/** @param {Feed} next */
const counts = (next) => [next.total, next.ahead];

describe('the whole list', () => {
  test('has a new story more, above those shown or below, and counts it once', () => {
    const next = count(part, 'publish', 10);
    assert.deepEqual(counts(next), [10, 4]);
    assert.deepEqual(counts(count(next, 'publish', 10)), [10, 4]);
    assert.deepEqual(counts(count(feed({ order: 'oldest' }, [4, 5, 6]), 'publish', 10)), [10, 3]);
  });

  test('has no more for what the server counted, nor for a change of a story', () => {
    assert.deepEqual(counts(count({ ...part, counted: 12 }, 'publish', 10)), [9, 3]);
    assert.deepEqual(counts(count(part, 'correct', 5)), [9, 3]);
  });

  test('keeps a story that is pinned, and its row does not', () => {
    const pinned = count(part, 'pin', 8, { pinned: [8] });
    assert.deepEqual(counts(pinned), [9, 2]);
    assert.deepEqual(counts(count(pinned, 'unpin', 8, { pinned: [] })), [9, 3]);
  });

  test('is without the summary, and has the former one again', () => {
    const boxed = count(part, 'publish', 10, { summary: 10 });
    assert.deepEqual(counts(boxed), [9, 3]);
    assert.deepEqual(counts(count(boxed, 'publish', 11, { summary: 11 })), [10, 4]);
    assert.deepEqual(counts(count(boxed, 'kill', 10, { summary: 5 })), [9, 4]);
  });
});

describe('a list of key events', () => {
  test('counts those alone', () => {
    assert.deepEqual(counts(count(keys, 'publish', 10)), [9, 3]);
    assert.deepEqual(counts(count(keys, 'publish', 10, { isKey: true })), [10, 4]);
  });

  test('counts what becomes one and what is none any more, where the page knows it', () => {
    assert.deepEqual(counts(count(keys, 'update', 5, { isKey: true })), [10, 3]);
    assert.deepEqual(counts(count(keys, 'update', 4)), [8, 3]);
    assert.deepEqual(counts(count(keys, 'update', 2, { isKey: true })), [9, 3]);
    assert.deepEqual(counts(count(keys, 'update', 2)), [9, 3]);
  });
});

test('a page reaches from its oldest story to its newest', () => {
  assert.deepEqual([3, 4, 6, 7].map((number) => reaches(part.scope, number)), [false, true, true, false]);
});
