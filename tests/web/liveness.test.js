import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { ASLEEP, HELLO_WITHIN, next, POLL_EVERY, status } from '../../web/feed/liveness.js';

/** @import { Action, Happening, State } from '../../web/feed/liveness.js' */

const PULSE = 15_000;
const SILENT_AFTER = 2 * PULSE + 2_000;
const SIGN = /** @type {const} */ ({ type: 'pulse', upstream: true, isOurs: true });
const HELLO = /** @type {const} */ ({ type: 'hello', pulse: PULSE });
const LOST = /** @type {const} */ ({ type: 'closed', code: 1006 });

/** A page and its clock. */
class Page {
  /** @type {State} */
  state = ASLEEP;
  now = 1_000_000;
  /** @type {Action[]} */
  actions = [];

  /** @param {(Happening | Happening['type'])[]} happenings */
  after(...happenings) {
    for (const each of happenings) {
      const happening = /** @type {Happening} */ (typeof each === 'string' ? { type: each } : each);
      const step = next(this.state, happening, { now: this.now, random: 0.5 });
      this.state = step.state;
      this.actions = step.actions;
    }
    return this;
  }

  /** @param {number} milliseconds */
  wait(milliseconds) {
    this.now += milliseconds;
    return this;
  }

  get wakesIn() {
    return (this.state.until ?? Infinity) - this.now;
  }

  get told() {
    return status(this.state);
  }
}

const live = () => new Page().after('wake', HELLO, SIGN);

describe('coming to life', () => {
  test('a page that wakes connects, and says so until the server has said hello', () => {
    const page = new Page().after('wake');
    assert.deepEqual(page.actions, ['connect']);
    assert.equal(page.told, 'connecting');
    assert.equal(page.after(HELLO).told, 'live');
  });

  test('a page that is awake does not connect twice', () => {
    assert.deepEqual(new Page().after('wake', 'wake').actions, []);
  });

  test('a server that does not say hello in time is given up', () => {
    const page = new Page().after('wake').wait(HELLO_WITHIN).after('time');
    assert.deepEqual(page.actions, ['close', 'poll']);
    assert.equal(page.state.phase, 'waiting');
  });
});

describe('staying alive', () => {
  test('two missed pulses make a page stale, and it connects anew', () => {
    const page = live();
    assert.equal(page.wakesIn, SILENT_AFTER);
    page.wait(SILENT_AFTER).after('time');
    assert.equal(page.told, 'stale');
    assert.deepEqual(page.actions, ['close', 'connect']);
  });

  test('a stale page stays stale until the server has said hello', () => {
    const page = live().wait(SILENT_AFTER).after('time', LOST);
    assert.equal(page.told, 'stale');
    assert.equal(page.wait(60_000).after('time', HELLO).told, 'live');
  });

  test('whatever is heard is a sign of life', () => {
    assert.equal(live().wait(PULSE).after('heard').wakesIn, SILENT_AFTER);
  });

  test('a server that does not hear the newsroom makes the page stale, as long as it says so', () => {
    const page = live().after({ ...SIGN, upstream: false });
    assert.equal(page.told, 'stale');
    assert.equal(page.after(SIGN).told, 'live');
  });

  test('a pulse from another position than the page has means that something was missed', () => {
    const page = live().after({ ...SIGN, isOurs: false });
    assert.deepEqual(page.actions, ['close']);
    assert.equal(page.state.phase, 'waiting');
  });
});

