/**
 * The links to other views and to more stories, which lead there without leaving the page.
 *
 * Each is an address that the server renders too: without a script, or where the view cannot be had
 * in place, the browser goes there.
 */

import { isAsked, queryOf, recalledView, rememberView } from '../feed/view.js';
import { beyond, goesOn } from '../feed/window.js';
import { numberOf } from './feed_shown.js';
import { addressOf, rootOf } from './roots.js';
import { store } from './store.js';

/** @import { Feed, Scope } from '../feed/fold.js' */
/** @import { End } from '../feed/window.js' */

/**
 * @typedef {object} Ways
 * @property {(query: string) => Promise<Scope | null>} show a view; null if it cannot be had
 * @property {(end: End) => void} load more at one end
 * @property {(number: number) => void} lead to a story
 */

const LINKS = '.views a, .turn a[rel], .key-events a';

export class ViewLinks {
  /** @type {HTMLElement} */
  #main;
  /** @type {Ways} */
  #ways;

  /** @param {HTMLElement} main @param {Ways} ways */
  constructor(main, ways) {
    this.#main = main;
    this.#ways = ways;
    main.addEventListener('click', (event) => this.#onClick(event));
  }

  /**
   * Shows what this browser chose before, where the address asks for nothing.
   * @param {Scope} scope as the server rendered it
   */
  recall(scope) {
    const { search, hash } = addressOf(this.#main);
    const chosen = recalledView(store, this.#feed);
    if (chosen && chosen !== queryOf(scope) && !isAsked(search) && !hash) void this.#ways.show(chosen);
  }

  /** The same links as on a page of another view. @param {HTMLElement} fresh */
  take(fresh) {
    const links = fresh.querySelectorAll('.views a');
    for (const [index, link] of this.#main.querySelectorAll('.views a').entries()) {
      link.setAttribute('href', links[index]?.getAttribute('href') ?? '');
      link.setAttribute('aria-current', `${links[index]?.hasAttribute('aria-current') === true}`);
    }
  }

  /** Leads on from where the page ends now. @param {Feed} feed */
  showEnds(feed) {
    const hasKeyEvents = this.#main.querySelector('.key-events:not([hidden])') !== null;
    this.#main.querySelector('.selection')?.toggleAttribute('hidden', !hasKeyEvents && !feed.scope.key);
    this.#showEnd(feed, 'before');
    this.#showEnd(feed, 'after');
  }

  /** @param {Feed} feed @param {End} end */
  #showEnd(feed, end) {
    const link = this.#main.querySelector(`.turn a[rel="${end === 'before' ? 'prev' : 'next'}"]`);
    const isMore = goesOn(feed, end);
    if (isMore) link?.setAttribute('href', `/feeds/${this.#feed}${queryOf(feed.scope, beyond(feed, end))}`);
    link?.parentElement?.toggleAttribute('hidden', !isMore);
  }

  get #feed() {
    return this.#main.dataset.feed ?? '';
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    const { target } = event;
    /** @type {HTMLAnchorElement | null} */
    const link = target instanceof Element ? target.closest(LINKS) : null;
    if (!link || !isPlain(event)) return;
    event.preventDefault();
    this.#follow(link);
  }

  /** @param {HTMLAnchorElement} link */
  #follow(link) {
    const item = link.closest('li');
    if (item) this.#ways.lead(numberOf(item));
    else if (link.rel === 'next') this.#ways.load('after');
    else if (link.rel === 'prev') this.#ways.load('before');
    else void this.#choose(link);
  }

  /** @param {HTMLAnchorElement} link */
  async #choose({ href }) {
    const scope = await this.#ways.show(new URL(href).search);
    if (!scope) return location.assign(href);
    rememberView(store, this.#feed, scope);
    if (rootOf(this.#main) instanceof Document) history.replaceState(null, '', href);
  }
}

/** Whether nobody asked for another tab or window. @param {MouseEvent} event */
function isPlain({ ctrlKey, metaKey, shiftKey, altKey, button }) {
  return !(ctrlKey || metaKey || shiftKey || altKey) && button === 0;
}
