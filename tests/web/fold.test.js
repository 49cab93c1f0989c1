import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { applied, seqOf } from '../../web/feed/fold.js';

/** @import { Change, Feed, Scope } from '../../web/feed/fold.js' */
/** @import { Entry, Op, Snapshot } from '../../web/feed/messages.js' */

/** @type {Scope} */
const NEWEST = { only: null, order: 'newest', key: false, oldest: 0, newest: Infinity, top: true };

/** @param {Partial<Feed>} more @returns {Feed} */
const feed = ({ shown = [], ...more } = {}) => ({
  position: '9-aa',
  scope: NEWEST,
  pinned: [],
  summary: 0,
  shown,
  total: shown.length,
  ahead: 0,
  counted: 9,
  ...more,
});

/** @param {Op} op @param {number} number @param {Partial<Entry>} more @returns {Entry} */
function entry(op, number, more = {}) {
  const about = { html: `<${number}>`, rerendered: [], key_event: null, summary: 0, facts: {}, redacts: false };
  return { type: 'entry', position: '10-bb', op, number, ...about, ...more };
}

/** @param {Partial<Snapshot>} more @returns {Snapshot} */
function snapshot(more = {}) {
  const none = { stories: [], pinned: [], oldest: 0, total: null, summary: null, key_events: [] };
  return { type: 'snapshot', position: '20-cc', feed: {}, ...none, ...more };
}

/** @param {number[]} numbers */
const articles = (numbers) => numbers.map((number) => ({ number, html: `<${number}>` }));

/**
 * What a message changes, besides the list of key events.
 * @param {Feed} before @param {Entry | Snapshot} message
 */
function after(before, message) {
  const { feed: next, changes } = applied(before, message);
  return { feed: next, changes: changes.filter(({ kind }) => kind !== 'key-event') };
}

/** @param {number} number @param {number | null} above @param {Op | null} op */
const placed = (number, above, op) => ({ kind: 'place', number, html: `<${number}>`, above, isSummary: false, op });

/** @param {Change[]} changes */
const kinds = (changes) => changes.map(({ kind }) => kind);

describe('the order of stories', () => {
  test('a new story stands on top', () => {
    const { feed: next, changes } = after(feed({ shown: [3, 2, 1] }), entry('publish', 10));
    assert.deepEqual(next.shown, [10, 3, 2, 1]);
    assert.deepEqual(changes, [placed(10, 3, 'publish')]);
  });

  test('a new story stands below the pinned ones', () => {
    const { feed: next, changes } = after(feed({ shown: [1, 3, 2], pinned: [1] }), entry('publish', 10));
    assert.deepEqual(next.shown, [1, 10, 3, 2]);
    assert.equal(changes[0]?.kind === 'place' && changes[0].above, 3);
  });

  test('a correction stays where its story is', () => {
    const { feed: next, changes } = after(feed({ shown: [3, 2, 1] }), entry('correct', 2));
    assert.deepEqual(next.shown, [3, 2, 1]);
    assert.deepEqual(changes, [placed(2, 1, 'correct')]);
  });

  test('the last story stands above nothing', () => {
    const { changes } = after(feed({ shown: [3, 2, 1] }), entry('refile', 1));
    assert.equal(changes[0]?.kind === 'place' && changes[0].above, null);
  });

  test('the newest pin stands first, and an unpinned story goes back to its place', () => {
    const pinned = after(feed({ shown: [2, 4, 3, 1], pinned: [2] }), entry('pin', 1)).feed;
    assert.deepEqual(pinned.shown, [1, 2, 4, 3]);
    const unpinned = after(pinned, entry('unpin', 2)).feed;
    assert.deepEqual(unpinned.shown, [1, 4, 3, 2]);
  });

  for (const op of /** @type {Op[]} */ (['hold', 'kill'])) {
    test(`a ${op} unpins its story and leaves a line in its place`, () => {
      const { feed: next, changes } = after(feed({ shown: [2, 3, 1], pinned: [2] }), entry(op, 2));
      assert.deepEqual(next.shown, [3, 2, 1]);
      assert.deepEqual(next.pinned, []);
      assert.deepEqual(changes, [placed(2, 1, op)]);
    });
  }

  test('a released story comes back in its place by number', () => {
    const { feed: next } = after(feed({ shown: [4, 2, 1] }), entry('release', 3));
    assert.deepEqual(next.shown, [4, 3, 2, 1]);
  });
});

