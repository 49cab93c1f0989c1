/**
 * Watches the ends of the list: asks for more before its reader comes to one, and says what has
 * become too much at the other.
 */

import { goesOn, row, surplus } from '../feed/window.js';
import { isBusyWith } from './busy.js';

/** @import { Feed } from '../feed/fold.js' */
/** @import { End } from '../feed/window.js' */

const AHEAD = 1_500; // pixels before an end comes into sight
const AGAIN = 5_000; // ms after a page that could not be had

export class StoryWindow {
  /** @type {(number: number) => HTMLElement | null} */
  #article;
  /** @type {(end: End) => Promise<boolean>} */
  #load;
  /** @type {Feed | null} */
  #feed = null;
  /** @type {Map<Element, End>} */
  #ends = new Map();
  #isLoading = false;
  #hasScrolled = false;
  #near = new IntersectionObserver((sightings) => this.#onSighting(sightings), { rootMargin: `${AHEAD}px 0px` });

  /**
   * @param {(number: number) => HTMLElement | null} article
   * @param {(end: End) => Promise<boolean>} load shows what comes next there; whether that went well
   */
  constructor(article, load) {
    this.#article = article;
    this.#load = load;
    addEventListener('scroll', () => this.#onScroll(), { once: true, passive: true });
  }

  /**
   * Watches the ends of what is shown now.
   * @param {Feed} feed
   */
  watch(feed) {
    this.#feed = feed;
    this.#near.disconnect();
    this.#ends = new Map();
    const all = row(feed);
    // Nobody who opens a page of older stories is to be shown newer ones above them unasked.
    if (this.#hasScrolled && goesOn(feed, 'before')) this.#observe(all[0], 'before');
    if (goesOn(feed, 'after')) this.#observe(all.at(-1), 'after');
  }

  /**
   * @param {Feed} feed
   * @returns {{end: End, numbers: number[]}} the stories that are too many
   */
  surplus(feed) {
    const all = row(feed);
    const box = (/** @type {number | undefined} */ number) => this.#article(number ?? 0)?.getBoundingClientRect();
    const { end, numbers } = surplus(feed, {
      before: -(box(all[0])?.bottom ?? 0),
      after: (box(all.at(-1))?.top ?? 0) - innerHeight,
    });
    const first = numbers.findIndex((number) => isBusyWith(this.#article(number)));
    return { end, numbers: first === -1 ? numbers : numbers.slice(0, first) };
  }

  /** @param {number | undefined} number @param {End} end */
  #observe(number, end) {
    const article = number === undefined ? null : this.#article(number);
    if (!article) return;
    this.#ends.set(article, end);
    this.#near.observe(article);
  }

  #onScroll() {
    this.#hasScrolled = true;
    if (this.#feed) this.watch(this.#feed);
  }

  /** @param {IntersectionObserverEntry[]} sightings */
  #onSighting(sightings) {
    for (const { isIntersecting, target } of sightings) {
      const end = this.#ends.get(target);
      if (isIntersecting && end) void this.#more(end);
    }
  }

  /** @param {End} end */
  async #more(end) {
    if (this.#isLoading) return;
    this.#isLoading = true;
    const isDone = await this.#load(end);
    this.#isLoading = false;
    const watch = () => this.#feed && this.watch(this.#feed);
    if (isDone) watch();
    else setTimeout(watch, AGAIN);
  }
}
