/**
 * Other pages of the feed, fetched to be shown in this one.
 *
 * A page may be older than what the socket has told by the time it is here: it might have what has
 * been withdrawn since. So one from before the fetch is refused, and what was said meanwhile comes
 * with it, to be applied again.
 */

import { seqOf } from '../feed/fold.js';
import { fetchedMain } from './refresh.js';
import { addressOf, part } from './roots.js';

/** @import { Feed } from '../feed/fold.js' */
/** @import { Entry, Snapshot } from '../feed/messages.js' */

export class Pages {
  /** @type {HTMLElement} */
  #main;
  /** @type {() => Feed} */
  #feed;
  /** @type {Set<Entry[]>} */
  #hearing = new Set();

  /** @param {HTMLElement} main @param {() => Feed} feed as this page shows it */
  constructor(main, feed) {
    this.#main = main;
    this.#feed = feed;
  }

  /** @param {Entry | Snapshot} message */
  hear(message) {
    if (message.type === 'entry') for (const heard of this.#hearing) heard.push(message);
  }

  /** @param {string} rest of the feed's own address */
  address(rest) {
    return addressOf(this.#main, `/feeds/${this.#main.dataset.feed}${rest}`).href;
  }

  /**
   * @param {string} rest of the feed's own address
   * @returns {Promise<{fresh: HTMLElement, heard: Entry[]} | null>} null for a page that cannot be
   *   had, or is too old
   */
  async fetch(rest) {
    const { position } = this.#feed();
    /** @type {Entry[]} */
    const heard = [];
    const list = part(this.#main, '.stories');
    this.#hearing.add(heard);
    list.setAttribute('aria-busy', 'true');
    const fresh = await fetchedMain(this.#main, this.address(rest));
    this.#hearing.delete(heard);
    if (this.#hearing.size === 0) list.removeAttribute('aria-busy');
    return fresh && seqOf(fresh.dataset.position ?? '') >= seqOf(position) ? { fresh, heard } : null;
  }

  /**
   * A page, however old.
   * @param {string | null} rest of the feed's own address; null for that of this page
   */
  fetchAny(rest) {
    return fetchedMain(this.#main, rest === null ? undefined : this.address(rest));
  }
}
