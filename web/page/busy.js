/** Whether a reader is busy with an article, so that it must not be replaced or moved just now. */

import { rootOf, selectionIn } from './roots.js';

const TYPING = 'input, textarea, select, [contenteditable]:not([contenteditable="false"])';
const OPEN = 'details[open], dialog[open], [aria-expanded="true"]';
const MAY_END = ['focusout', 'toggle', 'pause', 'ended', 'click', 'keyup'];
const SETTLED = 300; // ms: one selection gives way to the next, one field to another

/** @param {HTMLElement | null} article null: there is nothing to be busy with */
export function isBusyWith(article) {
  if (article === null) return false;
  const root = rootOf(article);
  const isTyping = root.activeElement?.matches(TYPING) && article.contains(root.activeElement);
  return isTyping || isSelected(article) || isPlaying(article) || article.querySelector(OPEN) !== null;
}

/**
 * Calls `check` whenever a reader may have done with an article.
 * @param {HTMLElement} main
 * @param {() => void} check
 */
export function whenDone(main, check) {
  /** @type {number | undefined} */
  let timer;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(check, SETTLED);
  };
  for (const type of MAY_END) main.addEventListener(type, soon, { capture: true, passive: true });
  main.ownerDocument.addEventListener('selectionchange', soon);
}

/** @param {HTMLElement} article */
function isSelected(article) {
  const selection = selectionIn(article);
  return selection !== null && !selection.isCollapsed && selection.containsNode(article, true);
}

/** @param {HTMLElement} article */
function isPlaying(article) {
  const media = /** @type {HTMLMediaElement[]} */ ([...article.querySelectorAll('video, audio')]);
  return media.some(({ paused, ended }) => !paused && !ended);
}
