import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { beyond, from, goesOn, MOST, row, surplus, trimmed, widened } from '../../web/feed/window.js';

/** @import { Feed, Scope } from '../../web/feed/fold.js' */

/** @param {Partial<Scope>} scope @param {number[]} shown @param {Partial<Feed>} more @returns {Feed} */
function feed(scope, shown, more = {}) {
  const whole = { only: null, order: /** @type {const} */ ('newest'), key: false, oldest: 0, newest: Infinity, top: true };
  const rest = { position: '90-aa', pinned: [], summary: 0, total: 90, ahead: 0, counted: 90 };
  return { ...rest, scope: { ...whole, ...scope }, shown, ...more };
}

/** @param {number} newest @param {number} oldest */
const numbers = (newest, oldest) => Array.from({ length: newest - oldest + 1 }, (_, index) => newest - index);

const OLDEST = { order: /** @type {const} */ ('oldest') };

describe('the ends of what is in the document', () => {
  test('go on where the view has more, in the order of the page', () => {
    const newest = feed({ oldest: 4 }, [9, 4]);
    assert.deepEqual([goesOn(newest, 'before'), goesOn(newest, 'after')], [false, true]);
    const oldest = feed({ ...OLDEST, newest: 6 }, [1, 6]);
    assert.deepEqual([goesOn(oldest, 'before'), goesOn(oldest, 'after')], [false, true]);
    assert.equal(goesOn(feed({ only: 4, oldest: 4 }, [4]), 'after'), false);
  });

  test('are the bounds of what comes next', () => {
    const newest = feed({ oldest: 4, newest: 9 }, [9, 4]);
    assert.deepEqual([beyond(newest, 'before'), beyond(newest, 'after')], [{ after: 9 }, { before: 4 }]);
    const oldest = feed({ ...OLDEST, oldest: 4, newest: 9 }, [4, 9]);
    assert.deepEqual([beyond(oldest, 'before'), beyond(oldest, 'after')], [{ before: 4 }, { after: 9 }]);
  });

  test('a page can begin with any story', () => {
    assert.deepEqual([from(feed({}, []), 7), from(feed(OLDEST, []), 7)], [{ before: 8 }, { after: 6 }]);
  });
});

describe('what was fetched', () => {
  test('for the lower end stands below, and reaches as far as its page', () => {
    const next = widened(feed({ oldest: 7 }, [9, 8, 7]), feed({ oldest: 5, newest: 6, top: false }, [6, 5], { total: 91, ahead: 3 }), 'after');
    assert.deepEqual([next.shown, next.scope.oldest, next.scope.newest], [[9, 8, 7, 6, 5], 5, Infinity]);
    assert.deepEqual([next.total, next.ahead], [90, 0]);
  });

  test('for the upper end stands above, with the pinned stories where the view begins', () => {
    const mine = feed({ newest: 6, oldest: 5, top: false }, [6, 5], { pinned: [2], ahead: 3 });
    const next = widened(mine, feed({ oldest: 7 }, [2, 9, 8, 7], { pinned: [2], total: 91 }), 'before');
    assert.deepEqual(next.shown, [2, 9, 8, 7, 6, 5]);
    assert.deepEqual([next.scope.newest, next.scope.oldest, next.scope.top], [Infinity, 5, true]);
    assert.deepEqual([next.total, next.ahead], [91, 0]);
  });

  test('is shown once', () => {
    assert.deepEqual(widened(feed({ oldest: 7 }, [8, 7]), feed({ oldest: 6 }, [7, 6]), 'after').shown, [8, 7, 6]);
  });
});

describe('what is too much', () => {
  const shown = [1, ...numbers(MOST + 12, 10)];
  const long = feed({ oldest: 10 }, shown, { pinned: [1] });

  test('is at the end that is further away, the outermost first, and never a pinned story', () => {
    assert.deepEqual(surplus(long, { before: 10, after: 900 }), { end: 'after', numbers: [10, 11, 12] });
    assert.deepEqual(surplus(long, { before: 900, after: 10 }), {
      end: 'before',
      numbers: [MOST + 12, MOST + 11, MOST + 10],
    });
  });

  test('is nothing in a short list', () => {
    assert.deepEqual(surplus(feed({}, numbers(MOST, 1)), { before: 0, after: 0 }).numbers, []);
  });

  test('once it is gone, the page ends where its list ends', () => {
    const below = trimmed(long, { end: 'after', numbers: [10, 11, 12] });
    assert.deepEqual([below.scope.oldest, below.scope.newest, below.ahead], [13, Infinity, 0]);
    const above = trimmed(long, { end: 'before', numbers: [MOST + 12] });
    assert.deepEqual([above.scope.oldest, above.scope.newest, above.ahead], [10, MOST + 11, 1]);
    assert.deepEqual(above.shown.slice(0, 2), [1, MOST + 11]);
    assert.equal(row(above).length, MOST + 2);
  });

  test('in the oldest first, the upper end is the older one', () => {
    const all = feed({ ...OLDEST, newest: 30 }, [4, 5, 6]);
    assert.equal(trimmed(all, { end: 'before', numbers: [4] }).scope.oldest, 5);
    assert.equal(trimmed(all, { end: 'after', numbers: [6] }).scope.newest, 5);
  });
});