describe('which stories a page shows', () => {
  test('one beyond the page that is withdrawn is gone', () => {
    const { changes } = after(feed({ scope: { ...NEWEST, newest: 5, top: false }, shown: [5] }), entry('hold', 8));
    assert.deepEqual(changes, [{ kind: 'remove', number: 8 }]);
  });

  const oldestIs5 = { ...NEWEST, oldest: 5 };

  test('one older than the page reaches is left out', () => {
    const { feed: next, changes } = after(feed({ scope: oldestIs5, shown: [7, 5] }), entry('correct', 3));
    assert.deepEqual(next.shown, [7, 5]);
    assert.deepEqual(changes, []);
  });

  test('unless it is pinned; unpinned, it goes again', () => {
    const pinned = after(feed({ scope: oldestIs5, shown: [7, 5] }), entry('pin', 3)).feed;
    assert.deepEqual(pinned.shown, [3, 7, 5]);
    const { feed: next, changes } = after(pinned, entry('unpin', 3));
    assert.deepEqual(next.shown, [7, 5]);
    assert.deepEqual(changes, [{ kind: 'remove', number: 3 }]);
  });

  test('a page of older stories tells of a new one and does not show it', () => {
    const older = feed({ scope: { ...NEWEST, newest: 5, oldest: 2, top: false }, shown: [5, 4, 2] });
    const { feed: next, changes } = after(older, entry('publish', 10));
    assert.deepEqual(next.shown, [5, 4, 2]);
    assert.deepEqual(changes, [{ kind: 'elsewhere', number: 10 }]);
  });

  test('a page of older stories follows corrections, and gives a pinned one away', () => {
    const older = feed({ scope: { ...NEWEST, newest: 5, oldest: 2, top: false }, shown: [5, 4, 2] });
    assert.deepEqual(kinds(after(older, entry('correct', 4)).changes), ['place']);
    assert.deepEqual(after(older, entry('correct', 8)).changes, []);
    assert.deepEqual(after(older, entry('pin', 4)).changes, [{ kind: 'remove', number: 4 }]);
  });

  test("a story's own page follows that story alone", () => {
    const own = feed({ scope: { ...NEWEST, only: 4 }, shown: [4] });
    assert.deepEqual(kinds(after(own, entry('kill', 4)).changes), ['place']);
    assert.deepEqual(after(own, entry('kill', 3)).changes, []);
  });
});

describe('positions', () => {
  test('every entry moves the page on, shown or not', () => {
    assert.equal(after(feed(), entry('publish', 10)).feed.position, '10-bb');
    assert.equal(after(feed({ scope: { ...NEWEST, only: 4 } }), entry('kill', 3)).feed.position, '10-bb');
    assert.equal(after(feed(), entry('feed', 0, { html: null })).feed.position, '10-bb');
  });

  test('an entry without its text moves the page on and changes nothing else', () => {
    const { feed: next, changes } = after(feed({ shown: [2, 1] }), entry('publish', 3, { html: null }));
    assert.deepEqual(next, feed({ position: '10-bb', shown: [2, 1] }));
    assert.deepEqual(changes, []);
  });
});

describe('other articles that an entry changed', () => {
  test('are replaced where they stand, if they are on the page', () => {
    const rerendered = articles([3, 99]);
    const { changes } = after(feed({ shown: [4, 3, 2] }), entry('kill', 2, { rerendered }));
    assert.deepEqual(changes[1], placed(3, 2, null));
    assert.equal(changes.length, 2);
  });
});

describe('the oldest first', () => {
  const scope = { ...NEWEST, order: /** @type {const} */ ('oldest') };

  test('a new story stands at the end', () => {
    const { feed: next, changes } = after(feed({ scope, shown: [1, 2], pinned: [2] }), entry('publish', 10));
    assert.deepEqual(next.shown, [2, 1, 10]);
    assert.deepEqual(changes, [placed(10, null, 'publish')]);
  });

  test('a new story is elsewhere while the end is not on the page', () => {
    const { feed: next, changes } = after(feed({ scope: { ...scope, newest: 5 }, shown: [1, 5], total: 7 }), entry('publish', 10));
    assert.deepEqual(changes, [{ kind: 'elsewhere', number: 10 }]);
    assert.deepEqual([next.shown, next.total, next.ahead], [[1, 5], 8, 0]);
  });
});

