import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { applied } from '../../web/feed/fold.js';

/** @import { Change, Feed, Scope } from '../../web/feed/fold.js' */
/** @import { Entry, Op, Snapshot } from '../../web/feed/messages.js' */

/** @type {Scope} */
const NEWEST = { only: null, before: null, oldest: 0 };

/** @param {Partial<Feed>} more @returns {Feed} */
const feed = (more = {}) => ({ position: '9-aa', scope: NEWEST, pinned: [], shown: [], ...more });

/** @param {Op} op @param {number} number @param {Partial<Entry>} more @returns {Entry} */
function entry(op, number, more = {}) {
  return { type: 'entry', position: '10-bb', op, number, html: `<${number}>`, rerendered: [], facts: {}, redacts: false, ...more };
}

/** @param {Partial<Snapshot>} more @returns {Snapshot} */
function snapshot(more = {}) {
  return { type: 'snapshot', position: '20-cc', feed: {}, stories: [], pinned: [], more: false, ...more };
}

/** @param {number[]} numbers */
const articles = (numbers) => numbers.map((number) => ({ number, html: `<${number}>` }));

/** @param {Change[]} changes */
const kinds = (changes) => changes.map(({ kind }) => kind);

describe('the order of stories', () => {
  test('a new story stands on top', () => {
    const { feed: after, changes } = applied(feed({ shown: [3, 2, 1] }), entry('publish', 10));
    assert.deepEqual(after.shown, [10, 3, 2, 1]);
    assert.deepEqual(changes, [{ kind: 'place', number: 10, html: '<10>', above: 3, op: 'publish' }]);
  });

  test('a new story stands below the pinned ones', () => {
    const { feed: after, changes } = applied(feed({ shown: [1, 3, 2], pinned: [1] }), entry('publish', 10));
    assert.deepEqual(after.shown, [1, 10, 3, 2]);
    assert.equal(changes[0]?.kind === 'place' && changes[0].above, 3);
  });

  test('a correction stays where its story is', () => {
    const { feed: after, changes } = applied(feed({ shown: [3, 2, 1] }), entry('correct', 2));
    assert.deepEqual(after.shown, [3, 2, 1]);
    assert.deepEqual(changes, [{ kind: 'place', number: 2, html: '<2>', above: 1, op: 'correct' }]);
  });

  test('the last story stands above nothing', () => {
    const { changes } = applied(feed({ shown: [3, 2, 1] }), entry('refile', 1));
    assert.equal(changes[0]?.kind === 'place' && changes[0].above, null);
  });

  test('the newest pin stands first, and an unpinned story goes back to its place', () => {
    const pinned = applied(feed({ shown: [2, 4, 3, 1], pinned: [2] }), entry('pin', 1)).feed;
    assert.deepEqual(pinned.shown, [1, 2, 4, 3]);
    const unpinned = applied(pinned, entry('unpin', 2)).feed;
    assert.deepEqual(unpinned.shown, [1, 4, 3, 2]);
  });

  for (const op of /** @type {Op[]} */ (['hold', 'kill'])) {
    test(`a ${op} unpins its story and leaves a line in its place`, () => {
      const { feed: after, changes } = applied(feed({ shown: [2, 3, 1], pinned: [2] }), entry(op, 2));
      assert.deepEqual(after.shown, [3, 2, 1]);
      assert.deepEqual(after.pinned, []);
      assert.deepEqual(changes, [{ kind: 'place', number: 2, html: '<2>', above: 1, op }]);
    });
  }

  test('a released story comes back in its place by number', () => {
    const { feed: after } = applied(feed({ shown: [4, 2, 1] }), entry('release', 3));
    assert.deepEqual(after.shown, [4, 3, 2, 1]);
  });
});

