/**
 * The button that tells of new stories out of sight, and leads to them.
 *
 * It goes as soon as the headline of the newest has come into sight, by the button or by scrolling.
 */

/** @import { Say } from '../feed/words.js' */

const BAR = '-48px 0px 0px'; // the masthead covers what is under it

export class NewsAbove {
  /** @type {HTMLElement} */
  #button;
  /** @type {(number: number) => HTMLElement | null} */
  #article;
  /** @type {Say} */
  #say;
  /** @type {(number: number) => void} */
  #lead;
  /** @type {Set<number>} */
  #unread = new Set(); // the stories' numbers, the one that came last last
  #seen = new IntersectionObserver((sightings) => this.#onSighting(sightings), { rootMargin: BAR });

  /**
   * @param {HTMLElement} button
   * @param {object} options
   * @param {(number: number) => HTMLElement | null} options.article a story's article, if it is in the document
   * @param {(number: number) => void} options.lead shows a story, wherever it is
   * @param {Say} options.say
   */
  constructor(button, { article, lead, say }) {
    this.#button = button;
    this.#article = article;
    this.#lead = lead;
    this.#say = say;
    button.addEventListener('click', () => this.#onClick());
  }

  /**
   * A new story came out, on this page or beyond it.
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
   * Articles changed: those that were replaced are still the same stories, those that are withdrawn
   * are nothing to lead to. What is in sight shows once the browser has laid it out.
   */
  watch() {
    for (const number of this.#unread) if (this.#article(number)?.matches('.is-withdrawn')) this.drop(number);
    this.#seen.disconnect();
    const headline = this.#newest()?.querySelector('.headline');
    if (headline) this.#seen.observe(headline);
    else this.#show('up');
  }

  #newest() {
    const newest = [...this.#unread].at(-1);
    return newest === undefined ? null : this.#article(newest);
  }

  /** @param {IntersectionObserverEntry[]} sightings */
  #onSighting(sightings) {
    const sighting = sightings.at(-1);
    if (!sighting || !this.#newest()?.contains(sighting.target)) return;
    if (sighting.isIntersecting) this.#clear();
    else this.#show(sighting.boundingClientRect.top < innerHeight / 2 ? 'up' : 'down');
  }

  /** @param {'up' | 'down'} way */
  #show(way) {
    const count = this.#unread.size;
    this.#button.textContent = this.#say('page-published-many', { count });
    this.#button.dataset.way = way;
    this.#button.hidden = count === 0;
  }

  #onClick() {
    const newest = [...this.#unread].at(-1);
    this.#clear();
    if (newest !== undefined) this.#lead(newest);
  }

  #clear() {
    this.#unread.clear();
    this.#seen.disconnect();
    this.#show('up');
  }
}