describe('key events alone', () => {
  const scope = { ...NEWEST, key: true };
  const key = { key_event: '<li>' };

  test('are shown as they come, and other stories are not', () => {
    const before = feed({ scope, shown: [4, 2] });
    assert.deepEqual(after(before, entry('publish', 10, key)).feed.shown, [10, 4, 2]);
    const other = after(before, entry('publish', 10));
    assert.deepEqual([other.feed.shown, other.feed.total, other.changes], [[4, 2], 2, []]);
  });

  test('a story that becomes one comes in, and leaves when it is none any more', () => {
    const came = after(feed({ scope, shown: [4, 2] }), entry('update', 3, key)).feed;
    assert.deepEqual([came.shown, came.total], [[4, 3, 2], 3]);
    const { feed: next, changes } = after(came, entry('update', 3));
    assert.deepEqual([next.shown, next.total, changes], [[4, 2], 2, [{ kind: 'remove', number: 3 }]]);
  });

  test('that are withdrawn leave a line', () => {
    const { feed: next, changes } = after(feed({ scope, shown: [4, 2] }), entry('kill', 4));
    assert.deepEqual(next.shown, [4, 2]);
    assert.deepEqual(changes, [placed(4, 2, 'kill')]);
  });

  test('have their item in the list of key events in every view, until they are withdrawn', () => {
    for (const before of [feed({ scope }), feed({ scope: { ...NEWEST, newest: 3, top: false } })]) {
      assert.deepEqual(applied(before, entry('publish', 10, key)).changes[0], { kind: 'key-event', number: 10, html: '<li>' });
    }
    assert.deepEqual(applied(feed(), entry('kill', 3)).changes[0], { kind: 'key-event', number: 3, html: null });
  });
});

describe('the summary', () => {
  test('stands in the box and not in the list', () => {
    const { feed: next, changes } = after(feed({ shown: [3, 2] }), entry('publish', 10, { summary: 10 }));
    assert.deepEqual([next.shown, next.summary, next.total], [[3, 2], 10, 2]);
    assert.deepEqual(changes, [{ ...placed(10, null, 'publish'), isSummary: true }]);
  });

  test('is corrected there', () => {
    const { feed: next, changes } = after(feed({ shown: [3, 2], summary: 5 }), entry('correct', 5, { summary: 5 }));
    assert.deepEqual([next.shown, next.total], [[3, 2], 2]);
    assert.deepEqual(changes, [{ ...placed(5, null, 'correct'), isSummary: true }]);
  });

  test('gives way to the next one and goes back to its place', () => {
    const { feed: next, changes } = after(feed({ shown: [7, 2], summary: 5 }), entry('publish', 10, { summary: 10 }));
    assert.deepEqual([next.shown, next.summary, next.total], [[7, 5, 2], 10, 3]);
    assert.deepEqual(changes, [
      { ...placed(10, null, 'publish'), isSummary: true },
      { kind: 'move', number: 5, above: 2, isSummary: false },
    ]);
  });

  test('goes where its place is not on the page', () => {
    const before = feed({ scope: { ...NEWEST, oldest: 6 }, shown: [7], summary: 5, total: 3 });
    const { feed: next, changes } = after(before, entry('publish', 10, { summary: 10 }));
    assert.deepEqual([next.shown, next.total], [[7], 4]);
    assert.deepEqual(changes[1], { kind: 'remove', number: 5 });
  });

  test('that is withdrawn leaves a line in the list, and the one before stands in the box again', () => {
    const { feed: next, changes } = after(feed({ shown: [7, 2], summary: 5 }), entry('kill', 5, { summary: 2 }));
    assert.deepEqual([next.shown, next.summary, next.total], [[7, 5], 2, 2]);
    assert.deepEqual(changes, [placed(5, 2, 'kill'), { kind: 'move', number: 2, above: null, isSummary: true }]);
  });

  test('is brought where the page has never had it', () => {
    const before = feed({ scope: { ...NEWEST, oldest: 6 }, shown: [7], summary: 8 });
    const { feed: next, changes } = after(before, entry('kill', 8, { summary: 3 }));
    assert.deepEqual([next.shown, next.summary], [[8, 7], 3]);
    assert.deepEqual(changes[1], { kind: 'bring', number: 3 });
  });

  test('of which nothing is known here leaves a page of key events to be fetched anew', () => {
    const before = feed({ scope: { ...NEWEST, key: true }, shown: [7], summary: 5 });
    assert.deepEqual(kinds(after(before, entry('publish', 10, { summary: 10 })).changes), ['place', 'refresh']);
  });

  test('is nowhere on a page without the top', () => {
    const older = feed({ scope: { ...NEWEST, newest: 6, top: false }, shown: [6, 5, 4], total: 6 });
    const { feed: next, changes } = after(older, entry('update', 5, { summary: 5 }));
    assert.deepEqual([next.shown, next.total, changes], [[6, 4], 5, [{ kind: 'remove', number: 5 }]]);
  });
});

