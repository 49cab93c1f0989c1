/**
 * Fetches a page of the feed.
 *
 * For another view, for older stories, for what no message can bring up to date (a page that has
 * fallen behind, a feed whose time zone changed), and where no message comes, since sockets are not
 * let through. The browser asks with the ETag that it has: as long as the position is the same,
 * nothing is sent.
 */

import { parsed } from './markup.js';
import { addressOf } from './roots.js';

const ANSWER_WITHIN = 10_000; // ms

/**
 * @param {HTMLElement} main
 * @param {string} [written] the address; by default the page's own
 * @returns {Promise<HTMLElement | null>} the page as it stands now; null if it cannot be had
 */
export async function fetchedMain(main, written) {
  try {
    const signal = AbortSignal.timeout(ANSWER_WITHIN);
    const answer = await fetch(addressOf(main, written), { cache: 'no-cache', headers: { accept: 'text/html' }, signal });
    /** @type {HTMLElement | null} */
    const fresh = parsed(await answer.text()).querySelector('[data-feed]');
    return fresh && fresh.dataset.feed === main.dataset.feed ? fresh : null;
  } catch {
    return null;
  }
}
