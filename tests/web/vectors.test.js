/** The golden vectors, as the page reads and writes them. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';

import { likeMessage, readMessage, SUBPROTOCOL } from '../../web/feed/messages.js';

/**
 * The page's rows of one file.
 * @param {string} file
 * @returns {{name: string, text: string, message: any}[]}
 */
function rows(file) {
  const all = JSON.parse(readFileSync(new URL(`../vectors/${file}`, import.meta.url), 'utf8'));
  return all.filter((/** @type {{subprotocol: string}} */ { subprotocol }) => subprotocol === SUBPROTOCOL);
}

const FROM_SERVER = rows('server_messages.json');

describe("a server's message means what its vector says:", () => {
  for (const { name, text, message } of FROM_SERVER) {
    test(name, () => {
      const read = readMessage(text);
      assert.ok(read);
      for (const [field, value] of Object.entries(read)) assert.deepEqual(plain(value), expected(field, message), field);
    });
  }

  test('there is a vector of every kind', () => {
    const kinds = new Set(FROM_SERVER.map(({ message }) => message.type));
    assert.deepEqual(kinds, new Set(['hello', 'snapshot', 'entry', 'likes', 'pulse', 'bye']));
  });
});

for (const { name, text, message } of rows('reader_messages.json')) {
  test(`what the page sends is what its vector says: ${name}`, () => {
    assert.equal(likeMessage(message.number, message.token), text);
  });
}

/** @param {unknown} value */
function plain(value) {
  return value instanceof Map ? Object.fromEntries(value) : value;
}

/** What a field that is not there reads as. @type {{[field: string]: unknown}} */
const ABSENT = { html: null, key_event: null, total: null, oldest: 0, key_events: [], facts: {}, rerendered: [], redacts: false };

/**
 * What a field reads as: the page has a value for each that may be absent, and takes of an article
 * its number and its markup.
 * @param {string} field
 * @param {any} message
 */
function expected(field, message) {
  const article = (/** @type {any} */ { number, html }) => ({ number, html });
  if (field === 'stories') return message.stories.map(article);
  if (field !== 'summary') return message[field] ?? ABSENT[field];
  if (message.type === 'entry') return message.summary ?? 0;
  return message.summary ? article(message.summary) : null;
}