test('the seq of a position is its first number', () => {
  assert.equal(seqOf('812-9f3a1c2e'), 812);
  assert.equal(seqOf(''), 0);
});

describe("a feed's facts", () => {
  test('change by themselves', () => {
    const { changes } = after(feed(), entry('feed', 0, { facts: { title: 'Summit' } }));
    assert.deepEqual(changes, [{ kind: 'facts', facts: { title: 'Summit' } }]);
  });

  test('the start is a date too', () => {
    const { changes } = after(feed(), entry('feed', 0, { facts: { starts: '2026-11-03T19:00:00Z' } }));
    assert.deepEqual(changes, [{ kind: 'refresh' }]);
  });

  test('with the zone every date changes, so the page is fetched anew from where it stood', () => {
    const { feed: next, changes } = after(feed(), entry('feed', 0, { facts: { zone: 'Asia/Seoul' } }));
    assert.deepEqual(changes, [{ kind: 'refresh' }]);
    assert.equal(next.position, '9-aa');
  });
});

describe('a snapshot', () => {
  test('replaces everything, pinned stories first', () => {
    const told = snapshot({ stories: articles([9, 8, 7, 2]), pinned: [2, 8], oldest: 7, total: 6, feed: { title: 'Summit' } });
    const { feed: next, changes } = after(feed({ shown: [5, 4], pinned: [4] }), told);
    const scope = { ...NEWEST, oldest: 7 };
    assert.deepEqual(next, feed({ position: '20-cc', scope, pinned: [2, 8], shown: [2, 8, 9, 7], total: 6, counted: 20 }));
    assert.deepEqual(changes, [
      { kind: 'replace', articles: articles([2, 8, 9, 7]), summary: null, keyEvents: [], facts: { title: 'Summit' } },
    ]);
  });

  test('of which all are pinned reaches down to where the older ones begin', () => {
    const told = snapshot({ stories: articles([9, 8, 2]), pinned: [2, 8, 9], oldest: 8, total: 7 });
    assert.equal(after(feed(), told).feed.scope.oldest, 8);
  });

  test('has the summary in its box, among its stories or not', () => {
    const [summary] = articles([8]);
    const told = snapshot({ stories: articles([9, 8, 7]), summary: summary ?? null, key_events: articles([7]) });
    const { feed: next, changes } = after(feed(), told);
    assert.deepEqual([next.shown, next.summary, next.total], [[9, 7], 8, 2]);
    assert.deepEqual(changes, [
      { kind: 'replace', articles: articles([9, 7]), summary, keyEvents: articles([7]), facts: {} },
    ]);
  });

  test('of a feed without older stories reaches down to the first', () => {
    const { feed: next } = after(feed(), snapshot({ stories: articles([2, 1]) }));
    assert.equal(next.scope.oldest, 0);
  });

  test('of an empty feed empties the page', () => {
    assert.deepEqual(after(feed({ shown: [1] }), snapshot()).feed.shown, []);
  });

  for (const [page, scope] of /** @type {[string, Scope][]} */ ([
    ['a page of older stories', { ...NEWEST, newest: 5, top: false }],
    ['a page that begins with the oldest', { ...NEWEST, order: 'oldest' }],
    ['a page of key events', { ...NEWEST, key: true }],
    ["a story's own page", { ...NEWEST, only: 4 }],
  ])) {
    test(`does not have what ${page} shows, so that is fetched anew from where it stood`, () => {
      const before = feed({ scope, shown: [4] });
      const { feed: next, changes } = after(before, snapshot());
      assert.deepEqual(next, before);
      assert.deepEqual(changes, [{ kind: 'refresh' }]);
    });
  }
});
