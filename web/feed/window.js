/**
 * The part of a long feed that stands in the document: it grows at the end to which its reader
 * scrolls, and shrinks at the other.
 *
 * Its ends are named by where they stand on the page: `before` is the upper one, whatever the order.
 */

/** @import { Feed } from './fold.js' */
/** @typedef {'before' | 'after'} End */

export const MOST = 150; // stories in the document, besides the pinned ones

/** The stories in their order, without the pinned ones. @param {Feed} feed */
export function row({ shown, pinned }) {
  return shown.filter((number) => !pinned.includes(number));
}

/** Whether the view goes on there. @param {Feed} feed @param {End} end */
export function goesOn({ scope }, end) {
  if (scope.only !== null) return false;
  return isNewer(scope, end) ? scope.newest !== Infinity : scope.oldest > 0;
}

/**
 * The bound of what comes next there, as an address has it.
 * @param {Feed} feed
 * @param {End} end
 */
export function beyond({ scope }, end) {
  return isNewer(scope, end) ? { after: scope.newest } : { before: scope.oldest };
}

/**
 * The bound from which on a story stands on top.
 * @param {Feed} feed
 * @param {number} number
 */
export function from({ scope }, number) {
  return scope.order === 'newest' ? { before: number + 1 } : { after: number - 1 };
}

/**
 * The feed with what was fetched for one of its ends.
 * @param {Feed} feed
 * @param {Feed} page as the server rendered it
 * @param {End} end
 * @returns {Feed}
 */
export function widened(feed, page, end) {
  const { newest, oldest } = page.scope;
  const top = feed.scope.top || (end === 'before' && page.scope.top);
  const scope = { ...feed.scope, top, ...(isNewer(feed.scope, end) ? { newest } : { oldest }) };
  const { ahead, total, counted } = end === 'before' ? page : feed;
  const more = page.shown.filter((number) => !feed.shown.includes(number));
  const pins = more.filter((number) => feed.pinned.includes(number));
  const next = row({ ...page, shown: more, pinned: feed.pinned });
  const mine = row(feed);
  const shown = end === 'before' ? [...next, ...mine] : [...mine, ...next];
  const pinned = feed.pinned.filter((number) => pins.includes(number) || feed.shown.includes(number));
  return { ...feed, scope, ahead, total, counted, shown: [...pinned, ...shown] };
}

/**
 * What is too much in the document: at the end that is further from what is being read.
 * @param {Feed} feed
 * @param {{[end in End]: number}} distance of each end from what the reader sees, in pixels
 * @returns {{end: End, numbers: number[]}} from the outermost story inwards
 */
export function surplus(feed, distance) {
  const all = row(feed);
  const count = Math.max(0, all.length - MOST);
  return distance.before > distance.after
    ? { end: 'before', numbers: all.slice(0, count) }
    : { end: 'after', numbers: all.toReversed().slice(0, count) };
}

/**
 * The feed without stories at one of its ends.
 * @param {Feed} feed
 * @param {{end: End, numbers: number[]}} gone
 * @returns {Feed}
 */
export function trimmed(feed, { end, numbers }) {
  const shown = feed.shown.filter((number) => !numbers.includes(number));
  const left = row({ ...feed, shown });
  const [edge = 0] = end === 'before' ? left : left.slice(-1);
  const scope = { ...feed.scope, ...(isNewer(feed.scope, end) ? { newest: edge } : { oldest: edge }) };
  return { ...feed, scope, shown, ahead: feed.ahead + (end === 'before' ? numbers.length : 0) };
}

/** @param {Feed['scope']} scope @param {End} end */
function isNewer({ order }, end) {
  return (end === 'before') === (order === 'newest');
}
