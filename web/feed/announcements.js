/**
 * What a screen reader is told of the changes on the page: one sentence for all that came together.
 *
 * A single story is named by its headline, several are counted; a withdrawn one is never named.
 */

/** @import { Op } from './messages.js' */

/** @typedef {'published' | 'back' | 'updated' | 'corrected' | 'withdrawn'} Event */
/** @typedef {Map<number, {event: Event, headline: string}>} Pending by story; what is still to be told */

/** A refiled story mends a typing error, a pin moves one: nothing that a reader has to hear of. */
/** @type {{[op in Op]?: Event}} */
const EVENTS = {
  publish: 'published',
  release: 'back',
  update: 'updated',
  correct: 'corrected',
  hold: 'withdrawn',
  kill: 'withdrawn',
};

/** @type {[Event, (headline: string) => string, (count: number) => string][]} */
const SENTENCES = [
  ['published', (headline) => `New story: ${headline}`, (count) => `${count} new stories`],
  ['back', (headline) => `Back: ${headline}`, (count) => `${count} stories are back`],
  ['updated', (headline) => `Updated: ${headline}`, (count) => `${count} stories updated`],
  ['corrected', (headline) => `Corrected: ${headline}`, (count) => `${count} stories corrected`],
  ['withdrawn', () => 'A story was withdrawn', (count) => `${count} stories were withdrawn`],
];

/**
 * The pending events with one more. A new story stays new while it is being corrected; a withdrawal
 * takes the place of whatever there was to tell.
 * @param {Pending} pending
 * @param {{number: number, op: Op, headline: string}} change
 * @returns {Pending}
 */
export function noted(pending, { number, op, headline }) {
  const event = EVENTS[op];
  if (event === undefined) return pending;
  const before = pending.get(number)?.event;
  const staysNew = before === 'published' && event !== 'withdrawn';
  return new Map(pending).set(number, { event: staysNew ? before : event, headline });
}

/**
 * @param {Pending} pending
 * @returns {string} empty when there is nothing to tell
 */
export function announcement(pending) {
  const told = [...pending.values()];
  const sentences = SENTENCES.flatMap(([event, one, many]) => {
    const headlines = told.filter((each) => each.event === event).map((each) => each.headline);
    const [first] = headlines;
    if (first === undefined) return [];
    return [headlines.length === 1 ? one(first) : many(headlines.length)];
  });
  return sentences.join('. ');
}
