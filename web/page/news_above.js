/**
 * The button that tells of new stories out of sight, and leads to them.
 *
 * It goes as soon as the newest of them has come into sight, by the button or by scrolling.
 */

import { newsAboveWords } from '../feed/words.js';

const BAR = '-48px 0px 0px'; // the masthead covers what is under it

export class NewsAbove {
  /** @type {HTMLElement} */
  #button;
  /** @type {HTMLElement[]} */
  #unread = []; // newest first
  #elsewhere = 0;
  #address = '';
  #seen = new IntersectionObserver((sightings) => this.#onSighting(sightings), { rootMargin: BAR });

  /** @param {HTMLElement} button */
  constructor(button) {
    this.#button = button;
    button.addEventListener('click', () => this.#lead());
  }

  /**
   * A new story came in. Whether it is in sight shows once the browser has laid it out.
   * @param {HTMLElement} article
   */
  add(article) {
    this.#unread = [article, ...this.#unread];
    this.#seen.disconnect();
    this.#seen.observe(article);
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
   * A story that was replaced is still the same one; a withdrawn one is nothing to lead to.
   * @param {HTMLElement} article
   */
  update(article) {
    const isUnread = this.#unread.some(({ id }) => id === article.id);
    if (!isUnread) return;
    const others = this.#unread.filter(({ id }) => id !== article.id);
    if (article.classList.contains('is-withdrawn')) this.#unread = others;
    else this.#unread = this.#unread.map((each) => (each.id === article.id ? article : each));
    this.#watch();
  }

  #watch() {
    const [newest] = this.#unread;
    if (!newest) return this.#clear();
    this.#seen.disconnect();
    this.#seen.observe(newest);
  }

  /** @param {IntersectionObserverEntry[]} sightings */
  #onSighting(sightings) {
    const sighting = sightings.at(-1);
    if (!sighting || sighting.target !== this.#unread[0]) return;
    if (sighting.isIntersecting) this.#clear();
    else this.#show(sighting.boundingClientRect.top < 0 ? 'up' : 'down');
  }

  /** @param {'up' | 'down'} way */
  #show(way) {
    this.#button.textContent = newsAboveWords(this.#unread.length + this.#elsewhere);
    this.#button.dataset.way = way;
    this.#button.hidden = false;
  }

  #lead() {
    if (this.#elsewhere > 0) return location.assign(this.#address);
    const [newest] = this.#unread;
    this.#clear();
    newest?.focus({ preventScroll: true });
    newest?.scrollIntoView({ block: 'start', behavior: prefersStillness() ? 'auto' : 'smooth' });
  }

  #clear() {
    this.#unread = [];
    this.#seen.disconnect();
    this.#button.hidden = true;
  }
}

function prefersStillness() {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}
