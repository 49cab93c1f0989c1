/**
 * How times read: how long ago something was, when it was in a reader's own zone, and where in a
 * list of stories another day begins. In the feed's zone the server writes them.
 */

import { localeOf } from './words.js';

/** @import { Say } from './words.js' */

export const MINUTE = 60_000; // ms
export const DAY = 1_440; // minutes

/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [
  ['day', DAY],
  ['hour', 60],
  ['minute', 1],
];

/**
 * How many minutes have begun since then, as on a clock on the wall: all ages change together, when
 * the minute does. Nothing is of the future, whatever a reader's clock says.
 * @param {number} at in ms
 * @param {number} now
 */
export function minutesSince(at, now) {
  return Math.max(0, Math.floor(now / MINUTE) - Math.floor(at / MINUTE));
}

/**
 * @param {string} language
 * @param {Say} say
 * @returns {(minutes: number) => string} such as “5 min ago”
 */
export function agoIn(language, say) {
  const format = new Intl.RelativeTimeFormat(localeOf(language), { style: 'short' });
  return (minutes) => {
    const unit = UNITS.find(([, size]) => minutes >= size);
    return unit ? format.format(-Math.floor(minutes / unit[1]), unit[0]) : say('page-now');
  };
}

/**
 * How long it is until then, in two units at most.
 * @param {string} language
 * @param {Say} say
 * @returns {(minutes: number) => string} such as “in 1 hr 18 min”, of one minute or more
 */
export function untilIn(language, say) {
  return (minutes) => {
    let rest = minutes;
    const parts = UNITS.flatMap(([unit, size]) => {
      const count = Math.floor(rest / size);
      rest %= size;
      return count ? new Intl.NumberFormat(localeOf(language), { style: 'unit', unit }).format(count) : [];
    });
    return say('page-until', { time: parts.slice(0, 2).join(' ') });
  };
}

/**
 * @typedef {object} Zone
 * @property {(at: number) => string} day such as `2026-11-25`
 * @property {(at: number, day: string) => string} time with its date, unless that is `day`
 */

/**
 * @param {string} timeZone
 * @param {string} language
 * @param {Say} say
 * @returns {Zone}
 */
export function zoneOf(timeZone, language, say) {
  const iso = new Intl.DateTimeFormat('sv', { timeZone });
  const date = new Intl.DateTimeFormat(localeOf(language), { timeZone, dateStyle: 'long' });
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short', // in letters that the server's zones have too
  });
  return {
    day: (at) => iso.format(at),
    time: (at, day) => {
      const time = clock.format(at);
      return iso.format(at) === day ? time : say('page-day-and-time', { day: date.format(at), time });
    },
  };
}

/**
 * Which stories begin another day than the one above them. Pinned ones stand apart, whenever they came.
 * @param {readonly {number: number, day: string}[]} stories from the top
 * @param {readonly number[]} pinned
 * @returns {Set<number>} their places among `stories`
 */
export function daysBegin(stories, pinned) {
  let before = '';
  const begin = new Set();
  for (const [index, { number, day }] of stories.entries()) {
    if (pinned.includes(number)) continue;
    if (before && day !== before) begin.add(index);
    before = day;
  }
  return begin;
}
