/**
 * The page as a fold of the feed's log: which stories it shows and in what order.
 *
 * `applied` decides; it gives the next state and the changes that the document has to make, and
 * touches nothing itself. Pinned stories stand first, the newest pin on top; the others follow, the
 * newest story on top. A page shows a *scope* of the feed: the newest stories, a page of older
 * ones, or a single story.
 */

/** @import { Article, Entry, Facts, Op, Snapshot } from './messages.js' */

/**
 * @typedef {object} Scope
 * @property {number | null} only the one story of this page
 * @property {number | null} before below which number a page of older stories begins
 * @property {number} oldest the oldest story shown; 0 where the page reaches down to the first
 *
 * @typedef {object} Feed
 * @property {string} position how far into the log the page has come
 * @property {Scope} scope
 * @property {readonly number[]} pinned
 * @property {readonly number[]} shown the stories on the page, from the top
 *
 * @typedef {{kind: 'place', number: number, html: string, above: number | null, op: Op | null}} Place
 *   puts a story's article above that of another (`null`: at the end), in place of its former one;
 *   `op` says what happened to the story, `null` that only its links did
 * @typedef {{kind: 'remove', number: number}} Remove
 * @typedef {{kind: 'elsewhere'}} Elsewhere a new story came out that this page does not show
 * @typedef {{kind: 'facts', facts: Facts}} FactsChange
 * @typedef {{kind: 'replace', articles: Article[], facts: Facts, oldest: number}} Replace
 *   everything gives way to these articles, in their order
 * @typedef {{kind: 'refresh'}} Refresh the page has to be fetched anew
 * @typedef {Place | Remove | Elsewhere | FactsChange | Replace | Refresh} Change
 */

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

/** @param {Feed} feed @param {Snapshot} message */
function withSnapshot(feed, { position, feed: facts, stories, pinned, more }) {
  // A snapshot has the newest stories; what became of older ones only their own address knows.
  // The position stays, so that a page that cannot be fetched now asks again later.
  if (!isNewest(feed.scope)) return { feed, changes: [/** @type {Refresh} */ ({ kind: 'refresh' })] };
  const byNumber = new Map(stories.map((story) => [story.number, story]));
  const shown = ordered(new Set(byNumber.keys()), pinned);
  const articles = shown.flatMap((number) => byNumber.get(number) ?? []);
  const oldest = more ? Math.min(...shown.filter((number) => !pinned.includes(number))) : 0;
  return {
    feed: { position, scope: { ...feed.scope, oldest }, pinned, shown },
    changes: [/** @type {Replace} */ ({ kind: 'replace', articles, facts, oldest })],
  };
}

/** @param {Feed} feed @param {Entry} message */
function withFacts(feed, { position, facts }) {
  // Dates are written in the feed's zone, by the server.
  if (facts.zone !== undefined || facts.language !== undefined || facts.starts !== undefined) {
    return { feed, changes: [/** @type {Refresh} */ ({ kind: 'refresh' })] };
  }
  return { feed: { ...feed, position }, changes: [/** @type {FactsChange} */ ({ kind: 'facts', facts })] };
}

/** @param {Feed} feed @param {Entry} message @returns {{feed: Feed, changes: Change[]}} */
function withStory(feed, message) {
  const moved = { ...feed, position: message.position, pinned: pinnedAfter(feed.pinned, message) };
  const { feed: next, changes } = withArticle(moved, message);
  return { feed: next, changes: [...changes, ...linksAnew(next, message)] };
}

/** @param {Feed} feed @param {Entry} message @returns {{feed: Feed, changes: Change[]}} */
function withArticle(feed, { op, number, html }) {
  const others = feed.shown.filter((other) => other !== number);
  if (html === null) return { feed, changes: [] };
  if (!shows(feed, number)) {
    const isGone = others.length < feed.shown.length;
    return { feed: { ...feed, shown: others }, changes: outOfScope(feed.scope, { op, number, isGone }) };
  }
  const shown = ordered(new Set([...others, number]), feed.pinned);
  return {
    feed: { ...feed, shown },
    changes: [{ kind: 'place', number, html, above: following(shown, number), op }],
  };
}

/**
 * @param {Scope} scope
 * @param {{op: Op, number: number, isGone: boolean}} story
 * @returns {Change[]}
 */
function outOfScope(scope, { op, number, isGone }) {
  if (isGone) return [{ kind: 'remove', number }];
  return op === 'publish' && !isNewest(scope) ? [{ kind: 'elsewhere' }] : [];
}

/** @param {Feed} feed @param {Entry} message @returns {Change[]} */
function linksAnew({ shown }, { rerendered }) {
  return rerendered
    .filter(({ number }) => shown.includes(number))
    .map(({ number, html }) => ({ kind: 'place', number, html, above: following(shown, number), op: null }));
}

/** @param {readonly number[]} pinned @param {Entry} message */
function pinnedAfter(pinned, { op, number }) {
  const others = pinned.filter((other) => other !== number);
  if (op === 'pin') return [number, ...others];
  return ['unpin', 'hold', 'kill'].includes(op) ? others : pinned;
}

/** @param {Feed} feed @param {number} number */
function shows({ scope, pinned }, number) {
  if (scope.only !== null) return number === scope.only;
  if (pinned.includes(number)) return isNewest(scope);
  return number >= scope.oldest && (scope.before === null || number < scope.before);
}

/** @param {Scope} scope */
function isNewest({ only, before }) {
  return only === null && before === null;
}

/** @param {Set<number>} numbers @param {readonly number[]} pinned */
function ordered(numbers, pinned) {
  const first = pinned.filter((number) => numbers.has(number));
  const rest = [...numbers].filter((number) => !pinned.includes(number)).sort((a, b) => b - a);
  return [...first, ...rest];
}

/** @param {readonly number[]} shown @param {number} number */
function following(shown, number) {
  return shown[shown.indexOf(number) + 1] ?? null;
}
