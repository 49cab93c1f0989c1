/**
 * The page as a fold of the feed's log: which stories it shows and in what order.
 *
 * `applied` decides; it gives the next state and the changes that the document has to make, and
 * touches nothing itself. The summary stands in a box above all, then the pinned stories, the newest
 * pin on top; the others follow in the page's order. Of those a page shows a *scope*: a part of a
 * view of the feed, without a gap, or a single story.
 */

import { counted, reaches } from './count.js';
import { WITHDRAWS } from './messages.js';

/** @import { Told } from './count.js' */
/** @import { Article, Entry, Facts, Op, Snapshot } from './messages.js' */

/**
 * @typedef {object} Scope
 * @property {number | null} only the one story of this page
 * @property {'newest' | 'oldest'} order which stories stand on top
 * @property {boolean} key whether key events alone are shown
 * @property {number} oldest the oldest story that the page reaches; 0 where it reaches the first
 * @property {number} newest the newest one; Infinity where a new story belongs to the page
 * @property {boolean} top whether the page has the summary and the pinned stories
 *
 * @typedef {object} Feed
 * @property {string} position how far into the log the page has come
 * @property {Scope} scope
 * @property {readonly number[]} pinned
 * @property {number} summary the story in the box; 0 for none
 * @property {readonly number[]} shown the stories in the list, from the top
 * @property {number} total how many stories the whole list has
 * @property {number} ahead how many of them stand above those shown; pinned ones do not count
 * @property {number} counted the newest story that `total` may count
 *
 * @typedef {{number: number, above: number | null, isSummary: boolean}} Spot
 *   in the list above another story (`null`: at the end), or in the box
 * @typedef {{kind: 'place', html: string, op: Op | null} & Spot} Place
 *   puts a story's article there, in place of its former one; `op` says what happened to the story,
 *   `null` that only its links did
 * @typedef {{kind: 'move'} & Spot} Move
 * @typedef {{kind: 'bring', number: number}} Bring an article that the page has never had goes into the box
 * @typedef {{kind: 'remove', number: number}} Remove
 * @typedef {{kind: 'elsewhere', number: number}} Elsewhere a new story came out that this page does not show
 * @typedef {{kind: 'key-event', number: number, html: string | null}} KeyEvent an item of the list of key events
 * @typedef {{kind: 'facts', facts: Facts}} FactsChange
 * @typedef {{kind: 'replace', articles: Article[], summary: Article | null, keyEvents: Article[], facts: Facts}} Replace
 *   everything gives way to these articles, in their order
 * @typedef {{kind: 'refresh'}} Refresh the page has to be fetched anew
 * @typedef {Place | Move | Bring | Remove | Elsewhere | KeyEvent | FactsChange | Replace | Refresh} Change
 */

/** @type {Refresh} */
const REFRESH = { kind: 'refresh' };

/**
 * The feed after a message, and what changes in the document.
 * @param {Feed} feed
 * @param {Entry | Snapshot} message
 * @returns {{feed: Feed, changes: Change[]}}
 */
export function applied(feed, message) {
  if (message.type === 'snapshot') return withSnapshot(feed, message);
  if (message.op === 'feed') return withFacts(feed, message);
  return withStory(feed, message);
}

/** How far into the log a position is: entries are counted. @param {string} position */
export function seqOf(position) {
  return Number.parseInt(position, 10) || 0;
}

/** Whether a page shows the feed as it comes, and not a part of it. @param {Feed} feed */
export function isWhole({ scope }) {
  return scope.only === null && !scope.key && scope.newest === Infinity;
}

/** @param {Feed} feed @param {Snapshot} message @returns {{feed: Feed, changes: Change[]}} */
function withSnapshot(feed, message) {
  // A snapshot has the newest stories; what another view shows only its own address knows.
  // The position stays, so that a page that cannot be fetched now asks again later.
  if (!isUsual(feed.scope)) return { feed, changes: [REFRESH] };
  const { position, feed: facts, stories, pinned, oldest, total, summary, key_events } = message;
  const box = summary?.number ?? 0;
  const byNumber = new Map(stories.map((story) => [story.number, story]));
  const all = (total ?? byNumber.size) - (box ? 1 : 0);
  byNumber.delete(box);
  const started = { ...feed, position, scope: { ...feed.scope, oldest }, pinned, summary: box };
  const shown = ordered(byNumber.keys(), started);
  const articles = shown.flatMap((number) => byNumber.get(number) ?? []);
  return {
    feed: { ...started, shown, total: all, ahead: 0, counted: seqOf(position) },
    changes: [{ kind: 'replace', articles, summary, keyEvents: key_events, facts }],
  };
}

/** Whether a page has just what a snapshot has. @param {Scope} scope */
function isUsual({ only, order, key, newest, top }) {
  return only === null && order === 'newest' && !key && newest === Infinity && top;
}

/** @param {Feed} feed @param {Entry} message @returns {{feed: Feed, changes: Change[]}} */
function withFacts(feed, { position, facts }) {
  // Dates are written in the feed's zone, by the server.
  const { zone, language, starts } = facts;
  if ([zone, language, starts].some((fact) => fact !== undefined)) return { feed, changes: [REFRESH] };
  return { feed: { ...feed, position }, changes: [{ kind: 'facts', facts }] };
}

