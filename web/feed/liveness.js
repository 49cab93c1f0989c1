/**
 * Whether the page is live, and what it does to become so again: a state machine without a clock,
 * a socket or a document.
 *
 *                    ┌──────────────── sleep ────────────────┐
 *     asleep ─wake─▶ connecting ──hello──▶ live ──refresh──▶ refreshing
 *                       ▲    │               │                    │
 *                       │    └─ closed,      │ closed, bye, two    │ refreshed: connect
 *                     time,     no hello     │ pulses missed, a    │ not: wait
 *                     online,   in time      │ foreign position    │
 *                     visible     ▼          ▼                    ▼
 *                       └─────────────── waiting             stopped (close code 1008)
 *
 * A wire that looks open proves nothing: networks and phones drop sockets without a word. Only
 * what was heard within two pulses makes a page live. Who was away does not know what was said
 * meanwhile, and *asks*: connects anew, which is no loss of anything that a reader had to be told.
 *
 * Beside it, where sockets are not let through, the page is *polled* while it is connecting and
 * waiting: what that brings is as true, only later.
 */

import { backoff } from './backoff.js';

/** @typedef {'asleep' | 'connecting' | 'live' | 'waiting' | 'refreshing' | 'stopped'} Phase */

/**
 * @typedef {object} State
 * @property {Phase} phase
 * @property {number | null} until when `time` is to be told next, in ms; null for never
 * @property {number} failures tries in a row that came to nothing
 * @property {number} pulse how often the server gives a sign, in ms
 * @property {boolean} known whether the page has been live before
 * @property {boolean} asking whether it was away, and what it knows may be old
 * @property {boolean} silent whether the last connection went silent
 * @property {boolean} upstream whether the server itself hears the newsroom
 * @property {boolean} online what the browser believes of its network
 * @property {number | null} poll when `poll` is to be told next, in ms; null for never, Infinity
 *   while an answer is on its way
 * @property {boolean} polled whether the last poll was answered
 *
 * @typedef {{type: 'wake' | 'sleep' | 'online' | 'offline' | 'visible' | 'time' | 'heard' | 'refresh' | 'poll'}
 *   | {type: 'hello', pulse: number}
 *   | {type: 'pulse', upstream: boolean, isOurs: boolean}
 *   | {type: 'bye', retry: number}
 *   | {type: 'closed', code: number}
 *   | {type: 'polled', isDone: boolean}
 *   | {type: 'refreshed', isDone: boolean}} Happening
 *
 * @typedef {'connect' | 'close' | 'refresh' | 'poll'} Action
 * @typedef {{now: number, random: number}} Chance the time in ms, and a number from 0 up to 1
 * @typedef {{state: State, actions: Action[]}} Step
 *
 * @typedef {'connecting' | 'live' | 'checking' | 'reconnecting' | 'offline' | 'stale' | 'stopped'} Status
 */

export const HELLO_WITHIN = 10_000; // ms
export const BLOCKED_AFTER = 3; // failures in a row, some five seconds of them
export const POLL_EVERY = 10_000; // ms, and half of it is left to chance
const REFRESH_WITHIN = 15_000;
const PULSES_MISSED = 2;
const GRACE = 2_000; // ms for a pulse on its way
const LATE = 5_000; // a timer that comes so much later stood still, with the whole page
const DO_NOT_COME_BACK = 1008;
const TRY_AGAIN_LATER = 1013;

/** @type {State} */
export const ASLEEP = {
  phase: 'asleep',
  until: null,
  failures: 0,
  pulse: 15_000,
  known: false,
  asking: false,
  silent: false,
  upstream: true,
  online: true,
  poll: null,
  polled: false,
};

/** @typedef {(state: State, happening: any, chance: Chance) => Step} Transition */

/** What moves the page on from each phase; everything else leaves it as it is. */
/** @type {{[phase in Phase]: {[type: string]: Transition}}} */
const TRANSITIONS = {
  asleep: { wake: ask },
  connecting: { sleep, online: reconnect, hello, closed, bye, poll, polled, time: hung },
  live: { sleep, online: reconnect, heard, pulse, closed: lost, bye, refresh, time: fellSilent, visible: doubt, wake: doubt },
  waiting: { sleep, online: connect, visible: ask, wake: ask, poll, polled, time: connect },
  refreshing: { sleep, refreshed, time: failed },
  stopped: {},
};

/**
 * The state after something happened, and what is to be done about it.
 * @param {State} state
 * @param {Happening} happening
 * @param {Chance} chance
 * @returns {Step}
 */
export function next(state, happening, chance) {
  const told = withNetwork(state, happening);
  const transition = TRANSITIONS[state.phase][happening.type];
  return transition ? transition(told, happening, chance) : stay(told);
}

/**
 * What the reader is told.
 * @param {State} state
 * @returns {Status}
 */
export function status(state) {
  if (state.phase === 'stopped') return 'stopped';
  if (!state.online) return 'offline';
  if (state.phase === 'live') return state.upstream ? 'live' : 'stale';
  if (state.polled) return 'live';
  if (state.silent) return 'stale';
  return waitingStatus(state);
}

/** @param {State} state @returns {Status} */
function waitingStatus({ known, asking }) {
  if (asking) return 'checking';
  return known ? 'reconnecting' : 'connecting';
}

