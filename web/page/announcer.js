/** Tells screen readers what changed: politely, summed up, and not in the middle of a burst. */

import { announcement, noted } from '../feed/announcements.js';

/** @import { Op } from '../feed/messages.js' */
/** @import { Pending } from '../feed/announcements.js' */
/** @import { Say } from '../feed/words.js' */

const QUIET = 1_000; // ms without another change before anything is said
const LONGEST_SILENCE = 10_000; // ms after which something is said however much still comes
const BETWEEN = 150; // ms in which the region is empty, so that the same text is read again

export class Announcer {
  /** @type {HTMLElement} */
  #region;
  /** @type {Say} */
  #say;
  /** @type {Pending} */
  #pending = new Map();
  /** @type {number | undefined} */
  #timer;
  #since = 0;

  /** @param {HTMLElement} region @param {Say} say */
  constructor(region, say) {
    this.#region = region;
    this.#say = say;
  }

  /** @param {number} number @param {Op} op @param {string} headline */
  note(number, op, headline) {
    if (this.#pending.size === 0) this.#since = Date.now();
    this.#pending = noted(this.#pending, { number, op, headline });
    if (this.#pending.size === 0) return;
    // What was said of a story before has gone with it.
    if (this.#pending.get(number)?.event === 'withdrawn') this.#region.textContent = '';
    clearTimeout(this.#timer);
    const latest = this.#since + LONGEST_SILENCE - Date.now();
    this.#timer = setTimeout(() => this.#clear(), Math.max(0, Math.min(QUIET, latest)));
  }

  #clear() {
    if (this.#pending.size === 0) return;
    this.#region.textContent = '';
    setTimeout(() => this.#speak(), BETWEEN);
  }

  #speak() {
    this.#region.textContent = announcement(this.#pending, this.#say);
    this.#pending = new Map();
  }
}
