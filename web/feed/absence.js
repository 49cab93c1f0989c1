/**
 * What came while the reader was away: how much, since when, and where reading stopped.
 *
 * The position stays in this browser; nothing of it is sent anywhere, but as the `after` of a view.
 */

/** @import { Store } from './liked.js' */

/**
 * @typedef {{position: string, number: number, at: number}} Left where the reader stopped: the
 *   newest story of then, and when in ms
 * @typedef {{count: number, at: number, number: number, more: boolean}} Absence how many stories
 *   have come since; `more` that older ones, which are not on the page, may be among them
 */

export const AWAY = 60_000; // ms: whoever looks away for less has not left

/** @param {Store} store @param {string} feed @returns {Left | null} */
export function leftAt(store, feed) {
  try {
    const { position, number, at } = JSON.parse(store.getItem(key(feed)) ?? '');
    const isOne = typeof position === 'string' && Number.isSafeInteger(number) && Number.isFinite(at);
    return isOne ? { position, number, at } : null;
  } catch {
    return null; // nothing kept, or nothing readable
  }
}

/** @param {Store} store @param {string} feed @param {Left} left */
export function rememberLeft(store, feed, left) {
  store.setItem(key(feed), JSON.stringify(left));
}

/**
 * @param {Left} left
 * @param {{numbers: number[], upTo: number, hasOlder: boolean}} page the stories that it shows,
 *   withdrawn ones not among them, the newest that counts, and whether there are older ones
 * @returns {Absence | null} null where nothing has come
 */
export function absence({ number, at }, { numbers, upTo, hasOlder }) {
  const count = numbers.filter((each) => each > number && each <= upTo).length;
  const more = hasOlder && !numbers.some((each) => each <= number);
  return count > 0 ? { count, at, number, more } : null;
}

/** @param {string} feed */
function key(feed) {
  return `livefeed:left:${feed}`;
}
