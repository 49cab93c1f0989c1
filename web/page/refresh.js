/**
 * Fetches the page's own address again.
 *
 * For what no message can bring up to date — a page of older stories that has fallen behind, a feed
 * whose time zone changed — and where no message comes, since sockets are not let through. The
 * browser asks with the ETag that it has: as long as the position is the same, nothing is sent.
 */

import { addressOf } from './roots.js';

const ANSWER_WITHIN = 10_000; // ms

/**
 * @param {HTMLElement} main
 * @returns {Promise<HTMLElement | null>} the page as it stands now; null if it cannot be had
 */
export async function fetchedMain(main) {
  try {
    const signal = AbortSignal.timeout(ANSWER_WITHIN);
    const answer = await fetch(addressOf(main), { cache: 'no-cache', headers: { accept: 'text/html' }, signal });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    /** @type {HTMLElement | null} */
    const fresh = page.querySelector('[data-feed]');
    return fresh && fresh.dataset.feed === main.dataset.feed ? fresh : null;
  } catch {
    return null;
  }
}
