/** A view of a feed, as addresses and this browser's memory write it: `?order=oldest&key=1`. */

/** @import { Scope } from './fold.js' */
/** @import { Store } from './liked.js' */

/**
 * @param {Pick<Scope, 'order' | 'key'>} view
 * @param {{before?: number, after?: number}} [bounds] numbers of stories that are not shown themselves
 */
export function queryOf({ order, key }, bounds = {}) {
  const bound = Object.entries(bounds).map(([name, number]) => `&${name}=${number}`);
  return `?order=${order}${key ? '&key=1' : ''}${bound.join('')}`;
}

/** Whether an address asks for something, and not for what is usual here. @param {string} query */
export function isAsked(query) {
  return /[?&](order|key|before|after)=/.test(query);
}

/**
 * What this browser chose for a feed, if it is a view.
 * @param {Pick<Store, 'getItem'>} store
 * @param {string} feed
 */
export function recalledView(store, feed) {
  const query = store.getItem(keyOf(feed)) ?? '';
  return /^\?order=(newest|oldest)(&key=1)?$/.test(query) ? query : null;
}

/** @param {Pick<Store, 'setItem'>} store @param {string} feed @param {Pick<Scope, 'order' | 'key'>} view */
export function rememberView(store, feed, view) {
  store.setItem(keyOf(feed), queryOf(view));
}

/** @param {string} feed */
function keyOf(feed) {
  return `livefeed:view:${feed}`;
}
