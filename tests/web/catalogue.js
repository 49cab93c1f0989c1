/** The page's words, for tests: as the page has them. */

import { readdirSync, readFileSync } from 'node:fs';

import { wordsOf } from '../../web/feed/words.js';

/** @import { Catalogue } from '../../web/feed/words.js' */

const FOLDER = new URL('../../web/words/', import.meta.url);

export const LANGUAGES = readdirSync(FOLDER).map((name) => name.replace('.json', ''));

/** @param {string} language @returns {Catalogue} */
export function catalogueOf(language) {
  return JSON.parse(readFileSync(new URL(`${language}.json`, FOLDER), 'utf8'));
}

export const english = wordsOf(catalogueOf('en'), 'en');
