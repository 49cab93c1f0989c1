/**
 * After an absence, shows where the reader had stopped, how much has come since, and the way to read
 * that in order.
 *
 * A line above the stories says so, and the same line stands where reading stopped: within an
 * article, for a feed holds nothing else.
 */

import { absence, AWAY, leftAt, rememberLeft } from '../feed/absence.js';
import { zoneOf } from '../feed/times.js';
import { numberOf } from './feed_shown.js';
import { addressOf } from './roots.js';
import { store } from './store.js';
import { ownZone } from './times.js';

/** @import { Absence, Left } from '../feed/absence.js' */
/** @import { Feed } from '../feed/fold.js' */
/** @import { Say } from '../feed/words.js' */

/**
 * @typedef {object} Options
 * @property {Say} say
 * @property {string} feed
 * @property {string} language
 * @property {() => HTMLElement[]} articles
 * @property {() => Feed} shown what of the feed the page shows
 */

export class SinceYouLeft {
  /** @type {HTMLElement} */
  #main;
  /** @type {Options} */
  #options;
  /** @type {Left | null} as it is kept up to date */
  #left;
  /** @type {Left | null} as it was when the reader came back */
  #since = null;
  #upTo = Infinity;

  /** @param {HTMLElement} main @param {Options} options */
  constructor(main, options) {
    this.#main = main;
    this.#options = options;
    this.#left = leftAt(store, options.feed);
  }

  /** The page is in view again, or has reached the server again. */
  cameBack() {
    if (!this.#left || Date.now() - this.#left.at < AWAY) return;
    this.#since = this.#left;
    this.#upTo = Infinity;
    this.show();
  }

  /**
   * The reader is there and the page is live: what it shows by now is no news any more.
   * @param {string} position
   */
  isHere(position) {
    const number = Math.max(0, ...this.#options.articles().map(numberOf));
    if (this.#upTo === Infinity) this.#upTo = number;
    this.#left = { position, number, at: Date.now() };
    rememberLeft(store, this.#options.feed, this.#left);
  }

  /** Shows it anew, after articles have changed. */
  show() {
    for (const line of this.#main.querySelectorAll('.since')) line.remove();
    const found = this.#absence();
    if (!found) return;
    this.#main.querySelector('.since-place')?.append(this.#line(found));
    this.#boundary(found)?.prepend(this.#line(found));
  }

  /** @returns {Absence | null} */
  #absence() {
    if (!this.#since) return null;
    const told = this.#options.articles().filter((article) => !article.matches('.is-withdrawn'));
    const { scope } = this.#options.shown();
    const isPart = scope.only !== null || scope.key;
    if (isPart) return null;
    const hasOlder = scope.oldest > 0;
    return absence(this.#since, { numbers: told.map(numberOf), upTo: this.#upTo, hasOlder });
  }

  /**
   * The article at whose head new stories and read ones meet, in either order.
   * @param {Absence} found
   */
  #boundary({ number }) {
    const { pinned } = this.#options.shown();
    const articles = this.#options.articles().filter((article) => !pinned.includes(numberOf(article)));
    const isNew = articles.map((article) => numberOf(article) > number);
    return articles.find((_, index) => index > 0 && isNew[index] !== isNew[index - 1]);
  }

  /** @param {Absence} found */
  #line({ count, at, number, more }) {
    const { ownerDocument } = this.#main;
    const { say, language } = this.#options;
    const [line, link] = [ownerDocument.createElement('p'), ownerDocument.createElement('a')];
    line.className = 'since';
    link.textContent = say('page-read-in-order');
    link.href = addressOf(this.#main, `?order=oldest&after=${number}`).href;
    const zone = zoneOf(ownZone(), language, say);
    const time = zone.time(at, zone.day(Date.now()));
    line.append(say(more ? 'page-since-more' : 'page-since', { count, time }), ' ', link);
    return line;
  }
}
