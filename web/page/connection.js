/**
 * The wire: a WebSocket, or polls where that is not let through, and two timers, moved by the state
 * machine of `feed/liveness.js`.
 *
 * Every connection asks to continue from where the page stands then. `start()` and `stop()` may be
 * called at any time and any number of times.
 */

import { ASLEEP, next, status } from '../feed/liveness.js';
import { readMessage, SUBPROTOCOL } from '../feed/messages.js';

/** @import { Action, Happening, State, Status } from '../feed/liveness.js' */
/** @import { Message } from '../feed/messages.js' */

/**
 * @typedef {object} Options
 * @property {() => URL} address where to connect, with the page's position
 * @property {() => string} position
 * @property {(message: Message) => void} onMessage
 * @property {(condition: Condition) => void} onStatus
 * @property {() => Promise<boolean>} refresh fetches the page anew; whether that went well
 * @property {(isWanted: () => boolean) => Promise<boolean>} poll asks the page's own address, and
 *   shows what it says if that is still wanted; whether it answered
 *
 * @typedef {object} Condition
 * @property {Status} status
 * @property {number | null} wait until the next try, in ms
 * @property {boolean} canSend
 */

export class Connection {
  /** @type {State} */
  #state = ASLEEP;
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {number | undefined} */
  #timer;
  /** @type {number | undefined} */
  #pollTimer;
  /** @type {Options} */
  #options;
  #listening = new AbortController();

  /** @param {Options} options */
  constructor(options) {
    this.#options = options;
  }

  start() {
    this.#listen();
    this.#happen({ type: 'wake' });
  }

  stop() {
    this.#listening.abort();
    this.#happen({ type: 'sleep' });
  }

  /** The page has to be fetched anew, since what it shows cannot be brought up to date. */
  refresh() {
    this.#happen({ type: 'refresh' });
  }

  /** @param {string} text @returns {boolean} whether it was handed to a live connection */
  send(text) {
    if (this.#state.phase !== 'live' || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(text);
    return true;
  }

  get isLive() {
    return status(this.#state) === 'live';
  }

  #listen() {
    this.#listening.abort();
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    // An open socket keeps a page out of the back/forward cache, and dies there unnoticed.
    addEventListener('pagehide', () => this.#happen({ type: 'sleep' }), { signal });
    addEventListener('pageshow', () => this.#happen({ type: 'wake' }), { signal });
    addEventListener('online', () => this.#happen({ type: 'online' }), { signal });
    addEventListener('offline', () => this.#happen({ type: 'offline' }), { signal });
    for (const type of ['visibilitychange', 'resume']) {
      document.addEventListener(type, () => this.#onVisibility(), { signal });
    }
  }

  #onVisibility() {
    if (document.visibilityState === 'visible') this.#happen({ type: 'visible' });
  }

  /** @param {Happening} happening */
  #happen(happening) {
    const now = Date.now();
    const { state, actions } = next(this.#state, happening, { now, random: Math.random() });
    this.#state = state;
    for (const action of actions) this.#act(action);
    this.#setTimers(state, now);
    const wait = state.phase === 'waiting' && state.until ? state.until - now : null;
    this.#options.onStatus({ status: status(state), wait, canSend: state.phase === 'live' });
  }

  /** @param {Action} action */
  #act(action) {
    if (action === 'connect') this.#connect();
    else if (action === 'close') this.#close();
    else if (action === 'poll') void this.#poll();
    else void this.#refresh();
  }

  async #refresh() {
    const isDone = await this.#options.refresh();
    this.#happen({ type: 'refreshed', isDone });
  }

  async #poll() {
    const isDone = await this.#options.poll(() => this.#state.poll === Infinity);
    this.#happen({ type: 'polled', isDone });
  }

  /** @param {State} state @param {number} now */
  #setTimers({ until, poll }, now) {
    clearTimeout(this.#timer);
    clearTimeout(this.#pollTimer);
    if (until !== null) this.#timer = setTimeout(() => this.#happen({ type: 'time' }), until - now);
    if (poll && isFinite(poll)) this.#pollTimer = setTimeout(() => this.#happen({ type: 'poll' }), poll - now);
  }

  #connect() {
    const socket = new WebSocket(this.#options.address(), SUBPROTOCOL);
    this.#socket = socket;
    // What an abandoned socket still says is not for us.
    socket.onmessage = ({ data }) => {
      if (socket === this.#socket) this.#hear(readMessage(data));
    };
    socket.onclose = ({ code }) => {
      if (socket === this.#socket) this.#happen({ type: 'closed', code });
    };
  }

  #close() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  /** @param {Message | null} message */
  #hear(message) {
    this.#happen({ type: 'heard' });
    if (message === null) return;
    this.#options.onMessage(message);
    const happening = this.#happening(message);
    if (happening) this.#happen(happening);
  }

  /** @param {Message} message @returns {Happening | null} */
  #happening(message) {
    if (message.type === 'hello') return { type: 'hello', pulse: message.pulse_ms };
    if (message.type === 'bye') return { type: 'bye', retry: message.retry_ms };
    if (message.type !== 'pulse') return null;
    return { type: 'pulse', upstream: message.upstream, isOurs: message.position === this.#options.position() };
  }
}