/** @param {State} state @param {Happening} happening @returns {State} */
function withNetwork(state, { type }) {
  if (type === 'offline') return { ...state, online: false };
  // A word from the server refutes a browser that believes itself offline.
  return ['online', 'hello', 'heard'].includes(type) ? { ...state, online: true } : state;
}

/** @type {(state: State, ...actions: Action[]) => Step} */
function stay(state, ...actions) {
  return { state, actions };
}

/** @type {Transition} */
function connect(state, _, { now }) {
  return stay({ ...state, phase: 'connecting', until: now + HELLO_WITHIN }, 'connect');
}

/** @type {Transition} */
function ask(state, happening, chance) {
  return connect({ ...state, asking: state.known }, happening, chance);
}

/** @type {Transition} */
function reconnect(state, happening, chance) {
  return { state: connect(state, happening, chance).state, actions: ['close', 'connect'] };
}

/** @type {Transition} */
function sleep(state) {
  return stay({ ...state, ...QUIET, phase: 'asleep', until: null, failures: 0 }, 'close');
}

/** Nothing is polled, and nothing is in doubt. */
const QUIET = { asking: false, poll: null, polled: false };

/** @type {Transition} */
function hello(state, { pulse: every }, { now }) {
  const live = { ...state, ...QUIET, phase: /** @type {Phase} */ ('live'), pulse: every, known: true, silent: false };
  return stay({ ...live, upstream: true, until: silentFrom(now, every) });
}

/** @type {Transition} */
function heard(state, _, { now }) {
  return stay({ ...state, asking: false, until: silentFrom(now, state.pulse) });
}

/** @type {Transition} */
function pulse(state, { upstream, isOurs }, chance) {
  // The server stands elsewhere in the log than this page: something was missed on the way.
  if (!isOurs) return failed(state, null, chance);
  // Only now has the connection lasted; a hello alone proves little of a server that keeps dying.
  return heard({ ...state, upstream, failures: 0 }, null, chance);
}

/** @type {Transition} */
function closed(state, { code }, chance) {
  if (code === DO_NOT_COME_BACK) return stay({ ...state, ...QUIET, phase: 'stopped', until: null });
  const more = code === TRY_AGAIN_LATER ? 2 : 0;
  return failed({ ...state, failures: state.failures + more }, null, chance);
}

/**
 * A connection that is found dead on return was lost while nobody looked.
 * @type {Transition}
 */
function lost(state, happening, chance) {
  const isNews = !state.asking || happening.code === DO_NOT_COME_BACK;
  if (isNews) return closed(state, happening, chance);
  return reconnect({ ...state, failures: state.failures + 1 }, happening, chance);
}

/** @type {Transition} */
function bye(state, { retry }, { now, random }) {
  // The server gives each reader a wait of its own, so that not all come back at once.
  return wait(state, now + (retry || backoff(1, random)));
}

/** @type {Transition} */
function fellSilent(state, happening, chance) {
  const wasAway = state.asking || chance.now > (state.until ?? 0) + LATE;
  if (wasAway) return reconnect({ ...state, asking: true }, happening, chance);
  return reconnect({ ...state, silent: true, failures: state.failures + 1 }, happening, chance);
}

/**
 * Back in view. Timers stand still in a sleeping machine and a background tab, and a socket may have
 * died there unnoticed: one that has a pulse to show for it is given the time of one more.
 * @type {Transition}
 */
function doubt(state, happening, chance) {
  const asking = { ...state, asking: true };
  const due = (state.until ?? 0) - (state.asking ? 0 : state.pulse);
  // A clock that was set back tells as little as one that has run on.
  const wasSetBack = chance.now + state.pulse + GRACE < due;
  if (chance.now >= due || wasSetBack) return reconnect(asking, happening, chance);
  return stay({ ...asking, until: due });
}

/** @type {Transition} */
function failed(state, _, { now, random }) {
  const failures = state.failures + 1;
  const { state: waiting } = wait({ ...state, failures }, now + backoff(failures, random));
  if (failures < BLOCKED_AFTER || state.poll !== null) return stay(waiting, 'close');
  return stay({ ...waiting, poll: Infinity }, 'close', 'poll');
}

/**
 * A socket that is not even refused is as good as blocked.
 * @type {Transition}
 */
function hung(state, happening, chance) {
  return failed({ ...state, failures: state.failures + BLOCKED_AFTER - 1 }, happening, chance);
}

/** @type {Transition} */
function poll(state) {
  return stay({ ...state, poll: Infinity }, 'poll');
}

/** @type {Transition} */
function polled(state, { isDone }, { now, random }) {
  return stay({ ...state, polled: isDone, poll: now + POLL_EVERY * (0.5 + random / 2) });
}

/** @type {Transition} */
function refresh(state, _, { now }) {
  return stay({ ...state, phase: 'refreshing', until: now + REFRESH_WITHIN }, 'close', 'refresh');
}

/** @type {Transition} */
function refreshed(state, happening, chance) {
  return happening.isDone ? connect(state, happening, chance) : failed(state, happening, chance);
}

/** @param {State} state @param {number} until @returns {Step} */
function wait(state, until) {
  return stay({ ...state, asking: false, phase: 'waiting', until }, 'close');
}

/** @param {number} now @param {number} every */
function silentFrom(now, every) {
  return now + PULSES_MISSED * every + GRACE;
}