describe('coming back into view', () => {
  for (const event of /** @type {const} */ (['visible', 'wake'])) {
    test(`a page that missed a pulse asks anew at “${event}”, and does not call that a loss`, () => {
      const page = live().wait(3_600_000).after(event);
      assert.deepEqual(page.actions, ['close', 'connect']);
      assert.equal(page.told, 'checking');
      assert.equal(page.after(HELLO).told, 'live');
    });
  }

  test('a page that has just heard something waits for one pulse more, and asks if none comes', () => {
    const page = live().wait(PULSE).after('visible');
    assert.deepEqual(page.actions, []);
    assert.equal(page.told, 'live');
    assert.equal(page.wakesIn, 2_000);
    assert.deepEqual(page.wait(1_000).after('visible').actions, []);
    assert.deepEqual(page.wait(1_000).after('time').actions, ['close', 'connect']);
    assert.equal(page.told, 'checking');
  });

  test('a pulse ends the doubt', () => {
    const page = live().wait(PULSE).after('visible', 'heard');
    assert.equal(page.wakesIn, SILENT_AFTER);
    assert.equal(page.wait(SILENT_AFTER).after('time').told, 'stale');
  });

  test('a clock that was set back proves nothing', () => {
    assert.deepEqual(live().wait(-3_600_000).after('visible').actions, ['close', 'connect']);
  });

  test('a timer that comes much too late stood still with the whole page: it asks', () => {
    const page = live().wait(3_600_000).after('time');
    assert.deepEqual(page.actions, ['close', 'connect']);
    assert.equal(page.told, 'checking');
  });

  test('a page whose question fails says that it reconnects', () => {
    assert.equal(live().wait(3_600_000).after('visible', LOST).told, 'reconnecting');
  });

  test('a page that finds its connection dead asks at once', () => {
    const page = live().wait(PULSE).after('visible', LOST);
    assert.deepEqual(page.actions, ['close', 'connect']);
    assert.equal(page.told, 'checking');
    assert.equal(page.after(LOST).told, 'reconnecting');
    assert.equal(live().after('visible', { type: 'closed', code: 1008 }).told, 'stopped');
  });

  test('a page that was waiting asks at once, and does not speak of what it lost', () => {
    const page = live().after(LOST, 'visible');
    assert.deepEqual(page.actions, ['connect']);
    assert.equal(page.told, 'checking');
  });

  test('a page out of the back/forward cache asks', () => {
    assert.equal(live().after('sleep', 'wake').told, 'checking');
  });
});

describe('coming back', () => {
  test('a lost connection is tried again after a wait that grows', () => {
    const page = live().after(LOST);
    const waits = [page.wakesIn];
    for (let tries = 0; tries < 4; tries += 1) {
      page.wait(page.wakesIn).after('time');
      assert.deepEqual(page.actions, ['connect']);
      waits.push(page.after(LOST).wakesIn);
    }
    assert.deepEqual(waits, [750, 1500, 3000, 6000, 12_000]);
    assert.equal(page.told, 'reconnecting');
  });

  test('a hello alone does not end the growing, a pulse does', () => {
    assert.equal(live().after(LOST, 'time', HELLO, LOST).wakesIn, 1500);
    assert.equal(live().after(LOST, 'time', HELLO, SIGN, LOST).wakesIn, 750);
  });

  test('a server that says goodbye is met again when it said', () => {
    const page = live().after({ type: 'bye', retry: 4_321 });
    assert.deepEqual(page.actions, ['close']);
    assert.equal(page.wakesIn, 4_321);
    assert.equal(page.told, 'reconnecting');
  });

  test('a goodbye that names no time leaves it to the page', () => {
    assert.equal(live().after({ type: 'bye', retry: 0 }).wakesIn, 750);
  });

  test('a server that is full is left alone for longer', () => {
    assert.equal(live().after({ type: 'closed', code: 1013 }).wakesIn, 3000);
  });

  test('a feed that will not come back is not asked for again', () => {
    const page = new Page().after('wake', { type: 'closed', code: 1008 });
    assert.equal(page.told, 'stopped');
    assert.equal(page.wakesIn, Infinity);
    assert.deepEqual(page.after('online').actions, []);
    assert.deepEqual(page.after('visible').actions, []);
  });

  for (const event of /** @type {const} */ (['online', 'visible'])) {
    test(`“${event}” ends a wait at once`, () => {
      assert.deepEqual(live().after(LOST, event).actions, ['connect']);
    });
  }

  test('a network that is back makes a new connection, for the old one may be dead', () => {
    assert.deepEqual(live().after('offline', 'online').actions, ['close', 'connect']);
    assert.deepEqual(new Page().after('wake', 'online').actions, ['close', 'connect']);
  });
});

