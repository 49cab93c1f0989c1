/** The feed's facts in the document: heading, section, description, state, the page's title. */

import { pageTitle } from '../feed/words.js';

/** @import { Facts } from '../feed/messages.js' */

/**
 * @param {HTMLElement} main
 * @param {Facts} facts those that change
 */
export function showFacts(main, facts) {
  for (const name of /** @type {const} */ (['title', 'section', 'description'])) {
    const text = facts[name];
    if (text !== undefined) showFact(main, name, text);
  }
  // A story's own page is named after its story.
  if (!main.dataset.only) document.title = pageTitle(factShown(main, 'title'), factShown(main, 'section'));
}

/** @param {HTMLElement} main @param {string} name @param {string} text */
function showFact(main, name, text) {
  const element = fact(main, name);
  if (!element) return;
  element.textContent = text;
  if (name !== 'title') element.hidden = text === '';
}

/** @param {HTMLElement} main @param {string} name */
function factShown(main, name) {
  return fact(main, name)?.textContent ?? '';
}

/** @param {HTMLElement} main @param {string} name @returns {HTMLElement | null} */
function fact(main, name) {
  return main.querySelector(`[data-fact="${name}"]`);
}
