/**
 * How long to wait before the next try.
 *
 * The wait doubles from try to try, up to a bound, and half of it is left to chance: a server that
 * comes back is not met by all of its readers in the same instant.
 */

export const FIRST_WAIT = 1_000; // ms
export const LONGEST_WAIT = 30_000;

/**
 * @param {number} failures tries in a row that came to nothing, from 1
 * @param {number} random from 0 up to, not including, 1
 * @returns {number} ms
 */
export function backoff(failures, random) {
  const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (failures - 1));
  return Math.round(longest * (0.5 + random / 2));
}
