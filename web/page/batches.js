/**
 * Things that come one by one and are done together: the first at once, those of a burst a few
 * times a second, so that the browser lays the page out as few times.
 */

const APART = 250; // ms between two batches
const MOST = 500; // things that wait: timers hardly run in a tab that nobody sees

/** @template T */
export class Batches {
  /** @type {T[]} */
  #waiting = [];
  /** @type {(all: T[]) => void} */
  #act;
  /** @type {number | undefined} */
  #timer;
  #acted = -APART;

  /** @param {(all: T[]) => void} act */
  constructor(act) {
    this.#act = act;
  }

  /** @param {T[]} things */
  add(things) {
    this.#waiting.push(...things);
    const wait = this.#acted + APART - performance.now();
    if (wait <= 0 || this.#waiting.length >= MOST) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), wait);
  }

  /** Does what waits. */
  flush() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    const all = this.#waiting;
    this.#waiting = [];
    this.#acted = performance.now();
    this.#act(all);
  }
}
