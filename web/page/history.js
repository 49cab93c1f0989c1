/**
 * The revisions below a story: with its first change they go, and come back as they are then.
 *
 * Whatever became of the story, no text of before is left standing here.
 */

import { fetchedMain } from './refresh.js';

/** Shows the history that belongs to the story as it now stands. @param {HTMLElement} main */
export function renewHistory(main) {
  const history = historyOf(main);
  if (!history || rev(history) === rev(storyOf(main))) return;
  if (history.contains(document.activeElement)) storyOf(main)?.focus({ preventScroll: true });
  history.replaceChildren();
  void fetchHistory(main);
}

/** @param {HTMLElement} main */
async function fetchHistory(main) {
  const fresh = historyOf((await fetchedMain(main)) ?? main);
  // A server that is late has one from before the story's newest change, with what was withdrawn.
  if (rev(fresh) >= rev(storyOf(main))) historyOf(main)?.replaceWith(fresh ?? '');
}

/** @param {HTMLElement} main @returns {HTMLElement | null} */
const historyOf = (main) => main.querySelector('.revisions');

/** @param {HTMLElement} main @returns {HTMLElement | null} */
const storyOf = (main) => main.querySelector('.stories > article');

/** @param {Element | null} element */
const rev = (element) => Number(element?.getAttribute('data-rev'));