describe('which stories a page shows', () => {
  const oldestIs5 = { ...NEWEST, oldest: 5 };

  test('one older than the page reaches is left out', () => {
    const { feed: after, changes } = applied(feed({ scope: oldestIs5, shown: [7, 5] }), entry('correct', 3));
    assert.deepEqual(after.shown, [7, 5]);
    assert.deepEqual(changes, []);
  });

  test('unless it is pinned; unpinned, it goes again', () => {
    const pinned = applied(feed({ scope: oldestIs5, shown: [7, 5] }), entry('pin', 3)).feed;
    assert.deepEqual(pinned.shown, [3, 7, 5]);
    const { feed: after, changes } = applied(pinned, entry('unpin', 3));
    assert.deepEqual(after.shown, [7, 5]);
    assert.deepEqual(changes, [{ kind: 'remove', number: 3 }]);
  });

  test('a page of older stories tells of a new one and does not show it', () => {
    const older = feed({ scope: { only: null, before: 6, oldest: 2 }, shown: [5, 4, 2] });
    const { feed: after, changes } = applied(older, entry('publish', 10));
    assert.deepEqual(after.shown, [5, 4, 2]);
    assert.deepEqual(changes, [{ kind: 'elsewhere' }]);
  });

  test('a page of older stories follows corrections, and gives a pinned one away', () => {
    const older = feed({ scope: { only: null, before: 6, oldest: 2 }, shown: [5, 4, 2] });
    assert.deepEqual(kinds(applied(older, entry('correct', 4)).changes), ['place']);
    assert.deepEqual(applied(older, entry('correct', 8)).changes, []);
    assert.deepEqual(applied(older, entry('pin', 4)).changes, [{ kind: 'remove', number: 4 }]);
  });

  test("a story's own page follows that story alone", () => {
    const own = feed({ scope: { ...NEWEST, only: 4 }, shown: [4] });
    assert.deepEqual(kinds(applied(own, entry('kill', 4)).changes), ['place']);
    assert.deepEqual(applied(own, entry('kill', 3)).changes, []);
  });
});

describe('positions', () => {
  test('every entry moves the page on, shown or not', () => {
    assert.equal(applied(feed(), entry('publish', 10)).feed.position, '10-bb');
    assert.equal(applied(feed({ scope: { ...NEWEST, only: 4 } }), entry('kill', 3)).feed.position, '10-bb');
    assert.equal(applied(feed(), entry('feed', 0, { html: null })).feed.position, '10-bb');
  });

  test('an entry without its text moves the page on and changes nothing else', () => {
    const { feed: after, changes } = applied(feed({ shown: [2, 1] }), entry('publish', 3, { html: null }));
    assert.deepEqual(after, feed({ position: '10-bb', shown: [2, 1] }));
    assert.deepEqual(changes, []);
  });
});

describe('other articles that an entry changed', () => {
  test('are replaced where they stand, if they are on the page', () => {
    const rerendered = articles([3, 99]);
    const { changes } = applied(feed({ shown: [4, 3, 2] }), entry('kill', 2, { rerendered }));
    assert.deepEqual(changes[1], { kind: 'place', number: 3, html: '<3>', above: 2, op: null });
    assert.equal(changes.length, 2);
  });
});

describe("a feed's facts", () => {
  test('change by themselves', () => {
    const { changes } = applied(feed(), entry('feed', 0, { facts: { title: 'Summit' } }));
    assert.deepEqual(changes, [{ kind: 'facts', facts: { title: 'Summit' } }]);
  });

  test('the start is a date too', () => {
    const { changes } = applied(feed(), entry('feed', 0, { facts: { starts: '2026-11-03T19:00:00Z' } }));
    assert.deepEqual(changes, [{ kind: 'refresh' }]);
  });

  test('with the zone every date changes, so the page is fetched anew from where it stood', () => {
    const { feed: after, changes } = applied(feed(), entry('feed', 0, { facts: { zone: 'Asia/Seoul' } }));
    assert.deepEqual(changes, [{ kind: 'refresh' }]);
    assert.equal(after.position, '9-aa');
  });
});

describe('a snapshot', () => {
  test('replaces everything, pinned stories first', () => {
    const told = snapshot({ stories: articles([9, 8, 7, 2]), pinned: [2, 8], more: true, feed: { title: 'Summit' } });
    const { feed: after, changes } = applied(feed({ shown: [5, 4], pinned: [4] }), told);
    assert.deepEqual(after, {
      position: '20-cc',
      scope: { only: null, before: null, oldest: 7 },
      pinned: [2, 8],
      shown: [2, 8, 9, 7],
    });
    assert.deepEqual(changes, [
      { kind: 'replace', articles: articles([2, 8, 9, 7]), facts: { title: 'Summit' }, oldest: 7 },
    ]);
  });

  test('of a feed without older stories reaches down to the first', () => {
    const { feed: after } = applied(feed(), snapshot({ stories: articles([2, 1]) }));
    assert.equal(after.scope.oldest, 0);
  });

  test('of an empty feed empties the page', () => {
    assert.deepEqual(applied(feed({ shown: [1] }), snapshot()).feed.shown, []);
  });

  for (const [page, scope] of /** @type {[string, Scope][]} */ ([
    ['a page of older stories', { ...NEWEST, before: 6 }],
    ["a story's own page", { ...NEWEST, only: 4 }],
  ])) {
    test(`does not have what ${page} shows, so that is fetched anew from where it stood`, () => {
      const before = feed({ scope, shown: [4] });
      const { feed: after, changes } = applied(before, snapshot());
      assert.deepEqual(after, before);
      assert.deepEqual(changes, [{ kind: 'refresh' }]);
    });
  }
});
