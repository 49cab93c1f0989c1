/**
 * The stories in the document, in the list and in the summary's box: makes the changes that
 * `feed/fold.js` decided on.
 *
 * An article is replaced where it stands, so that a reader's focus and place survive; one that did
 * not change is left alone. All markup comes from the server's one renderer, sanitised.
 */

import { numberOf } from './feed_shown.js';
import { parsed } from './markup.js';
import { rootOf } from './roots.js';

/** @import { Article, Op } from '../feed/messages.js' */
/** @import { Feed, Place, Spot } from '../feed/fold.js' */
/** @import { Say } from '../feed/words.js' */

const HIGHLIGHT = 4_000; // ms

/** @type {{[op in Op]?: string}} */
const HIGHLIGHTS = {
  publish: 'is-fresh',
  release: 'is-fresh',
  update: 'is-changed',
  correct: 'is-changed',
  hold: 'is-changed',
  kill: 'is-changed',
};

export class StoryList {
  /** @type {HTMLElement} */
  #list;
  /** @type {HTMLElement | null} */
  #box;
  /** @type {(article: HTMLElement) => void} */
  #dress;
  /** @type {Say} */
  #say;

  /**
   * @param {HTMLElement} list the element that owns the articles
   * @param {object} options
   * @param {HTMLElement | null} options.box the summary's
   * @param {(article: HTMLElement) => void} options.dress adds to an article what only a live page has
   * @param {Say} options.say
   */
  constructor(list, { box, dress, say }) {
    this.#list = list;
    this.#box = box;
    this.#dress = dress;
    this.#say = say;
    for (const article of this.all) dress(article);
  }

