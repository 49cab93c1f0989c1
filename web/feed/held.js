/**
 * Which changes wait, because the reader has paused the page or is busy with the very article.
 *
 * What waits is kept by story, the newest word on each, and is not on the page in any form. Three
 * things never wait. A withdrawal: also not in what waits, so that no withdrawn text is kept there.
 * The feed's own facts. And what a whole new page says of the stories that are shown, for nobody can
 * tell a correction in it from a withdrawal: of that only the new stories wait.
 */

import { NEW, WITHDRAWS } from './messages.js';

/** @import { Bring, Change, Move, Place, Remove, Replace } from './fold.js' */
/** @import { Entry, Snapshot } from './messages.js' */

/** @typedef {Place | Remove | Move | Bring} Waiting */
/** @typedef {ReadonlyMap<number, Waiting>} Held */

/**
 * @typedef {object} Reader
 * @property {boolean} isPaused
 * @property {(number: number) => boolean} isBusy whether an article must not be disturbed
 * @property {(number: number) => boolean} isShown whether the page has an article
 */

/** @type {Held} */
export const NOTHING = new Map();

/**
 * Whether a message takes text back, its own or that of links to it.
 * @param {Entry | Snapshot} message
 */
export function withdraws(message) {
  return message.type === 'entry' && (message.redacts || WITHDRAWS.includes(message.op));
}

/**
 * Parts changes into those to make now and those that wait.
 * @param {Held} held
 * @param {{changes: Change[], isWithdrawal: boolean}} coming
 * @param {Reader} reader
 * @returns {{held: Held, now: Change[]}}
 */
export function parted(held, { changes, isWithdrawal }, reader) {
  const waiting = new Map(held);
  const now = changes.flatMap((change) => {
    if (change.kind === 'replace') return replaced(waiting, change, reader);
    if (!mayWait(change)) return [change];
    if (isWaiting(change.number, isWithdrawal, reader)) waiting.set(change.number, merged(waiting.get(change.number), change));
    else waiting.delete(change.number);
    return waiting.has(change.number) ? [] : [change];
  });
  return { held: waiting, now };
}

/**
 * Takes out what need not wait any longer.
 * @param {Held} held
 * @param {Reader} reader
 * @returns {{held: Held, now: Change[]}}
 */
export function released(held, reader) {
  const rest = [...held].filter(([number]) => isWaiting(number, false, reader));
  const waiting = new Map(rest);
  return { held: waiting, now: [...held.values()].filter(({ number }) => !waiting.has(number)) };
}

/**
 * How many of what waits are new stories; the others change such as are shown.
 * @param {Held} held
 * @param {Reader} reader
 */
export function newcomers(held, { isShown }) {
  return [...held.values()].filter(({ kind, number }) => kind === 'place' && !isShown(number)).length;
}

/** @param {number} number @param {boolean} isWithdrawal @param {Reader} reader */
function isWaiting(number, isWithdrawal, { isPaused, isBusy, isShown }) {
  if (isWithdrawal && isShown(number)) return false;
  return isPaused || isBusy(number);
}

/** @param {Change} change @returns {change is Waiting} */
function mayWait(change) {
  return ['place', 'remove', 'move', 'bring'].includes(change.kind);
}

/**
 * The newest word on a story, which stays new while it waits. Where it stands is looked up then.
 * @param {Waiting | undefined} before
 * @param {Waiting} change
 * @returns {Waiting}
 */
function merged(before, change) {
  if (before?.kind !== 'place' || change.kind === 'remove') return change;
  if (change.kind !== 'place') return before;
  const staysNew = NEW.includes(before.op) && !WITHDRAWS.includes(change.op);
  return { ...change, op: staysNew ? before.op : (change.op ?? before.op) };
}

/**
 * @param {Map<number, Waiting>} waiting
 * @param {Replace} change
 * @param {Reader} reader
 * @returns {Change[]}
 */
function replaced(waiting, change, { isPaused, isShown }) {
  waiting.clear();
  if (!isPaused) return [change];
  // From the bottom, in the order in which they would have come.
  for (const { number, html } of change.articles.toReversed()) {
    if (!isShown(number)) waiting.set(number, { kind: 'place', number, html, above: null, isSummary: false, op: 'publish' });
  }
  return [{ ...change, articles: change.articles.filter(({ number }) => isShown(number)) }];
}
