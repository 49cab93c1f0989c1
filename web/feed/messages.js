/**
 * What the server says (subprotocol `livefeed.v1.html`) and the one thing a page says to it.
 *
 * A message that this page cannot use reads as `null`, whatever is wrong with it: a newer server may
 * speak of things that an older page, open since yesterday, has never heard of.
 */

export const SUBPROTOCOL = 'livefeed.v1.html';

/**
 * @typedef {object} Facts
 * @property {string} [title]
 * @property {string} [section]
 * @property {string} [description]
 * @property {string} [language]
 * @property {string} [zone]
 * @property {string} [starts]
 * @property {'upcoming' | 'live' | 'ended'} [state]
 *
 * @typedef {'publish' | 'update' | 'correct' | 'refile' | 'hold' | 'release' | 'kill' | 'pin' | 'unpin' | 'feed'} Op
 *
 * @typedef {{number: number, html: string}} Article
 *
 * @typedef {object} Hello
 * @property {'hello'} type
 * @property {string} position the server's newest
 * @property {boolean} resumed whether what follows continues from where this page stands
 * @property {number} pulse_ms
 *
 * @typedef {object} Entry
 * @property {'entry'} type
 * @property {string} position where the page stands once it has this entry
 * @property {Op} op
 * @property {number} number the story's; 0 with `feed`
 * @property {string | null} html the article as it now stands; null where its text was withdrawn since
 * @property {Article[]} rerendered other articles that this entry changed
 * @property {string | null} key_event the story's item in the list of key events; null for none
 * @property {number} summary the story in the summary box as it now stands; 0 for none
 * @property {Facts} facts
 * @property {boolean} redacts whether this correction takes the former text back
 *
 * @typedef {object} Snapshot
 * @property {'snapshot'} type
 * @property {string} position
 * @property {Facts} feed
 * @property {Article[]} stories newest first; pinned ones of before that stand at the end
 * @property {number[]} pinned
 * @property {number} oldest the oldest of the newest stories; 0 where there are no older ones
 * @property {number | null} total how many stories the feed has; null where `stories` are all
 * @property {Article | null} summary
 * @property {Article[]} key_events their items in the list
 *
 * @typedef {{type: 'likes', counts: Map<number, number>}} Likes
 * @typedef {{type: 'pulse', position: string, upstream: boolean, at: number}} Pulse `at`: the server's time, in ms; 0 for none
 * @typedef {{type: 'bye', retry_ms: number}} Bye
 * @typedef {Hello | Entry | Snapshot | Likes | Pulse | Bye} Message
 * @typedef {{[key: string]: unknown}} Fields
 */

/** @type {readonly (Op | null)[]} */
export const NEW = ['publish', 'release'];
/** @type {readonly (Op | null)[]} */
export const WITHDRAWS = ['hold', 'kill'];
/** @type {readonly string[]} */
const OPS = ['publish', 'update', 'correct', 'refile', 'hold', 'release', 'kill', 'pin', 'unpin', 'feed'];
const STATES = ['upcoming', 'live', 'ended'];
const LONGEST_PULSE = 600_000; // ms: beyond ten minutes nobody would call a page live
const LONGEST_RETRY = 3_600_000;

/** @type {Map<unknown, (fields: Fields) => Message | null>} */
const READERS = new Map(Object.entries({ hello, entry, snapshot, likes, pulse, bye }));

/**
 * Reads one message.
 * @param {unknown} data
 * @returns {Message | null} null for anything that is none
 */
export function readMessage(data) {
  const fields = parsed(data);
  const read = READERS.get(fields?.type);
  return fields && read ? read(fields) : null;
}

/**
 * What the page sends when its reader likes a story.
 * @param {number} number
 * @param {string} token
 */
export function likeMessage(number, token) {
  return JSON.stringify({ type: 'like', number, token });
}

/** @param {unknown} data */
function parsed(data) {
  try {
    return typeof data === 'string' ? asFields(JSON.parse(data)) : null;
  } catch {
    return null;
  }
}