  /** Those of the list. @returns {HTMLElement[]} */
  get articles() {
    return articlesOf(this.#list);
  }

  /** Those of the box too. */
  get all() {
    return [...(this.#box ? articlesOf(this.#box) : []), ...this.articles];
  }

  /** The stories' numbers, from the top. */
  get numbers() {
    return this.articles.map(numberOf);
  }

  /** @param {number} number @returns {HTMLElement | null} */
  article(number) {
    const selector = `:scope > article[data-number="${number}"]`;
    return this.#list.querySelector(selector) ?? this.#box?.querySelector(selector) ?? null;
  }

  /**
   * @param {Omit<Place, 'kind'>} change
   * @returns {HTMLElement | null} the article as it now stands; null for markup that is none
   */
  place({ html, op, ...spot }) {
    const article = this.#parsed(html, spot.number);
    if (!article) return null;
    const placed = this.#settled(article, this.article(spot.number), spot);
    if (op) highlight(placed, HIGHLIGHTS[op]);
    return placed;
  }

  /** @param {Spot} spot */
  move(spot) {
    const article = this.article(spot.number);
    if (article) this.#settled(article, article, spot);
  }

  /** @param {number} number */
  remove(number) {
    const article = this.article(number);
    if (!article) return;
    const had = article.matches(':focus-within');
    const all = articlesOf(/** @type {HTMLElement} */ (article.parentElement));
    const index = all.indexOf(article);
    const heir = all[index + 1] ?? all[index - 1];
    article.remove();
    // Where the story was, and not at the page's beginning, goes on who read it by keyboard.
    if (had) (heir ?? this.#list.closest('main'))?.focus({ preventScroll: true });
    this.#showBox();
  }

  /**
   * Shows these articles and no others.
   * @param {Article[]} articles from the top
   * @param {Article | null} summary
   */
  replace(articles, summary) {
    const kept = new Set([...articles, ...(summary ? [summary] : [])].map(({ number }) => number));
    for (const article of this.all) if (!kept.has(numberOf(article))) article.remove();
    if (summary) this.place({ ...summary, op: null, above: null, isSummary: true });
    let above = null;
    for (const each of articles.toReversed()) {
      if (this.place({ ...each, op: null, above, isSummary: false })) above = each.number;
    }
    this.#showBox();
  }

  /**
   * Tells screen readers how many stories the whole list has, and where in it each one stands.
   * @param {Feed} feed
   * @param {boolean} isWhole whether these are all
   */
  number(feed, isWhole) {
    const { articles } = this;
    this.#list.parentElement?.querySelector('.empty')?.toggleAttribute('hidden', articles.length > 0 || !isWhole);
    if (this.#list.dataset.role !== 'feed') return;
    showRole(this.#list, articles.length > 0, this.#say('page-stories'));
    for (const [index, article] of articles.entries()) {
      setAttribute(article, 'aria-posinset', `${placeOf(index, feed)}`);
      setAttribute(article, 'aria-setsize', `${feed.total}`);
    }
  }

  /**
   * Puts `article` in the place of its `former` self, and that where it belongs.
   * @param {HTMLElement} article
   * @param {HTMLElement | null} former
   * @param {{above: number | null, isSummary: boolean}} spot
   */
  #settled(article, former, { above, isSummary }) {
    const settled = former ? replaced(former, article) : article;
    const parent = (isSummary && this.#box) || this.#list;
    parent.hidden = false; // what is hidden takes no focus
    move(settled, parent, above === null ? null : this.article(above));
    this.#showBox();
    return settled;
  }

  #showBox() {
    if (this.#box) this.#box.hidden = articlesOf(this.#box).length === 0;
  }

  /** @param {string} html @param {number} number */
  #parsed(html, number) {
    const content = parsed(html);
    const article = content.firstElementChild;
    const isOne = article instanceof HTMLElement && article.matches(`article[data-number="${number}"]`);
    if (!isOne || content.childElementCount !== 1) return null;
    this.#number(article, this.article(number));
    this.#dress(article);
    return article;
  }

  /**
   * So that an article that did not change compares as equal.
   * @param {HTMLElement} article
   * @param {HTMLElement | null} former
   */
  #number(article, former) {
    for (const name of ['aria-posinset', 'aria-setsize']) {
      const value = former?.getAttribute(name);
      if (value) article.setAttribute(name, value);
    }
  }
}

/** @param {HTMLElement} parent @returns {HTMLElement[]} */
function articlesOf(parent) {
  return [...parent.querySelectorAll(':scope > article')].filter((child) => child instanceof HTMLElement);
}

/** Where the story at an index of the list stands in the whole list. @param {number} index @param {Feed} feed */
function placeOf(index, { scope, pinned, shown, ahead }) {
  // Where the view begins the pinned stories are among those shown, elsewhere they are not.
  const pins = scope.top ? pinned.filter((number) => shown.includes(number)).length : 0;
  return index < pins ? index + 1 : index + 1 + ahead + (scope.top ? 0 : pinned.length);
}

/** @param {HTMLElement} element @param {string} name @param {string} value */
function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/**
 * A feed without articles is none: the role asks for them.
 * @param {HTMLElement} list
 * @param {boolean} isFeed
 * @param {string} name
 */
function showRole(list, isFeed, name) {
  for (const [attribute, value] of Object.entries({ role: 'feed', 'aria-label': name })) {
    if (isFeed) list.setAttribute(attribute, value);
    else list.removeAttribute(attribute);
  }
}

/** @param {HTMLElement} former @param {HTMLElement} article */
function replaceKeepingFocus(former, article) {
  const focused = rootOf(former).activeElement;
  const had = focused && former.contains(focused) ? focused : null;
  const same = had === former ? article : counterpart(had, former, article);
  former.replaceWith(article);
  same?.focus({ preventScroll: true });
}

/** What stands there then: the former one, if nothing has changed. @param {HTMLElement} former @param {HTMLElement} article */
function replaced(former, article) {
  if (former.isEqualNode(article)) return former;
  replaceKeepingFocus(former, article);
  return article;
}

/** @param {HTMLElement} article @param {HTMLElement} list @param {HTMLElement | null} next */
function move(article, list, next) {
  if (article.parentElement !== list || article.nextElementSibling !== next) moveKeepingFocus(list, article, next);
}

/** @param {HTMLElement} list @param {HTMLElement} article @param {HTMLElement | null} next */
function moveKeepingFocus(list, article, next) {
  const focused = rootOf(list).activeElement;
  list.insertBefore(article, next);
  // Moving an element takes the focus from it.
  if (focused instanceof HTMLElement && article.contains(focused)) focused.focus({ preventScroll: true });
}

/**
 * What stands in a replaced article where `focused` stood; the article itself if nothing does.
 * @param {Element | null} focused
 * @param {HTMLElement} former
 * @param {HTMLElement} article
 * @returns {HTMLElement | null}
 */
function counterpart(focused, former, article) {
  if (!focused) return null;
  const like = /** @type {HTMLElement | null} */ (article.querySelector('.like'));
  if (focused.matches('.like')) return like ?? article;
  const index = [...former.querySelectorAll('a')].findIndex((link) => link === focused);
  const links = [...article.querySelectorAll('a')];
  return links[index]?.getAttribute('href') === focused.getAttribute('href') ? links[index] : article;
}

/** @param {HTMLElement} article @param {string | undefined} name */
function highlight(article, name) {
  if (!name) return;
  article.classList.add(name);
  setTimeout(() => article.classList.remove(name), HIGHLIGHT);
}
