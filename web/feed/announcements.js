/**
 * What a screen reader is told of the changes on the page: one sentence for all that came together.
 *
 * A single story is named by its headline, several are counted; a withdrawn one is never named.
 */

/** @import { Op } from './messages.js' */
/** @import { Say } from './words.js' */

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

/** In the order in which they are told. @type {readonly Event[]} */
const TOLD = ['published', 'back', 'updated', 'corrected', 'withdrawn'];

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
 * @param {Say} say
 * @returns {string} empty when there is nothing to tell
 */
export function announcement(pending, say) {
  const all = [...pending.values()];
  const sentences = TOLD.flatMap((event) => {
    const [first, ...others] = all.filter((each) => each.event === event);
    if (first === undefined) return [];
    const { headline } = first;
    return others.length === 0
      ? [say(`page-${event}`, { headline })]
      : [say(`page-${event}-many`, { count: others.length + 1 })];
  });
  return sentences.join('. ');
}
