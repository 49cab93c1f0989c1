/**
 * Says in words whether the page is live, what is being waited for, and how old the newest story is.
 *
 * Good news shows at once. Bad news waits a moment, so that a hiccup on the wire is neither flashed
 * at a reader nor read out to one. What counts down or up stands beside the words that are read out.
 */

import { MINUTE, untilIn } from '../feed/times.js';
import { part, write } from './roots.js';

/** @import { Condition } from './connection.js' */
/** @import { FeedState, Say } from '../feed/words.js' */

const HICCUP = 1_000; // ms
const SECOND = 1_000;
const OFTEN = 10_000; // often enough for minutes
/** @typedef {{say: Say, language: string, main: HTMLElement}} Options */

/** @type {Condition} */
const UNKNOWN = { status: 'connecting', wait: null, canSend: false };
const MAY_PASS = ['connecting', 'reconnecting', 'checking'];

export class LiveStatus {
  /** @type {HTMLElement} */
  #element;
  /** @type {Options} */
  #words;
  #until;
  /** @type {Condition} */
  #told = UNKNOWN;
  /** @type {Condition | null} */
  #shown = null;
  /** @type {number | undefined} */
  #hiccup;
  /** @type {number | undefined} */
  #timer;
  #since = 0; // when `told` was, by a clock that nobody sets
  #isPaused = false;

  /** @type {FeedState} */
  #state = 'live';
  #starts = NaN; // when the event begins, in ms

  /** @param {HTMLElement} element @param {Options} words */
  constructor(element, words) {
    this.#element = element;
    this.#words = words;
    this.#until = untilIn(words.language, words.say);
  }

  /** @param {FeedState} state the feed's own @param {number} starts when its event begins; NaN if not told */
  showState(state, starts) {
    this.#state = state;
    this.#starts = starts;
    this.#show();
  }

  /** @param {string} ago how old the newest story is; empty where there is none */
  showNewest(ago) {
    if (!this.#isPaused) write(part(this.#element, '.newest-age'), ago && this.#words.say('page-newest', { ago }));
  }

  /** @param {boolean} isPaused */
  showPaused(isPaused) {
    this.#isPaused = isPaused;
    this.#show();
  }

  /** @param {Condition} condition */
  show(condition) {
    const wasWell = this.#shown === null || this.#shown.status === 'live';
    this.#told = condition;
    this.#since = performance.now();
    if (!wasWell || !MAY_PASS.includes(condition.status)) this.#see();
    else this.#hiccup ??= setTimeout(() => this.#see(), HICCUP);
  }

  #see() {
    clearTimeout(this.#hiccup);
    this.#hiccup = undefined;
    this.#shown = this.#told;
    this.#show();
  }

  #show() {
    if (this.#shown === null) return;
    const isWell = this.#shown.status === 'live';
    const name = isWell ? (this.#isPaused ? 'paused' : this.#state) : this.#shown.status;
    this.#element.dataset.status = name;
    write(part(this.#element, '.status-words'), this.#words.say(`page-${name}`));
    this.#tick();
  }

  #tick() {
    clearTimeout(this.#timer);
    if (this.#shown === null) return;
    const wait = this.#wait();
    const until = this.#untilStart();
    const isWell = this.#shown.status === 'live';
    write(part(this.#element, '.status-more'), wait === null ? (isWell ? until : '') : this.#words.say('page-wait', { count: wait }));
    if (!this.#isPaused) write(this.#words.main.querySelector('.until'), until);
    this.#timer = setTimeout(() => this.#tick(), wait === null ? OFTEN : SECOND);
  }

  /** How many seconds it is until the next try. @returns {number | null} */
  #wait() {
    const { status, wait } = this.#shown ?? UNKNOWN;
    if (wait === null || this.#told !== this.#shown || !MAY_PASS.includes(status)) return null;
    return Math.max(1, Math.ceil((wait - performance.now() + this.#since) / SECOND));
  }

  #untilStart() {
    if (this.#state !== 'upcoming' || isNaN(this.#starts)) return '';
    const minutes = Math.ceil((this.#starts - Date.now()) / MINUTE);
    return minutes > 0 ? this.#until(minutes) : this.#words.say('page-begins-soon');
  }
}
