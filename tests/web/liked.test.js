import assert from 'node:assert/strict';
import { test } from 'node:test';

import { recalled, remember, remembered, withAnswers, withLike } from '../../web/feed/liked.js';

const RANDOM = new Uint8Array(16).fill(0xab);
const TOKEN = 'ab'.repeat(16);

/** @param {[string, string][]} items */
function store(items = []) {
  const map = new Map(items);
  return {
    map,
    /** @param {string} key */
    getItem: (key) => map.get(key) ?? null,
    /** @param {string} key @param {string} value */
    setItem: (key, value) => void map.set(key, value),
  };
}

test('a browser makes its token once and keeps it for every feed', () => {
  const kept = store();
  assert.equal(remembered(kept, 'news', RANDOM).token, TOKEN);
  assert.equal(remembered(kept, 'sport', new Uint8Array(16)).token, TOKEN);
});

test('likes are remembered feed by feed', () => {
  const kept = store();
  remember(kept, 'news', withLike(remembered(kept, 'news', RANDOM), 12));
  assert.deepEqual(remembered(kept, 'news', RANDOM).liked, [12]);
  assert.deepEqual(remembered(kept, 'sport', RANDOM).liked, []);
});

test('two pages of a browser know and keep what the other one likes', () => {
  const kept = store();
  const [mine, other] = [remembered(kept, 'news', RANDOM), remembered(kept, 'news', RANDOM)];
  remember(kept, 'news', withLike(mine, 12));
  const both = withLike(recalled(kept, 'news', other), 13);
  assert.deepEqual(both.liked, [12, 13]);
  assert.deepEqual(both.unanswered, [13]);
  remember(kept, 'news', both);
  assert.deepEqual(recalled(kept, 'news', mine).liked, [12, 13]);
});

test('two pages of a browser that open in the same instant like under one token', () => {
  const mine = remembered(store(), 'news', RANDOM);
  const other = store();
  remembered(other, 'news', new Uint8Array(16));
  assert.equal(recalled(other, 'news', mine).token, '00'.repeat(16));
});

test('a browser that keeps nothing likes until the page closes', () => {
  const nothing = { getItem: () => null, setItem: () => {} };
  const liked = remembered(nothing, 'news', RANDOM);
  assert.equal(liked.token, TOKEN);
  assert.deepEqual(recalled(nothing, 'news', withLike(liked, 12)).liked, [12]);
});

test('what others wrote into the storage does no harm', () => {
  for (const junk of ['{', '{"a":1}', '"12"', '[null,"x",1.5]', 'null']) {
    const kept = store([
      ['livefeed:token', '<script>'],
      ['livefeed:liked:news', junk],
    ]);
    assert.deepEqual(remembered(kept, 'news', RANDOM), { token: TOKEN, liked: [], unanswered: [] });
  }
});

test('a like is unanswered until a count comes', () => {
  const liked = withLike(withLike(remembered(store(), 'news', RANDOM), 12), 13);
  assert.deepEqual(liked.unanswered, [12, 13]);
  assert.deepEqual(withAnswers(liked, (number) => number === 12).unanswered, [13]);
});

test('only so many likes are remembered, the newest', () => {
  let liked = remembered(store(), 'news', RANDOM);
  for (let number = 1; number <= 1_001; number += 1) liked = withLike(liked, number);
  assert.equal(liked.liked.length, 1_000);
  assert.equal(liked.liked.at(-1), 1_001);
});
