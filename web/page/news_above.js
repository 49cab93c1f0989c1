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
  /** @type {number[]} */
  #unread = []; // the stories' numbers, the one that came last first
  #elsewhere = 0;
  #address = '';
  #seen = new IntersectionObserver((sightings) => this.#onSighting(sightings), { rootMargin: BAR });

  /**
   * @param {HTMLElement} button
   * @param {(number: number) => HTMLElement | null} article a story's article as it now stands
   * @param {Say} say
   */
  constructor(button, article, say) {
    this.#button = button;
    this.#article = article;
    this.#say = say;
    button.addEventListener('click', () => this.#lead());
  }

  /**
   * A new story came in.
   * @param {number} number
   */
  add(number) {
    this.#unread = [number, ...this.#unread];
  }

  /**
   * A new story came out that stands on another page.
   * @param {string} address
   */
  addElsewhere(address) {
    this.#elsewhere += 1;
    this.#address = address;
    this.#show('up');
  }

  /**
   * Articles changed: those that were replaced are still the same stories, those that are gone or
   * withdrawn are nothing to lead to. What is in sight shows once the browser has laid it out.
   */
  watch() {
    this.#unread = this.#unread.filter((number) => this.#article(number)?.matches(':not(.is-withdrawn)'));
    this.#seen.disconnect();
    const headline = this.#newest()?.querySelector('.headline');
    if (headline) this.#seen.observe(headline);
    else this.#clear();
  }

  #newest() {
    const [newest] = this.#unread;
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
    const count = this.#unread.length + this.#elsewhere;
    this.#button.textContent = this.#say('page-published-many', { count });
    this.#button.dataset.way = way;
    this.#button.hidden = count === 0;
  }

  #lead() {
    if (this.#elsewhere > 0) return location.assign(this.#address);
    const newest = this.#newest();
    this.#clear();
    newest?.focus({ preventScroll: true });
    newest?.scrollIntoView({ block: 'start', behavior: prefersStillness() ? 'auto' : 'smooth' });
  }

  #clear() {
    this.#unread = [];
    this.#seen.disconnect();
    this.#show('up');
  }
}

function prefersStillness() {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}
