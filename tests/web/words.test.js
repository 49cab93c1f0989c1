import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';

import ts from 'typescript';

import { feedTitle, likesWords, localeOf, wordsOf } from '../../web/feed/words.js';
import { catalogueOf, english, LANGUAGES } from './catalogue.js';

/** @import { Values } from '../../web/feed/words.js' */

const CHECKOUT = new URL('../../', import.meta.url).pathname;
const WEB = new URL('../../web/', import.meta.url);

/** @param {string | {[category: string]: string}} text @returns {string[]} all forms of it */
const forms = (text) => (typeof text === 'string' ? [text] : Object.values(text));

/** @param {string} text @returns {string[]} the names of its placeholders */
const placeholders = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort();

/** @param {string | {[category: string]: string}} text with all of its placeholders */
const fullest = (text) => (typeof text === 'string' ? text : (text.other ?? ''));

/** The files of `web/` with one ending. @param {string} ending @returns {[string, string][]} name and text */
function files(ending) {
  const names = readdirSync(WEB, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith(ending));
  return names.map((name) => [name, readFileSync(new URL(name, WEB), 'utf8')]);
}

describe('what is said', () => {
  test('likes are counted in words that fit the number', () => {
    assert.equal(likesWords(0, english), 'Be the first to like this');
    assert.equal(likesWords(1, english), '1 reader likes this');
    assert.equal(likesWords(3, english), '3 readers like this');
    assert.equal(likesWords(12_345, english), '12,345 readers like this');
  });

  test('Arabic counts by all six of its plurals', () => {
    const arabic = wordsOf(catalogueOf('ar'), 'ar');
    const said = [0, 1, 2, 3, 11, 100].map((count) => arabic('page-published-many', { count }));
    assert.equal(new Set(said).size, 6);
    assert.match(said[3] ?? '', /^3 /);
  });

  test('what an editor wrote is left as it is', () => {
    assert.equal(english('page-published', { headline: 'A {count} of $& and {headline}' }), 'New story: A {count} of $& and {headline}');
  });

  test('every status has words of its own', () => {
    const feeds = ['upcoming', 'live', 'ended'];
    const all = [...feeds, 'paused', 'connecting', 'checking', 'reconnecting', 'offline', 'stale', 'stopped'];
    const said = all.map((status) => english(`page-${status}`));
    assert.equal(new Set(said.filter(Boolean)).size, all.length);
  });

  test("a feed's title names its section", () => {
    assert.equal(feedTitle('Live News Feed', 'News Update'), 'Live News Feed – News Update');
    assert.equal(feedTitle('Live News Feed', ''), 'Live News Feed');
  });
});