/** @param {Fields} fields @returns {Hello | null} */
function hello({ position, resumed, pulse_ms }) {
  if (!isText(position) || typeof resumed !== 'boolean' || !isWithin(pulse_ms, LONGEST_PULSE)) return null;
  return { type: 'hello', position, resumed, pulse_ms };
}

/** @param {Fields} fields @returns {Entry | null} */
function entry({ position, op, number, html, rerendered, key_event, summary, facts, redacts }) {
  if (!isText(position) || !isOp(op) || !isCount(number)) return null;
  return {
    type: 'entry',
    position,
    op,
    number,
    html: isText(html) ? html : null,
    rerendered: articles(rerendered),
    key_event: isText(key_event) ? key_event : null,
    summary: isStoryNumber(summary) ? summary : 0,
    facts: readFacts(facts),
    redacts: redacts === true,
  };
}

/** @param {Fields} fields @returns {Snapshot | null} */
function snapshot({ position, feed, stories, pinned, more, oldest, total, summary, key_events }) {
  if (!isText(position) || !Array.isArray(stories)) return null;
  return {
    type: 'snapshot',
    position,
    feed: readFacts(feed),
    stories: articles(stories),
    pinned: Array.isArray(pinned) ? pinned.filter(isStoryNumber) : [],
    oldest: more === true && isStoryNumber(oldest) ? oldest : 0,
    total: isCount(total) ? total : null,
    summary: articles([summary])[0] ?? null,
    key_events: articles(key_events),
  };
}

/** @param {Fields} fields @returns {Likes} */
function likes({ counts }) {
  const read = Object.entries(asFields(counts) ?? {}).flatMap(([key, count]) => {
    const number = Number(key);
    return isStoryNumber(number) && isCount(count) ? [/** @type {const} */ ([number, count])] : [];
  });
  return { type: 'likes', counts: new Map(read) };
}

/** @param {Fields} fields @returns {Pulse | null} */
function pulse({ position, upstream, at }) {
  if (!isText(position)) return null;
  return { type: 'pulse', position, upstream: upstream !== false, at: isCount(at) ? at : 0 };
}

/** @param {Fields} fields @returns {Bye} */
function bye({ retry_ms }) {
  return { type: 'bye', retry_ms: isWithin(retry_ms, LONGEST_RETRY) ? retry_ms : 0 };
}

/** @param {unknown} list @returns {Article[]} */
function articles(list) {
  return (Array.isArray(list) ? list : []).flatMap((item) => {
    const { number, html } = asFields(item) ?? {};
    return isStoryNumber(number) && isText(html) ? [{ number, html }] : [];
  });
}

/** @param {unknown} value @returns {Facts} */
function readFacts(value) {
  const { title, section, description, language, zone, starts, state } = asFields(value) ?? {};
  const given = Object.entries({ title, section, description, language, zone, starts });
  const texts = Object.fromEntries(given.filter(([, text]) => typeof text === 'string'));
  return isState(state) ? { ...texts, state } : texts;
}

/** @param {unknown} value @returns {Fields | null} */
function asFields(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? /** @type {Fields} */ (value) : null;
}

/** @param {unknown} value @returns {value is string} */
function isText(value) {
  return typeof value === 'string' && value !== '';
}

/** @param {unknown} value @returns {value is Op} */
function isOp(value) {
  return typeof value === 'string' && OPS.includes(value);
}

/** @param {unknown} value @returns {value is 'upcoming' | 'live' | 'ended'} */
function isState(value) {
  return typeof value === 'string' && STATES.includes(value);
}

/** @param {unknown} value @returns {value is number} */
function isCount(value) {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** @param {unknown} value @returns {value is number} */
function isStoryNumber(value) {
  return isCount(value) && value > 0;
}

/** @param {unknown} value @param {number} most @returns {value is number} */
function isWithin(value, most) {
  return typeof value === 'number' && value > 0 && value <= most;
}