describe('the network', () => {
  test('a browser without a network is offline, whatever else', () => {
    assert.equal(live().after('offline').told, 'offline');
    assert.equal(live().after('offline', LOST).told, 'offline');
  });

  test('a word from the server refutes the browser', () => {
    assert.equal(live().after('offline', 'heard').told, 'live');
  });

  test('a network that is back is not yet a connection', () => {
    assert.equal(live().after('offline', LOST, 'online').told, 'reconnecting');
  });
});

describe('sleep', () => {
  test('a page that is put away closes its connection and stays silent', () => {
    const page = live().after('sleep');
    assert.deepEqual(page.actions, ['close']);
    assert.equal(page.wakesIn, Infinity);
    assert.deepEqual(page.after('online').actions, []);
    assert.deepEqual(page.after(LOST).actions, []);
  });

  test('a page that comes back connects at once', () => {
    const page = live().after(LOST, 'sleep', 'wake');
    assert.deepEqual(page.actions, ['connect']);
    assert.equal(page.after(HELLO).told, 'live');
  });

  for (const phase of /** @type {const} */ (['connecting', 'waiting', 'refreshing'])) {
    test(`a page goes to sleep while ${phase}`, () => {
      const page = new Page();
      page.state = { ...ASLEEP, phase, until: 5 };
      assert.equal(page.after('sleep').state.phase, 'asleep');
    });
  }
});

describe('fetching the page anew', () => {
  test('closes the connection first, so that nothing is applied to what is being replaced', () => {
    const page = live().after('refresh');
    assert.deepEqual(page.actions, ['close', 'refresh']);
    assert.deepEqual(page.after(LOST).actions, []);
  });

  test('connects again when the page has been fetched', () => {
    assert.deepEqual(live().after('refresh', { type: 'refreshed', isDone: true }).actions, ['connect']);
  });

  test('waits when it cannot be fetched, or not in time', () => {
    assert.equal(live().after('refresh', { type: 'refreshed', isDone: false }).state.phase, 'waiting');
    assert.equal(live().after('refresh', 'time').state.phase, 'waiting');
  });
});

describe('sockets that are not let through', () => {
  const blocked = () => new Page().after('wake', LOST, 'time', LOST, 'time', LOST);

  test('are noticed after three failures in a row', () => {
    assert.deepEqual(new Page().after('wake', LOST, 'time', LOST).actions, ['close']);
    assert.deepEqual(blocked().actions, ['close', 'poll']);
  });

  test('are not spoken of while the page can be polled', () => {
    const page = blocked();
    assert.equal(page.told, 'connecting');
    page.after({ type: 'polled', isDone: true });
    assert.equal(page.told, 'live');
    assert.equal(page.after('time').told, 'live');
    assert.equal(page.after(LOST).told, 'live');
  });

  test('are polled around every few seconds, one poll at a time', () => {
    const page = blocked();
    assert.deepEqual(page.after('time', LOST).actions, ['close']);
    page.after({ type: 'polled', isDone: true });
    assert.equal((page.state.poll ?? 0) - page.now, 0.75 * POLL_EVERY);
    assert.deepEqual(page.after('poll').actions, ['poll']);
    assert.equal(page.state.poll, Infinity);
  });

  test('are tried again all the while, and a hello ends the polling', () => {
    const page = blocked().after({ type: 'polled', isDone: true }, 'time');
    assert.deepEqual(page.actions, ['connect']);
    assert.equal(page.after(HELLO).state.poll, null);
    assert.equal(page.after({ type: 'polled', isDone: false }).told, 'live');
  });

  test('make the page say so once it cannot be polled either, and polls go on', () => {
    const page = blocked().after({ type: 'polled', isDone: true }, 'poll', { type: 'polled', isDone: false });
    assert.equal(page.told, 'connecting');
    assert.equal((page.state.poll ?? 0) - page.now, 0.75 * POLL_EVERY);
  });

  test('are forgotten by a page that is put away', () => {
    const page = blocked().after({ type: 'polled', isDone: true }, 'sleep');
    assert.equal(page.state.poll, null);
    assert.equal(page.after('wake').told, 'connecting');
  });
});
