/**
 * Fetches a page of the feed, and shows what it says now.
 *
 * For another view, for older stories, and for what no message can bring up to date: a page that has
 * fallen behind, a feed whose time zone changed.
 */

import { addressOf } from './roots.js';

/**
 * @param {HTMLElement} main
 * @param {string} [written] the address; by default the page's own
 * @returns {Promise<HTMLElement | null>} the page as it stands now; null if it cannot be had
 */
export async function fetchedMain(main, written) {
  try {
    const answer = await fetch(addressOf(main, written), { cache: 'no-store', headers: { accept: 'text/html' } });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    /** @type {HTMLElement | null} */
    const fresh = page.querySelector('[data-feed]');
    return fresh && fresh.dataset.feed === main.dataset.feed ? fresh : null;
  } catch {
    return null;
  }
}
