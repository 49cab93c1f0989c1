/**
 * The times on the page: how long ago each story came, in whose zone, and the date between two days.
 *
 * One timer for all of them, at the full minute, and none while nobody sees them or the reader has
 * paused. What time it is, the server's pulse says: a reader's clock may be wrong, or be put right.
 */

import { agoIn, DAY, daysBegin, MINUTE, minutesSince, zoneOf } from '../feed/times.js';
import { localeOf } from '../feed/words.js';
import { numberOf } from './feed_shown.js';
import { write } from './roots.js';
import { store } from './store.js';

/** @import { Say } from '../feed/words.js' */
/** @import { Zone } from '../feed/times.js' */

const OURS = 'time:not(.day, .new-day *, .body *)'; // not what a story says, nor what it is dated
const CAME = '.new-day time';
const ZONE = 'livefeed:zone'; // in this browser's store

export class Times {
  #main;
  #language;
  #say;
  #onTick;
  #ago;
  /** @type {Zone | null} the reader's, where it was asked for */
  #zone = null;
  /** @type {WeakMap<Element, string>} as the server wrote them */
  #written = new WeakMap();
  /** @type {readonly number[]} */
  #pinned = [];
  #skew = 0; // ms from this machine's clock to the server's
  #minute = 0;
  #isPaused = false;
  /** @type {number | undefined} */
  #timer;
  #onSight = () => this.#tick();

  /**
   * @param {HTMLElement} main
   * @param {{language: string, say: Say, onTick?: () => void}} options
   */
  constructor(main, { language, say, onTick = () => {} }) {
    this.#main = main;
    this.#language = language;
    this.#say = say;
    this.#onTick = onTick;
    this.#ago = agoIn(language, say);
    main.addEventListener('click', ({ target }) => {
      if (!(target instanceof Element && target.closest('.own-zone'))) return;
      const isOwn = this.#zone === null;
      store.setItem(ZONE, isOwn ? 'own' : '');
      this.#turn(isOwn);
    });
    this.#turn(store.getItem(ZONE) === 'own');
  }

  start() {
    document.addEventListener('visibilitychange', this.#onSight);
    this.#tick();
  }

  stop() {
    document.removeEventListener('visibilitychange', this.#onSight);
    clearTimeout(this.#timer);
  }

  pause() {
    this.#isPaused = true;
    this.#tick();
  }

  resume() {
    this.#isPaused = false;
    this.#tick();
  }

  /** A pulse says what time it is. @param {number} at */
  calibrate(at) {
    this.#skew = at - Date.now();
    if (Math.floor(at / MINUTE) !== this.#minute) this.#tick();
  }

  /** How long ago the newest of the stories here came; empty where there is none. */
  newest() {
    const all = this.#articles().filter((article) => !article.matches('.is-withdrawn'));
    return all.length > 0 ? this.#ago(minutesSince(Math.max(...all.map(came)), this.#now())) : '';
  }

  /** Writes the times of an article that is to be shown, as they stand in its former self. @param {HTMLElement} article */
  dress(article) {
    const former = this.#main.querySelector(`.stories > [data-number="${article.dataset.number}"] > .new-day`);
    if (former instanceof HTMLElement) openDay(article, former.hidden ? '' : (former.textContent ?? ''));
    this.#write(article);
    this.#age(article);
  }

  /**
   * Stories came or went: another one may be the first of its day.
   * @param {readonly number[]} [pinned]
   */
  settle(pinned = this.#pinned) {
    this.#pinned = pinned;
    if (this.#zone) this.#write(this.#main); // other parts than articles tell times too
    const stories = this.#articles('.stories > article').map((article) => ({
      article,
      number: numberOf(article),
      day: this.#zone?.day(came(article)) ?? dateOf(article, CAME),
    }));
    const begin = daysBegin(stories, pinned);
    const format = new Intl.DateTimeFormat(localeOf(this.#language), { dateStyle: 'full', timeZone: 'UTC' });
    stories.forEach(({ article, day }, index) => openDay(article, begin.has(index) ? format.format(Date.parse(day)) : ''));
  }

  /** Offers the reader's zone, where the feed has another; anew when the feed's heading was replaced. */
  offer() {
    const [note, button] = this.#main.querySelectorAll('.zone > *');
    if (!(note instanceof HTMLElement && button instanceof HTMLElement)) return;
    const { zone: feeds = '' } = note.dataset;
    const zone = ownZone();
    note.textContent = this.#say('page-all-times', { zone: (this.#zone ? zone : feeds).replaceAll('_', ' ') });
    button.textContent = this.#say('page-own-zone', { zone: zone.replaceAll('_', ' ') });
    button.setAttribute('aria-pressed', `${this.#zone !== null}`);
    button.hidden = zone === feeds;
  }

  /** @param {boolean} isOwn whether the zone is the reader's */
  #turn(isOwn) {
    this.#zone = isOwn ? zoneOf(ownZone(), this.#language, this.#say) : null;
    this.offer();
    this.#write(this.#main);
    this.settle();
  }

  #tick() {
    clearTimeout(this.#timer);
    if (this.#isPaused || document.hidden) return;
    const now = this.#now();
    this.#minute = Math.floor(now / MINUTE);
    for (const article of this.#main.querySelectorAll('article')) this.#age(article);
    this.#onTick();
    this.#timer = setTimeout(() => this.#tick(), MINUTE - (now % MINUTE));
  }

  /** @param {Element} article */
  #age(article) {
    const minutes = minutesSince(came(article), this.#now());
    write(article.querySelector('.ago'), minutes < DAY ? this.#ago(minutes) : '');
  }

  /** @param {HTMLElement} root */
  #write(root) {
    for (const time of root.querySelectorAll(OURS)) {
      const written = this.#written.get(time) ?? time.textContent ?? '';
      this.#written.set(time, written);
      const day = dateOf(time.closest('article'), '.day');
      write(time, this.#zone ? this.#zone.time(Date.parse(stamp(time)), day) : written);
    }
  }

  /** @param {string} [selector] @returns {HTMLElement[]} */
  #articles(selector = 'article') {
    return [...this.#main.querySelectorAll(selector)].filter((each) => each instanceof HTMLElement);
  }

  #now() {
    return Date.now() + this.#skew;
  }
}

/** @param {Element} article @param {string} words */
function openDay(article, words) {
  article.querySelector('.new-day')?.toggleAttribute('hidden', words === '');
  write(article.querySelector(CAME), words);
}

/** When a story came, in ms. @param {Element} article */
function came(article) {
  return Date.parse(stamp(article.querySelector(CAME)));
}

/** The date of a time within an element, in the zone that it is written in. @param {Element | null} root @param {string} selector */
function dateOf(root, selector) {
  return stamp(root?.querySelector(selector)).slice(0, 10);
}

/** @param {Element | null | undefined} time */
function stamp(time) {
  return time?.getAttribute('datetime') ?? '';
}

/** The zone of whoever reads. */
export function ownZone() {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
