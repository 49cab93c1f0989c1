/** What stands above the stories: the feed's heading, section and description, and the title of it all. */

import { feedTitle } from '../feed/words.js';
import { rootOf } from './roots.js';

/** @import { Facts } from '../feed/messages.js' */
/** @import { Say } from '../feed/words.js' */

/**
 * @param {HTMLElement} main
 * @param {Facts} facts those that change
 */
export function showFacts(main, facts) {
  for (const name of /** @type {const} */ (['title', 'section', 'description'])) {
    const text = facts[name];
    if (text !== undefined) showFact(main, name, text);
  }
  if (facts.state) showState(main, facts.state);
}

/**
 * Names the document after what the page shows now: a story's own page after its story, so that a
 * killed one is not named in a tab. A page within another's document does not name that.
 * @param {HTMLElement} main
 * @param {Say} say
 * @param {number} [unseen] how many new stories are told of in a tab that is hidden
 */
export function showTitle(main, say, unseen = 0) {
  const root = rootOf(main);
  if (!(root instanceof Document)) return;
  const title = factShown(main, 'title');
  const history = main.querySelector('.history-heading')?.textContent;
  const headline = () => main.querySelector('.stories .headline')?.textContent || say('page-story-withdrawn');
  const shown = main.dataset.only ? feedTitle(headline(), title) : feedTitle(title, factShown(main, 'section'));
  const named = history ? `${history}: ${shown}` : shown;
  root.title = root.hidden && unseen > 0 ? `(${unseen}) ${named}` : named;
}

/**
 * Search engines and messengers are told of the page as it came. With the first change that goes: a
 * story in it may have been withdrawn.
 * @param {HTMLElement} main
 */
export function forgetToldElsewhere(main) {
  for (const told of rootOf(main).querySelectorAll('[data-told]')) told.remove();
}

/**
 * When the event begins, in ms; NaN where the page does not tell.
 * @param {HTMLElement} main
 */
export function startShown(main) {
  return Date.parse(main.querySelector('.starts > time')?.getAttribute('datetime') ?? '');
}

/** @param {HTMLElement} main @param {string} state */
function showState(main, state) {
  main.dataset.state = state;
  main.querySelector('.starts')?.toggleAttribute('hidden', state !== 'upcoming');
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
