/** Every accessibility criterion has its test, and every test that names one has its criterion. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const CRITERIA = new URL('../../web/accessibility-criteria.md', import.meta.url);
const TESTS = new URL('./', import.meta.url);

/** A row of the table: a number, what holds, what asks for it, and the files of its tests. */
const ROW = /^\| (A\d+) \| .+ \| .+ \| (.+) \|$/gm;
/** The title of a test that ends with the numbers of its criteria: `[A1, A2]`. */
const TITLE = /\btest\(\s*(['"`]).*?\[(A\d+(?:, A\d+)*)\]\1/g;

const criteria = [...readFileSync(CRITERIA, 'utf8').matchAll(ROW)].map(([, number, tests]) => ({
  number: `${number}`,
  files: [...`${tests}`.matchAll(/\]\((.+?)\)/g)].map(([, address]) => new URL(`${address}`, CRITERIA).pathname),
}));

/** The files whose tests name each criterion. @type {Map<string, string[]>} */
const named = new Map();
for (const name of readdirSync(TESTS, { recursive: true, encoding: 'utf8' })) {
  const path = new URL(name, TESTS).pathname;
  const titles = name.endsWith('.test.js') ? readFileSync(path, 'utf8').matchAll(TITLE) : [];
  const numbers = [...titles].flatMap(([, , written]) => `${written}`.split(', '));
  for (const number of numbers) named.set(number, [...(named.get(number) ?? []), path]);
}

test('the criteria are numbered one after the other', () => {
  assert.ok(criteria.length > 20);
  assert.deepEqual(
    criteria.map(({ number }) => number),
    criteria.map((_, index) => `A${index + 1}`),
  );
});

for (const { number, files } of criteria) {
  test(`the tests of criterion ${number} are where it says, and name it`, () => {
    assert.deepEqual([...new Set(files)].sort(), [...new Set(named.get(number))].sort());
  });
}

test('no test names a criterion that there is not', () => {
  const known = new Set(criteria.map(({ number }) => number));
  assert.deepEqual([...named.keys()].filter((number) => !known.has(number)), []);
});
