/** The page's own words, as far as scripts say them; `templates/` say the same ones. */

/** @import { Status } from './liveness.js' */

/** @typedef {'upcoming' | 'live' | 'ended'} FeedState */

/** @type {{[status in Status]: string}} */
const STATUS = {
  connecting: 'Connecting…',
  live: 'Live',
  reconnecting: 'Reconnecting…',
  offline: 'Offline',
  stale: 'Stale: waiting for news',
  stopped: 'No longer live: reload the page',
};

/** @type {{[state in FeedState]: string}} */
const CONNECTED = { upcoming: 'Upcoming', live: 'Live', ended: 'Ended' };

export const LIKE_REASON = 'Likes can be given while the page is live';

/**
 * @param {Status} status
 * @param {FeedState} state the feed's own, which is told while the page is live
 */
export function statusWords(status, state) {
  return status === 'live' ? CONNECTED[state] : STATUS[status];
}

/** @param {number} count */
export function likesWords(count) {
  if (count === 0) return 'Be the first to like this';
  return count === 1 ? '1 reader likes this' : `${count.toLocaleString('en-US')} readers like this`;
}

/** @param {number} count */
export function newsAboveWords(count) {
  return count === 1 ? '1 new story' : `${count.toLocaleString('en-US')} new stories`;
}

/**
 * @param {string} title of the feed
 * @param {string} section
 */
export function feedTitle(title, section) {
  return section ? `${title} – ${section}` : title;
}

/**
 * The title of a story's own page.
 * @param {string} headline empty for a story that was withdrawn
 * @param {string} title of the feed
 */
export function storyTitle(headline, title) {
  return `${headline || 'Story withdrawn'} – ${title}`;
}
