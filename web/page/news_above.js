/**
 * The button that tells of stories out of sight and of what is held back, and leads there: to the
 * first unread story from the top, from where all the others are read by going on.
 *
 * A story is read once its headline has come into sight; once the first of them has, all are.
 */

import { numberOf } from './feed_shown.js';

/** @import { Feed } from '../feed/fold.js' */
/** @import { Say } from '../feed/words.js' */

const BAR = '-48px 0px 0px'; // the masthead covers what is under it

/**
 * @typedef {object} Options
 * @property {() => HTMLElement[]} articles as they now stand, from the top
 * @property {() => Feed} feed
 * @property {Say} say
 * @property {() => HTMLElement | null} release lets what is held back come: the first article of it
 * @property {(number: number) => void} lead shows a story, wherever it is
 */

export class NewsAbove {
  /** @type {HTMLElement} */
  #button;
  /** @type {Options} */
  #options;
  /** @type {Set<number>} */
  #unread = new Set();
  #waiting = { stories: 0, changes: 0 };
  #seen = new IntersectionObserver((sightings) => this.#onSighting(sightings), { rootMargin: BAR });

  /** @param {HTMLElement} button @param {Options} options */
  constructor(button, options) {
    this.#button = button;
    this.#options = options;
    button.addEventListener('click', () => this.#lead());
  }

  /** How many new stories have not been seen. */
  get count() {
    return this.#unread.size + this.#waiting.stories;
  }

  /**
   * A new story came out, in the document or beyond what of the feed is in it.
   * @param {number} number
   */
  add(number) {
    this.#unread.add(number);
  }

  /** A story is gone. @param {number} number */
  drop(number) {
    this.#unread.delete(number);
  }

  /**
   * So much is held back: new stories, and changes of such as are shown.
   * @param {{stories: number, changes: number}} waiting
   */
  hold(waiting) {
    this.#waiting = waiting;
  }

  /**
   * Articles changed: those that were replaced are still the same stories, those that are gone or
   * withdrawn are nothing to lead to. What is in sight shows once the browser has laid it out.
   */
  watch() {
    this.#seen.disconnect();
    const unread = this.#articles();
    this.#unread = new Set([...unread.map(numberOf), ...this.#beyond()]);
    for (const article of unread) this.#seen.observe(article.querySelector('.headline') ?? article);
    if (unread.length === 0) this.#show();
  }

  /** The unread stories that the document does not reach. */
  #beyond() {
    const { shown, summary } = this.#options.feed();
    return [...this.#unread].filter((number) => number !== summary && !shown.includes(number));
  }

  /** The first unread story from the top, if it is not in the document. */
  #far() {
    const beyond = this.#beyond();
    if (beyond.length === 0) return null;
    if (this.#options.feed().scope.order === 'newest') return Math.max(...beyond);
    return this.#articles().length > 0 ? null : Math.min(...beyond);
  }

  /** The unread stories from the top. */
  #articles() {
    const isUnread = (/** @type {HTMLElement} */ article) => this.#unread.has(numberOf(article)) && !article.matches('.is-withdrawn');
    return this.#options.articles().filter(isUnread);
  }

  /** @param {IntersectionObserverEntry[]} sightings */
  #onSighting(sightings) {
    const seen = sightings.filter(({ isIntersecting }) => isIntersecting).map(({ target }) => target);
    const [first, ...others] = this.#articles();
    if (!first) return;
    const isSeen = (/** @type {HTMLElement} */ article) => seen.some((target) => article.contains(target));
    if (isSeen(first) && this.#far() === null) this.#unread.clear();
    else for (const article of [first, ...others].filter(isSeen)) this.#unread.delete(numberOf(article));
    this.#show();
  }

  #show() {
    const { changes } = this.#waiting;
    const { count } = this;
    const { say } = this.#options;
    this.#button.textContent = count > 0 ? say('page-published-many', { count }) : say('page-held', { count: changes });
    this.#button.dataset.way = this.#isBelow() ? 'down' : 'up';
    this.#button.hidden = count + changes === 0;
  }

  #isBelow() {
    const [first] = this.#articles();
    if (this.#far() !== null) return this.#options.feed().scope.order === 'oldest';
    return first !== undefined && first.getBoundingClientRect().top > innerHeight / 2;
  }

  #lead() {
    const changed = this.#options.release();
    const far = this.#far();
    const first = this.#articles()[0] ?? changed;
    this.#unread.clear();
    this.#seen.disconnect();
    this.#show();
    const number = far ?? (first && numberOf(first));
    if (number) this.#options.lead(number);
  }
}
