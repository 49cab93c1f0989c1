import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { likeMessage, readMessage } from '../../web/feed/messages.js';

/** @param {object} fields */
const read = (fields) => readMessage(JSON.stringify(fields));

describe('a good message', () => {
  test('hello says where the server stands and how often it gives a sign', () => {
    const hello = read({ type: 'hello', v: 1, feed: 'news', position: '8-ab', resumed: true, pulse_ms: 15_000 });
    assert.deepEqual(hello, { type: 'hello', position: '8-ab', resumed: true, pulse_ms: 15_000 });
  });

  test('an entry about a story has its article', () => {
    const entry = read({ type: 'entry', position: '8-ab', op: 'publish', number: 8, rev: 1, html: '<article>' });
    assert.deepEqual(entry, {
      type: 'entry',
      position: '8-ab',
      op: 'publish',
      number: 8,
      html: '<article>',
      rerendered: [],
      key_event: null,
      summary: 0,
      facts: {},
      redacts: false,
    });
  });

  test('an entry says which story is the summary, and brings its item of the key events', () => {
    const about = { type: 'entry', position: '8-ab', op: 'publish', number: 8, html: '<article>' };
    const entry = read({ ...about, key_event: '<li>', summary: 8 });
    assert.deepEqual(entry?.type === 'entry' && [entry.key_event, entry.summary], ['<li>', 8]);
    const odd = read({ ...about, key_event: 7, summary: 'x' });
    assert.deepEqual(odd?.type === 'entry' && [odd.key_event, odd.summary], [null, 0]);
  });

  test('a correction may take the former text back', () => {
    const entry = read({ type: 'entry', position: '8-ab', op: 'correct', number: 8, html: '<article>', redacts: true });
    assert.equal(entry?.type === 'entry' && entry.redacts, true);
  });

  test('an entry whose text was withdrawn has no article', () => {
    const entry = read({ type: 'entry', position: '8-ab', op: 'publish', number: 8, withdrawn: true });
    assert.equal(entry?.type === 'entry' && entry.html, null);
  });

  test('an entry brings the articles whose links it changed', () => {
    const rerendered = [{ number: 3, html: '<article>' }];
    const entry = read({ type: 'entry', position: '8-ab', op: 'kill', number: 2, html: '<article>', rerendered });
    assert.deepEqual(entry?.type === 'entry' && entry.rerendered, rerendered);
  });

  test("a feed's entry has the facts that change", () => {
    const facts = { title: 'Summit', starts: '2026-11-03T19:00:00Z', state: 'ended', description: '' };
    const entry = read({ type: 'entry', position: '9-cd', op: 'feed', number: 0, facts });
    assert.deepEqual(entry?.type === 'entry' && entry.facts, facts);
  });

  test('a snapshot has articles, pins and facts', () => {
    const stories = [{ number: 2, rev: 1, html: '<article>' }];
    const summary = { number: 1, rev: 4, html: '<article>' };
    const told = { type: 'snapshot', position: '9-cd', feed: { title: 'Summit' }, pinned: [1], oldest: 2, total: 9 };
    const items = { key_events: [{ number: 1, html: '<li>' }] };
    assert.deepEqual(read({ ...told, ...items, stories, summary, more: true }), {
      ...told,
      ...items,
      stories: [{ number: 2, html: '<article>' }],
      summary: { number: 1, html: '<article>' },
    });
  });

  test('a snapshot of all there is says nothing of older stories, a summary or key events', () => {
    const snapshot = read({ type: 'snapshot', position: '9-cd', feed: {}, stories: [], pinned: [], more: false });
    const none = { oldest: 0, total: null, summary: null, key_events: [] };
    assert.deepEqual(snapshot, { type: 'snapshot', position: '9-cd', feed: {}, stories: [], pinned: [], ...none });
  });

  test('likes are counts by story number', () => {
    assert.deepEqual(read({ type: 'likes', counts: { 12: 3, 13: 0 } }), {
      type: 'likes',
      counts: new Map([
        [12, 3],
        [13, 0],
      ]),
    });
  });

  test('a pulse says where the server stands, whether it hears the newsroom, and what time it is', () => {
    const pulse = read({ type: 'pulse', position: '9-cd', at: 1, readers: 2, upstream: false });
    assert.deepEqual(pulse, { type: 'pulse', position: '9-cd', upstream: false, at: 1 });
    assert.deepEqual(read({ type: 'pulse', position: '9-cd' }), { type: 'pulse', position: '9-cd', upstream: true, at: 0 });
  });

  test('a farewell says when to come back', () => {
    assert.deepEqual(read({ type: 'bye', reason: 'restart', retry_ms: 1200 }), { type: 'bye', retry_ms: 1200 });
  });
});

describe('a message of no use reads as null', () => {
  for (const [what, data] of /** @type {[string, unknown][]} */ ([
    ['no JSON', '{'],
    ['an empty text', ''],
    ['bytes', new ArrayBuffer(4)],
    ['a list', '[]'],
    ['null', 'null'],
    ['no type', '{}'],
    ['an unknown type', '{"type":"weather"}'],
    ["the name of an object's own method", '{"type":"toString"}'],
    ['a hello without a position', '{"type":"hello","resumed":true,"pulse_ms":1}'],
    ['a hello with an endless pulse', '{"type":"hello","position":"1-a","resumed":true,"pulse_ms":1e99}'],
    ['an unknown operation', '{"type":"entry","position":"1-a","op":"shout","number":1}'],
    ['a number that is none', '{"type":"entry","position":"1-a","op":"kill","number":"1"}'],
    ['a snapshot without stories', '{"type":"snapshot","position":"1-a"}'],
    ['a pulse without a position', '{"type":"pulse"}'],
  ])) {
    test(what, () => assert.equal(readMessage(data), null));
  }

  test('and of a list of articles only the good ones are taken', () => {
    const stories = [{ number: 1, html: 'a' }, { number: -1, html: 'b' }, { number: 2 }, null, 'x'];
    const snapshot = read({ type: 'snapshot', position: '1-a', stories, pinned: [1, '2', 0] });
    assert.deepEqual(snapshot?.type === 'snapshot' && snapshot.stories, [{ number: 1, html: 'a' }]);
    assert.deepEqual(snapshot?.type === 'snapshot' && snapshot.pinned, [1]);
  });

  test('and of counts and facts only the good ones', () => {
    const likes = read({ type: 'likes', counts: { 1: 2, x: 3, 4: -1, 5: 'many' } });
    assert.deepEqual(likes, { type: 'likes', counts: new Map([[1, 2]]) });
    const entry = read({ type: 'entry', position: '1-a', op: 'feed', number: 0, facts: { title: 5, state: 'odd' } });
    assert.deepEqual(entry?.type === 'entry' && entry.facts, {});
  });

  test('and a farewell without a usable wait leaves the wait to the page', () => {
    assert.deepEqual(read({ type: 'bye', retry_ms: -5 }), { type: 'bye', retry_ms: 0 });
  });
});

test('a like is what the protocol says', () => {
  assert.deepEqual(JSON.parse(likeMessage(12, 'abcdef0123456789')), {
    type: 'like',
    number: 12,
    token: 'abcdef0123456789',
  });
});
