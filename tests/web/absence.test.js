import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { absence, leftAt, rememberLeft } from '../../web/feed/absence.js';

const LEFT = { position: '12-0badcafe', number: 12, at: 1_000 };
const PAGE = { numbers: [20, 15, 13, 12, 9], upTo: Infinity, hasOlder: true };

describe('an absence', () => {
  test('counts the stories that came since', () => {
    assert.deepEqual(absence(LEFT, PAGE), { count: 3, at: 1_000, number: 12, more: false });
  });

  test('does not count those that came after the reader was back', () => {
    assert.equal(absence(LEFT, { ...PAGE, upTo: 15 })?.count, 2);
  });

  test('in which nothing came is none', () => {
    assert.equal(absence(LEFT, { ...PAGE, numbers: [12, 9] }), null);
  });

  test('may have brought more than the page shows', () => {
    assert.equal(absence({ ...LEFT, number: 1 }, { ...PAGE, numbers: [20, 15] })?.more, true);
    assert.equal(absence({ ...LEFT, number: 1 }, { ...PAGE, numbers: [20, 15], hasOlder: false })?.more, false);
  });
});

describe('where the reader stopped', () => {
  /** @param {{[key: string]: string}} kept */
  const storeOf = (kept = {}) => ({
    kept,
    getItem: (/** @type {string} */ key) => kept[key] ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => void (kept[key] = value),
  });

  test('is remembered by feed', () => {
    const store = storeOf();
    rememberLeft(store, 'news', LEFT);
    assert.deepEqual(leftAt(store, 'news'), LEFT);
    assert.equal(leftAt(store, 'quake'), null);
  });

  for (const kept of ['', 'null', '{}', '{"position":"1-a","number":"2","at":3}', '[1', '{"position":"1-a","number":2}']) {
    test(`is nowhere where the browser keeps “${kept}”`, () => {
      assert.equal(leftAt(storeOf({ 'livefeed:left:news': kept }), 'news'), null);
    });
  }
});
