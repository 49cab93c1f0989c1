/**
 * How many stories the whole list has, and how many stand above those that are on the page: the
 * server says it of a page, and from there each entry counts.
 */

/** @import { Feed, Scope } from './fold.js' */
/** @import { Op } from './messages.js' */

/** @typedef {{number: number, op: Op, html: string, isKey: boolean}} Told a story as an entry tells of it */

/**
 * `after` with its count.
 * @param {Feed} before the entry
 * @param {Feed} after pins and summary have changed
 * @param {Told} told
 * @returns {Feed}
 */
export function counted(before, after, { op, number, isKey }) {
  const isNew = op === 'publish' && number > before.counted;
  const others = [...new Set([before.summary, after.summary])].filter((other) => other && other !== number);
  const moves = [
    { number, was: !isNew && wasListed(before, number, isKey), is: isKey || !after.scope.key },
    ...others.map((other) => ({ number: other, was: true, is: true })),
  ];
  const from = moves.map((move) => (move.was ? whereabouts(before, move.number) : null));
  const to = moves.map((move) => (move.is ? whereabouts(after, move.number) : null));
  return {
    ...after,
    total: before.total + listed(to) - listed(from),
    ahead: before.ahead + ahead(to) - ahead(from),
    counted: isNew ? number : before.counted,
  };
}

/** Whether a number is between the ends of the page. @param {Scope} scope @param {number} number */
export function reaches({ oldest, newest }, number) {
  return number >= oldest && number <= newest;
}

/** Of a story that is not new. @param {Feed} feed @param {number} number @param {boolean} isKey */
function wasListed({ scope, shown }, number, isKey) {
  if (!scope.key) return true;
  // What lies beyond the page is not known to have become a key event just now.
  return reaches(scope, number) ? shown.includes(number) : isKey;
}

/** @param {Feed} feed @param {number} number */
function whereabouts({ scope, pinned, summary }, number) {
  if (number === summary) return null;
  if (pinned.includes(number)) return 'pinned';
  return (scope.order === 'newest' ? number > scope.newest : number < scope.oldest) ? 'ahead' : 'here';
}

/** @param {(string | null)[]} places */
function listed(places) {
  return places.filter((place) => place !== null).length;
}

/** @param {(string | null)[]} places */
function ahead(places) {
  return places.filter((place) => place === 'ahead').length;
}
