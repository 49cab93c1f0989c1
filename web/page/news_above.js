/**
 * The button that tells of stories out of sight and of what is held back, and leads there: to the
 * first unread story from the top, from where all the others are read by going on.
 *
 * A story is read once its headline has come into sight; once the first of them has, all are.
 */

/** @import { Say } from '../feed/words.js' */

const BAR = '-48px 0px 0px'; // the masthead covers what is under it

/**
 * @typedef {object} Options
 * @property {() => HTMLElement[]} articles as they now stand, from the top
 * @property {Say} say
 * @property {() => HTMLElement | null} release lets what is held back come: the first article of it
 */

export class NewsAbove {
  /** @type {HTMLElement} */
  #button;
  /** @type {Options} */
  #options;
  /** @type {Set<number>} */
  #unread = new Set();
  #waiting = { stories: 0, changes: 0 };
  #elsewhere = 0;
  #address = '';
  #seen = new IntersectionObserver((sightings) => this.#onSighting(sightings), { rootMargin: BAR });

  /** @param {HTMLElement} button @param {Options} options */
  constructor(button, options) {
    this.#button = button;
    this.#options = options;
    button.addEventListener('click', () => this.#lead());
  }

  /** How many new stories have not been seen. */
  get count() {
    return this.#unread.size + this.#waiting.stories + this.#elsewhere;
  }

  /**
   * A new story came in.
   * @param {number} number
   */
  add(number) {
    this.#unread.add(number);
  }

  /**
   * A new story came out that stands on another page.
   * @param {string} address
   */
  addElsewhere(address) {
    this.#elsewhere += 1;
    this.#address = address;
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
    this.#unread = new Set(unread.map(numberOf));
    for (const article of unread) this.#seen.observe(article.querySelector('.headline') ?? article);
    if (unread.length === 0) this.#show();
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
    if (isSeen(first)) this.#unread.clear();
    else for (const article of others.filter(isSeen)) this.#unread.delete(numberOf(article));
    this.#show();
  }

  #show() {
    const [first] = this.#articles();
    const isBelow = first && first.getBoundingClientRect().top > innerHeight / 2;
    const { changes } = this.#waiting;
    const { count } = this;
    const { say } = this.#options;
    this.#button.textContent = count > 0 ? say('page-published-many', { count }) : say('page-held', { count: changes });
    this.#button.dataset.way = isBelow ? 'down' : 'up';
    this.#button.hidden = count + changes === 0;
  }

  #lead() {
    if (this.#elsewhere > 0) return location.assign(this.#address);
    const changed = this.#options.release();
    const first = this.#articles()[0] ?? changed;
    this.#unread.clear();
    this.#seen.disconnect();
    this.#show();
    first?.focus({ preventScroll: true });
    first?.scrollIntoView({ block: 'start', behavior: prefersStillness() ? 'auto' : 'smooth' });
  }
}

/** @param {HTMLElement} article */
function numberOf(article) {
  return Number(article.dataset.number);
}

function prefersStillness() {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}
