/**
 * Which stories this browser likes, and under what token.
 *
 * The token is random and stays in this browser; the server counts it once a story and learns
 * nothing else from it. A like that no count has answered yet is sent again after a reconnect.
 */

/** @typedef {{token: string, liked: readonly number[], unanswered: readonly number[]}} Liked */
/** A browser's storage, or none: neither throws. */
/** @typedef {{getItem(key: string): string | null, setItem(key: string, value: string): void}} Store */

const MOST = 1_000; // stories remembered a feed
const TOKEN = 'livefeed:token';
const TOKEN_FORM = /^[0-9a-f]{32}$/;

/**
 * What this browser remembers. One that keeps nothing still likes, for as long as the page is open.
 * @param {Store} store
 * @param {string} feed
 * @param {Uint8Array} random 16 bytes, for the token of a browser that has none yet
 * @returns {Liked}
 */
export function remembered(store, feed, random) {
  const made = [...random].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const liked = recalled(store, feed, { token: made, liked: [], unanswered: [] });
  store.setItem(TOKEN, liked.token);
  return liked;
}

/**
 * The same with what other pages of this browser did since then: they keep theirs in the same store.
 * @param {Store} store
 * @param {string} feed
 * @param {Liked} mine
 * @returns {Liked}
 */
export function recalled(store, feed, { token, liked, unanswered }) {
  const kept = store.getItem(TOKEN) ?? '';
  const all = new Set([...numbers(store.getItem(key(feed))), ...liked]);
  return { token: TOKEN_FORM.test(kept) ? kept : token, liked: [...all].slice(-MOST), unanswered };
}

/** @param {Store} store @param {string} feed @param {Liked} liked */
export function remember(store, feed, { liked }) {
  store.setItem(key(feed), JSON.stringify(liked));
}

/** @param {Liked} liked @param {number} number @returns {Liked} */
export function withLike({ token, liked, unanswered }, number) {
  return { token, liked: [...liked, number].slice(-MOST), unanswered: [...unanswered, number] };
}

/** @param {Liked} liked @param {(number: number) => boolean} isAnswered @returns {Liked} */
export function withAnswers({ token, liked, unanswered }, isAnswered) {
  return { token, liked, unanswered: unanswered.filter((number) => !isAnswered(number)) };
}

/** @param {string} feed */
function key(feed) {
  return `livefeed:liked:${feed}`;
}

/** @param {string | null} text @returns {number[]} */
function numbers(text) {
  try {
    /** @type {unknown} */
    const list = JSON.parse(text ?? '[]');
    return Array.isArray(list) ? list.filter(Number.isSafeInteger).slice(-MOST) : [];
  } catch {
    return [];
  }
}
