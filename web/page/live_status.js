/**
 * Says in words whether the page is live.
 *
 * Good news shows at once. Bad news waits a moment, so that a hiccup on the wire is neither flashed
 * at a reader nor read out to one.
 */

import { statusWords } from '../feed/words.js';

/** @import { Status } from '../feed/liveness.js' */
/** @import { FeedState, Say } from '../feed/words.js' */

const HICCUP = 1_000; // ms

export class LiveStatus {
  /** @type {HTMLElement} */
  #element;
  /** @type {HTMLElement} */
  #words;
  /** @type {Say} */
  #say;
  /** @type {Status | null} */
  #status = null;
  /** @type {number | undefined} */
  #timer;

  /** @type {FeedState} */
  #state = 'live';

  /** @param {HTMLElement} element @param {Say} say */
  constructor(element, say) {
    this.#element = element;
    this.#say = say;
    this.#words = element.querySelector('.status-words') ?? element;
  }

  /** @param {FeedState} state the feed's own */
  showState(state) {
    this.#state = state;
    if (this.#status === 'live') this.#show();
  }

  /** @param {Status} status */
  show(status) {
    if (status === this.#status) return;
    const wasWell = this.#status === null || this.#status === 'live';
    this.#status = status;
    clearTimeout(this.#timer);
    const mayPass = status === 'connecting' || status === 'reconnecting';
    if (wasWell && mayPass) this.#timer = setTimeout(() => this.#show(), HICCUP);
    else this.#show();
  }

  #show() {
    if (this.#status === null) return;
    const words = statusWords(this.#status, this.#state, this.#say);
    this.#element.dataset.status = this.#status === 'live' ? this.#state : this.#status;
    if (this.#words.textContent !== words) this.#words.textContent = words;
  }
}
