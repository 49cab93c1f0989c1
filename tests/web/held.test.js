import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { newcomers, NOTHING, parted, released, withdraws } from '../../web/feed/held.js';

/** @import { Change, Place, Replace } from '../../web/feed/fold.js' */
/** @import { Held, Reader } from '../../web/feed/held.js' */
/** @import { Entry, Op } from '../../web/feed/messages.js' */

/** @param {number} number @param {Op | null} op @param {string} html @returns {Place} */
const place = (number, op, html = `<${number}>`) => ({ kind: 'place', number, html, above: null, isSummary: false, op });

/** A reader of a page that shows the stories 1 to 3. @param {Partial<Reader>} more @returns {Reader} */
const reader = (more = {}) => ({ isPaused: false, isBusy: () => false, isShown: (number) => number <= 3, ...more });

const paused = reader({ isPaused: true });
const busyWith2 = reader({ isBusy: (number) => number === 2 });

/** @param {Change[]} changes @param {Reader} who */
const coming = (changes, who, held = NOTHING) => parted(held, { changes, isWithdrawal: false }, who);

/** @param {Change[]} changes @param {Reader} who @param {Held} held */
const withdrawn = (changes, who, held = NOTHING) => parted(held, { changes, isWithdrawal: true }, who);

/** @param {Held} held */
const waiting = (held) => [...held.values()];

test('nothing waits for a reader who just reads', () => {
  const changes = [place(4, 'publish'), place(2, 'correct')];
  assert.deepEqual(coming(changes, reader()), { held: NOTHING, now: changes });
});

describe('while the page is paused', () => {
  test('new stories and changed ones wait, in their order', () => {
    const { held, now } = coming([place(4, 'publish'), place(2, 'correct')], paused);
    assert.deepEqual(now, []);
    assert.deepEqual(waiting(held), [place(4, 'publish'), place(2, 'correct')]);
    assert.equal(newcomers(held, paused), 1);
  });

  test("the feed's own facts, and what only the server can tell, do not wait", () => {
    /** @type {Change[]} */
    const changes = [{ kind: 'facts', facts: { state: 'ended' } }, { kind: 'refresh' }, { kind: 'elsewhere', number: 9 }];
    assert.deepEqual(coming(changes, paused), { held: NOTHING, now: changes });
  });

  test('of each story the newest word waits, and a new story stays new', () => {
    const { held } = coming([place(4, 'publish'), place(4, 'correct', '<4 corrected>'), place(4, null, '<4 links>')], paused);
    assert.deepEqual(waiting(held), [place(4, 'publish', '<4 links>')]);
  });

  test('a story that leaves the page stays until then', () => {
    const { held } = coming([place(2, 'update'), { kind: 'remove', number: 2 }], paused);
    assert.deepEqual(waiting(held), [{ kind: 'remove', number: 2 }]);
  });

  test('all of it comes once the page goes on', () => {
    const { held } = coming([place(4, 'publish'), place(2, 'correct')], paused);
    assert.deepEqual(released(held, reader()), { held: NOTHING, now: waiting(held) });
    assert.deepEqual(released(held, paused), { held, now: [] });
  });
});

describe('while the reader is busy with an article', () => {
  test('its change waits, and no other', () => {
    const { held, now } = coming([place(2, 'correct'), place(3, 'correct'), place(4, 'publish')], busyWith2);
    assert.deepEqual(now, [place(3, 'correct'), place(4, 'publish')]);
    assert.deepEqual(waiting(held), [place(2, 'correct')]);
    assert.equal(newcomers(held, busyWith2), 0);
  });

  test('it comes once the reader has done, or with the next change after that', () => {
    const { held } = coming([place(2, 'correct', '<old>')], busyWith2);
    assert.deepEqual(released(held, reader()).now, [place(2, 'correct', '<old>')]);
    assert.deepEqual(coming([place(2, 'update', '<new>')], reader(), held), { held: NOTHING, now: [place(2, 'update', '<new>')] });
  });
});

describe('a withdrawal', () => {
  const entry = /** @type {Entry} */ ({ type: 'entry', op: 'correct', redacts: false });

  test('is a hold, a kill, and a correction that redacts', () => {
    for (const op of /** @type {const} */ (['hold', 'kill'])) assert.ok(withdraws({ ...entry, op }));
    assert.ok(withdraws({ ...entry, redacts: true }));
    assert.ok(!withdraws(entry));
  });

  for (const [who, name] of /** @type {const} */ ([
    [paused, 'paused'],
    [busyWith2, 'busy'],
  ])) {
    test(`does not wait for a reader who is ${name}, nor does a link to what is gone`, () => {
      const changes = [place(2, 'kill'), place(1, null)];
      assert.deepEqual(withdrawn(changes, who), { held: NOTHING, now: changes });
    });
  }

  test('takes the place of what waits of that story', () => {
    const { held } = coming([place(2, 'correct', '<secret>')], paused);
    assert.deepEqual(withdrawn([place(2, 'kill')], paused, held), { held: NOTHING, now: [place(2, 'kill')] });
  });

  test('of a story that is not shown yet takes its text out of what waits', () => {
    const { held } = coming([place(4, 'publish', '<secret>'), place(5, 'publish', '<links to the secret>')], paused);
    const { held: after, now } = withdrawn([place(4, 'kill', '<gone>'), place(5, null, '<5>')], paused, held);
    assert.deepEqual(now, []);
    assert.deepEqual(waiting(after), [place(4, 'kill', '<gone>'), place(5, 'publish', '<5>')]);
  });

  test('that removes a story does not wait either', () => {
    const changes = [/** @type {const} */ ({ kind: 'remove', number: 2 })];
    assert.deepEqual(withdrawn(changes, paused), { held: NOTHING, now: changes });
  });
});

describe('a whole new page', () => {
  const articles = [5, 4, 2, 1].map((number) => ({ number, html: `<${number}>` }));
  const replace = /** @type {Replace} */ ({ kind: 'replace', articles, facts: { title: 'New' }, summary: null, keyEvents: [] });

  test('replaces everything, and what waited', () => {
    const { held } = coming([place(2, 'correct')], busyWith2);
    assert.deepEqual(coming([replace], busyWith2, held), { held: NOTHING, now: [replace] });
  });

  test('brings what is shown up to date while the page is paused; the new stories wait', () => {
    const { held: before } = coming([place(6, 'publish', '<of another history>')], paused);
    const { held, now } = coming([replace], paused, before);
    assert.deepEqual(now, [{ ...replace, articles: articles.slice(2) }]);
    assert.deepEqual(waiting(held), [place(4, 'publish'), place(5, 'publish')]);
  });
});
