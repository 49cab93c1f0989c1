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
 * what was heard within two pulses makes a page live.
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
 * @property {boolean} silent whether the last connection went silent
 * @property {boolean} upstream whether the server itself hears the newsroom
 * @property {boolean} online what the browser believes of its network
 *
 * @typedef {{type: 'wake' | 'sleep' | 'online' | 'offline' | 'visible' | 'time' | 'heard' | 'refresh'}
 *   | {type: 'hello', pulse: number}
 *   | {type: 'pulse', upstream: boolean, isOurs: boolean}
 *   | {type: 'bye', retry: number}
 *   | {type: 'closed', code: number}
 *   | {type: 'refreshed', isDone: boolean}} Happening
 *
 * @typedef {'connect' | 'close' | 'refresh'} Action
 * @typedef {{now: number, random: number}} Chance the time in ms, and a number from 0 up to 1
 * @typedef {{state: State, actions: Action[]}} Step
 *
 * @typedef {'connecting' | 'live' | 'reconnecting' | 'offline' | 'stale' | 'stopped'} Status
 */

export const HELLO_WITHIN = 10_000; // ms
const REFRESH_WITHIN = 15_000;
const PULSES_MISSED = 2;
const GRACE = 2_000; // ms for a pulse on its way
const DO_NOT_COME_BACK = 1008;
const TRY_AGAIN_LATER = 1013;

/** @type {State} */
export const ASLEEP = {
  phase: 'asleep',
  until: null,
  failures: 0,
  pulse: 15_000,
  known: false,
  silent: false,
  upstream: true,
  online: true,
};

/** @typedef {(state: State, happening: any, chance: Chance) => Step} Transition */

/** What moves the page on from each phase; everything else leaves it as it is. */
/** @type {{[phase in Phase]: {[type: string]: Transition}}} */
const TRANSITIONS = {
  asleep: { wake: connect },
  connecting: { sleep, online: reconnect, hello, closed, bye, time: failed },
  live: { sleep, online: reconnect, heard, pulse, closed, bye, refresh, time: fellSilent, visible: silentByNow },
  waiting: { sleep, online: connect, visible: connect, time: connect },
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
export function status({ phase, online, silent, upstream, known }) {
  if (phase === 'stopped') return 'stopped';
  if (!online) return 'offline';
  if (phase === 'live') return upstream ? 'live' : 'stale';
  if (silent) return 'stale';
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
function reconnect(state, happening, chance) {
  return { state: connect(state, happening, chance).state, actions: ['close', 'connect'] };
}

/** @type {Transition} */
function sleep(state) {
  return stay({ ...state, phase: 'asleep', until: null, failures: 0 }, 'close');
}

/** @type {Transition} */
function hello(state, { pulse: every }, { now }) {
  const live = { ...state, phase: /** @type {Phase} */ ('live'), pulse: every, known: true, silent: false };
  return stay({ ...live, upstream: true, until: silentFrom(now, every) });
}

/** @type {Transition} */
function heard(state, _, { now }) {
  return stay({ ...state, until: silentFrom(now, state.pulse) });
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
  if (code === DO_NOT_COME_BACK) return stay({ ...state, phase: 'stopped', until: null });
  const more = code === TRY_AGAIN_LATER ? 2 : 0;
  return failed({ ...state, failures: state.failures + more }, null, chance);
}

/** @type {Transition} */
function bye(state, { retry }, { now, random }) {
  // The server gives each reader a wait of its own, so that not all come back at once.
  return wait(state, now + (retry || backoff(1, random)));
}

/** @type {Transition} */
function fellSilent(state, happening, chance) {
  return reconnect({ ...state, silent: true, failures: state.failures + 1 }, happening, chance);
}

/** @type {Transition} */
function silentByNow(state, happening, chance) {
  // Timers stand still in a sleeping machine and a background tab: look at the clock on return.
  return chance.now >= (state.until ?? Infinity) ? fellSilent(state, happening, chance) : stay(state);
}

/** @type {Transition} */
function failed(state, _, { now, random }) {
  const failures = state.failures + 1;
  return wait({ ...state, failures }, now + backoff(failures, random));
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
  return stay({ ...state, phase: 'waiting', until }, 'close');
}

/** @param {number} now @param {number} every */
function silentFrom(now, every) {
  return now + PULSES_MISSED * every + GRACE;
}
