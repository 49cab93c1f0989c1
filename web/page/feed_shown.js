/** What a page that the server rendered says of itself. */

import { seqOf } from '../feed/fold.js';

/** @import { Feed } from '../feed/fold.js' */
/** @import { Article } from '../feed/messages.js' */

/**
 * Where it stands, and what of the feed it shows.
 * @param {HTMLElement} main
 * @returns {Feed}
 */
export function feedShown(main) {
  const { position = '', only, order, key, start, pinned = '' } = main.dataset;
  const number = (/** @type {string} */ name, otherwise = 0) => Number(main.dataset[name] ?? otherwise);
  return {
    position,
    scope: {
      only: only ? Number(only) : null,
      order: order === 'oldest' ? 'oldest' : 'newest',
      key: key !== undefined,
      oldest: number('oldest'),
      newest: number('newest', Infinity),
      top: start !== undefined,
    },
    pinned: pinned.split(' ').filter(Boolean).map(Number),
    summary: number('summary'),
    shown: articlesIn(main, '.stories').map((article) => article.number),
    total: number('total'),
    ahead: number('ahead'),
    counted: seqOf(position),
  };
}

/**
 * @param {HTMLElement} main
 * @param {string} selector of what has the articles, or the items
 * @returns {Article[]}
 */
export function articlesIn(main, selector) {
  return [...main.querySelectorAll(`${selector} > [data-number]`)].map((each) => ({
    number: numberOf(each),
    html: each.outerHTML,
  }));
}

/** The number of a story's article, or of its item. @param {Element} element */
export function numberOf(element) {
  return Number(element.getAttribute('data-number'));
}
