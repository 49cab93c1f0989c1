import assert from 'node:assert/strict';
import { test } from 'node:test';

import { agoIn, daysBegin, minutesSince, untilIn, zoneOf } from '../../web/feed/times.js';
import { wordsOf } from '../../web/feed/words.js';
import { catalogueOf, english } from './catalogue.js';

const arabic = wordsOf(catalogueOf('ar'), 'ar');
const at = Date.parse('2026-11-25T14:05:40Z');

test('an age counts the minutes that have begun, so that all change when the clock does', () => {
  assert.equal(minutesSince(at, Date.parse('2026-11-25T14:05:59.999Z')), 0);
  assert.equal(minutesSince(at, Date.parse('2026-11-25T14:06:00Z')), 1);
  assert.equal(minutesSince(at, Date.parse('2026-11-25T15:05:10Z')), 60);
});

test('nothing is of the future', () => {
  assert.equal(minutesSince(at, at - 3_600_000), 0);
});

test('an age is told in the largest unit that is full', () => {
  const ago = agoIn('en-GB', english);
  assert.deepEqual(
    [0, 1, 59, 60, 119, 1_439, 1_440, 4_320].map(ago),
    ['just now', '1 min ago', '59 min ago', '1 hr ago', '1 hr ago', '23 hr ago', '1 day ago', '3 days ago'],
  );
});

test('an age is told in Arabic, with the digits of the times beside it', () => {
  const ago = agoIn('ar-EG', arabic);
  assert.equal(ago(0), 'الآن');
  assert.match(ago(5), /^قبل 5 /);
  assert.match(ago(120), /ساعتين/);
});

test('how long it is until then is told in two units at most', () => {
  const told = [1, 59, 78, 120, 1_439, 1_440, 1_499, 5_000].map(untilIn('en', english));
  assert.deepEqual(told, [
    ...['in 1 min', 'in 59 min', 'in 1 hr 18 min', 'in 2 hr', 'in 23 hr 59 min'],
    ...['in 1 day', 'in 1 day 59 min', 'in 3 days 11 hr'],
  ]);
  assert.match(untilIn('ar', arabic)(78), /^خلال 1 \D+ 18 \D+$/);
});

test("a time in the reader's zone says its zone, and its date where that is another than was just read", () => {
  const berlin = zoneOf('Europe/Berlin', 'en', english);
  assert.equal(berlin.time(at, '2026-11-25'), '15:05 CET');
  assert.equal(berlin.time(at, '2026-11-24'), 'November 25, 2026, 15:05 CET');
  assert.equal(zoneOf('Asia/Seoul', 'ar', arabic).time(at + 3_600_000, '2026-11-25'), '26 نوفمبر 2026، 00:05 GMT+9');
});

test("a day is that of the reader's zone", () => {
  assert.equal(zoneOf('Asia/Seoul', 'en', english).day(at + 3_600_000), '2026-11-26');
  assert.equal(zoneOf('America/New_York', 'en', english).day(at), '2026-11-25');
});

/** @param {string[]} days */
const stories = (...days) => days.map((day, index) => ({ number: 10 - index, day }));

test('a day begins with the first of its stories, but not above them all', () => {
  assert.deepEqual([...daysBegin(stories('25', '25', '24', '24', '22'), [])], [2, 4]);
  assert.deepEqual([...daysBegin(stories('22', '24', '25'), [])], [1, 2]);
  assert.deepEqual([...daysBegin([], [])], []);
});

test('pinned stories stand apart, whenever they came', () => {
  assert.deepEqual([...daysBegin(stories('20', '25', '24'), [10])], [2]);
  assert.deepEqual([...daysBegin(stories('25', '20', '25', '24'), [9])], [3]);
});