describe('the catalogue', () => {
  const reference = catalogueOf('en');

  for (const language of LANGUAGES) {
    const catalogue = catalogueOf(language);

    test(`has the same keys in ${language} as in English, in one order`, () => {
      assert.deepEqual(Object.keys(catalogue), Object.keys(reference));
    });

    test(`has every plural of ${language}, and no other`, () => {
      const wanted = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted();
      for (const [key, text] of Object.entries(catalogue)) {
        assert.equal(typeof text, typeof reference[key], key);
        if (typeof text !== 'string') assert.deepEqual(Object.keys(text).toSorted(), wanted, key);
      }
    });

    test(`puts the same values into ${language} as into English`, () => {
      for (const [key, text] of Object.entries(catalogue)) {
        const wanted = placeholders(fullest(reference[key] ?? ''));
        assert.deepEqual(placeholders(fullest(text)), wanted, key);
        for (const form of forms(text)) assert.ok(placeholders(form).every((name) => wanted.includes(name)), form);
      }
    });

    test(`has nothing in ${language} that HTML would read as markup`, () => {
      for (const text of Object.values(catalogue).flatMap(forms)) assert.doesNotMatch(text, /[<>&"'\n]|^\s|\s$/);
    });
  }

  test('has every key that is said, and none that nobody says', () => {
    const scripts = files('.js').filter(([name]) => !name.includes('node_modules'));
    const sources = [...scripts, ...files('.html')].map(([, text]) => text);
    sources.push(...pythonSources());
    const told = sources.join('\n');
    for (const key of Object.keys(reference)) {
      const stem = key.replace(/^page-/, '').replace(/-many$/, '');
      assert.ok(['"', "'", '`'].some((quote) => told.includes(`${quote}${key}${quote}`)) || told.includes(`'${stem}'`), key);
    }
    for (const [, key] of told.matchAll(/\bsay\(['"]([a-z-]+)['"][,)]/g)) assert.ok(key && key in reference, key);
  });

  test('leaves to scripts only what begins with page-', () => {
    for (const [name, text] of files('.js')) {
      for (const [, key] of text.matchAll(/\bsay\(['"`]([a-z-]+)/g)) assert.match(key ?? '', /^page-/, name);
    }
  });
});

function pythonSources() {
  const folder = new URL('../../livefeed/', import.meta.url);
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.py'));
  return names.map((name) => readFileSync(new URL(name, folder), 'utf8'));
}

describe('outside of the catalogue', () => {
  test('no markup that Python writes has words of its own', () => {
    const labels = [...pythonSources().join('\n').matchAll(/\baria-label="\p{L}.*/gu)];
    assert.deepEqual(labels, []);
  });

  for (const [name, text] of files('.html')) {
    test(`${name} has no words of its own`, () => {
      const bare = text.replace(/\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}/gs, '');
      const attributes = [...bare.matchAll(/\b(?:aria-label|aria-description|alt|title|placeholder|value)="([^"]*)"/g)];
      const words = [bare.replace(/<[^>]*>|[\w-]+="[^"]*"/g, ''), ...attributes.map(([, value]) => value)].join(' ');
      assert.doesNotMatch(words.replace('publisher feed create', ''), /\p{L}/u);
    });
  }

  // `embed.js` has to say that no server, so no catalogue either, was to be had.
  for (const [name, text] of files('.js').filter(([file]) => !file.includes('node_modules') && file !== 'embed.js')) {
    test(`${name} has no words of its own`, () => assert.deepEqual(sentences(text), []));
  }
});

/** Names of keys on a keyboard, which look like words. */
const KEYS = new Set(['Enter', 'Escape', 'Tab', 'Home', 'End', 'Space']);

/**
 * The strings of a script that somebody might read: they begin with a capital letter, or have two
 * words in a row. What an error says is for developers.
 * @param {string} text
 */
function sentences(text) {
  /** @type {string[]} */
  const found = [];
  /** @param {ts.Node} node */
  const look = (node) => {
    if (ts.isImportDeclaration(node) || isError(node)) return;
    if (isText(node) && isReadable(node.text)) found.push(node.text);
    ts.forEachChild(node, look);
  };
  const source = ts.createSourceFile('script.js', text, ts.ScriptTarget.Latest, true);
  look(source);
  return found;
}

/** @param {ts.Node} node */
function isError(node) {
  return ts.isNewExpression(node) && /Error$/.test(node.expression.getText());
}

/** @param {ts.Node} node @returns {node is ts.LiteralLikeNode} */
function isText(node) {
  return ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node);
}

/** @param {string} text */
function isReadable(text) {
  const isSelector = /(^|\s)[.#:>[]\S/.test(text);
  return /^\p{Lu}\p{Ll}*([\s,.:…!?]|$)|\p{L}{2} \p{L}{2}[^:[\]]*$/u.test(text) && !KEYS.has(text) && !isSelector;
}

describe('Python and JavaScript say the same', () => {
  const COUNTS = [0, 1, 2, 3, 10, 11, 99, 100, 102, 1_000, 12_345, 1_000_000];
  const DAYS = ['2021-04-20', '2026-01-01', '2026-11-25', '2027-09-09'];
  const SAID = `
import json, sys
from datetime import date
from livefeed.render.words import words_in
for language, key, values in json.load(sys.stdin):
    words = words_in(language)
    if key in ("day", "weekday"):
        print(json.dumps(getattr(words, key)(date.fromisoformat(values["day"]))))
    else:
        print(json.dumps(words.say(key, **values)))
`;

  /** @type {[string, string, Values][]} */
  const rows = LANGUAGES.flatMap((language) => {
    const texts = Object.entries(catalogueOf(language));
    return [
      ...texts.flatMap(([key, text]) => valuesFor(text).map((values) => row(language, key, values))),
      ...['day', 'weekday'].flatMap((key) => DAYS.map((day) => row(language, key, { day }))),
    ];
  });

  /** @returns {[string, string, Values]} @param {string} language @param {string} key @param {Values} values */
  function row(language, key, values) {
    return [language, key, values];
  }

  /** @param {string | {[category: string]: string}} text @returns {Values[]} */
  function valuesFor(text) {
    const values = Object.fromEntries(placeholders(fullest(text)).map((name) => [name, `“${name}” {x} مرحبا`]));
    return typeof text === 'string' ? [values] : COUNTS.map((count) => ({ ...values, count }));
  }

  /** @param {[string, string, Values]} row */
  function said([language, key, values]) {
    const style = { day: /** @type {const} */ ('long'), weekday: /** @type {const} */ ('full') }[key];
    if (!style) return wordsOf(catalogueOf(language), language)(key, values);
    const format = new Intl.DateTimeFormat(localeOf(language), { dateStyle: style, timeZone: 'UTC' });
    return format.format(new Date(`${values.day}T12:00Z`));
  }

  test('for every key, count and date in every language', () => {
    const python = process.env['PYTHON'] ?? `${CHECKOUT}.venv/bin/python`;
    const answer = execFileSync(python, ['-c', SAID], { input: JSON.stringify(rows), cwd: CHECKOUT, encoding: 'utf8' });
    const byPython = answer.trim().split('\n').map((line) => JSON.parse(line));
    assert.deepEqual(byPython, rows.map(said));
  });
});