/** @param {Feed} feed @param {Entry} message @returns {{feed: Feed, changes: Change[]}} */
function withStory(feed, message) {
  const { position, number, op, html, key_event, summary, rerendered } = message;
  const moved = { ...feed, position, pinned: pinnedAfter(feed.pinned, message) };
  if (html === null) return { feed: moved, changes: [] };
  const isKey = key_event !== null || (WITHDRAWS.includes(op) && feed.shown.includes(number));
  const told = { number, op, html, isKey };
  const placed = withArticle(counted(feed, { ...moved, summary }, told), told);
  const settled = withSummary(feed, placed.feed, number);
  /** @type {Change} */
  const item = { kind: 'key-event', number, html: key_event };
  return {
    feed: settled.feed,
    changes: [item, ...placed.changes, ...settled.changes, ...linksAnew(settled.feed, rerendered)],
  };
}

/** @param {Feed} feed @param {Told} told @returns {{feed: Feed, changes: Change[]}} */
function withArticle(feed, told) {
  const { number, op, html } = told;
  const others = feed.shown.filter((other) => other !== number);
  const place = standing(feed, number, told.isKey);
  const next = { ...feed, shown: place === 'list' ? ordered([...others, number], feed) : others };
  if (place) return { feed: next, changes: [{ kind: 'place', html, op, ...spot(next, number) }] };
  // One that is beyond the page may have been told of.
  const isGone = others.length < feed.shown.length || (WITHDRAWS.includes(op) && feed.scope.only === null);
  return { feed: next, changes: isGone ? [{ kind: 'remove', number }] : elsewhere(feed.scope, told) };
}

/** @param {Scope} scope @param {Told} told @returns {Change[]} */
function elsewhere({ only, key, newest }, { op, number, isKey }) {
  const isNews = op === 'publish' && only === null && number > newest && (isKey || !key);
  return isNews ? [{ kind: 'elsewhere', number }] : [];
}

/**
 * The box passes from one story to another; that of the entry itself has been placed.
 * @param {Feed} before @param {Feed} feed @param {number} placed
 * @returns {{feed: Feed, changes: Change[]}}
 */
function withSummary(before, feed, placed) {
  if (feed.summary === before.summary || !feed.scope.top) return { feed, changes: [] };
  const left = before.summary === placed ? { feed, changes: [] } : unboxed(feed, before.summary);
  return feed.summary === placed ? left : boxed(left);
}

/** @param {Feed} feed @param {number} number @returns {{feed: Feed, changes: Change[]}} */
function unboxed(feed, number) {
  if (number === 0) return { feed, changes: [] };
  // Only its own address knows whether a story that is not in the list is a key event.
  if (feed.scope.key) return { feed, changes: [REFRESH] };
  if (standing(feed, number, true) === null) return { feed, changes: [{ kind: 'remove', number }] };
  const next = { ...feed, shown: ordered([...feed.shown, number], feed) };
  return { feed: next, changes: [{ kind: 'move', ...spot(next, number) }] };
}

/** @param {{feed: Feed, changes: Change[]}} left @returns {{feed: Feed, changes: Change[]}} */
function boxed({ feed, changes }) {
  const { summary: number, shown } = feed;
  if (number === 0) return { feed, changes };
  /** @type {Change} */
  const change = shown.includes(number) ? { kind: 'move', ...spot(feed, number) } : { kind: 'bring', number };
  return { feed: { ...feed, shown: shown.filter((other) => other !== number) }, changes: [...changes, change] };
}

/** @param {Feed} feed @param {readonly Article[]} rerendered @returns {Change[]} */
function linksAnew(feed, rerendered) {
  return rerendered
    .filter(({ number }) => feed.shown.includes(number) || (feed.scope.top && number === feed.summary))
    .map(({ number, html }) => ({ kind: 'place', html, op: null, ...spot(feed, number) }));
}

/** @param {readonly number[]} pinned @param {Entry} message */
function pinnedAfter(pinned, { op, number }) {
  const others = pinned.filter((other) => other !== number);
  if (op === 'pin') return [number, ...others];
  return op === 'unpin' || WITHDRAWS.includes(op) ? others : pinned;
}

/**
 * Where a story belongs on this page.
 * @param {Feed} feed @param {number} number @param {boolean} isKey
 * @returns {'box' | 'list' | null}
 */
function standing({ scope, pinned, summary }, number, isKey) {
  if (scope.only !== null) return isListed(number === scope.only);
  if (number === summary) return scope.top ? 'box' : null;
  if (scope.key && !isKey) return null;
  return isListed(pinned.includes(number) ? scope.top : reaches(scope, number));
}

/** @param {boolean} isHere */
function isListed(isHere) {
  return isHere ? 'list' : null;
}

/** @param {Feed} feed @param {number} number @returns {Spot} */
function spot({ shown, summary, scope }, number) {
  const isSummary = scope.only === null && number === summary;
  return { number, above: isSummary ? null : (shown[shown.indexOf(number) + 1] ?? null), isSummary };
}

/** @param {Iterable<number>} numbers @param {Feed} feed */
function ordered(numbers, { pinned, scope }) {
  const all = new Set(numbers);
  const first = pinned.filter((number) => all.has(number));
  const rest = [...all].filter((number) => !pinned.includes(number));
  return [...first, ...rest.sort((a, b) => (scope.order === 'newest' ? b - a : a - b))];
}
