import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { isAsked, queryOf, recalledView, rememberView } from '../../web/feed/view.js';

/** @param {{[key: string]: string}} kept */
function store(kept = {}) {
  return {
    kept,
    getItem: (/** @type {string} */ key) => kept[key] ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => void (kept[key] = value),
  };
}

describe('a view', () => {
  test('is an address', () => {
    assert.equal(queryOf({ order: 'newest', key: false }), '?order=newest');
    assert.equal(queryOf({ order: 'oldest', key: true }, { after: 12 }), '?order=oldest&key=1&after=12');
  });

  test('is asked for by an address that says any part of it', () => {
    assert.ok(['?order=newest', '?a=b&key=1', '?before=3', '?after=3'].every(isAsked));
    assert.ok(!['', '?', '?monkey=1', '?reorder=x'].some(isAsked));
  });

  test('is remembered for its feed', () => {
    const memory = store();
    rememberView(memory, 'news', { order: 'oldest', key: true });
    assert.equal(recalledView(memory, 'news'), '?order=oldest&key=1');
    assert.equal(recalledView(memory, 'other'), null);
  });

  test('that is none is not recalled', () => {
    for (const kept of ['', '?order=sideways', '?order=newest&before=3', 'javascript:alert(1)']) {
      assert.equal(recalledView(store({ 'livefeed:view:news': kept }), 'news'), null);
    }
  });
});
