/**
 * The stories in the document: makes the changes that `feed/fold.js` decided on.
 *
 * An article is replaced where it stands, so that a reader's focus and place survive; one that did
 * not change is left alone. All markup comes from the server's one renderer, sanitised.
 */

import { rootOf } from './roots.js';

/** @import { Article, Op } from '../feed/messages.js' */
/** @import { Place } from '../feed/fold.js' */
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
  /** @type {(article: HTMLElement) => void} */
  #dress;
  /** @type {Say} */
  #say;

  /**
   * @param {HTMLElement} list the element that owns the articles
   * @param {(article: HTMLElement) => void} dress adds to an article what only a live page has
   * @param {Say} say
   */
  constructor(list, dress, say) {
    this.#list = list;
    this.#dress = dress;
    this.#say = say;
    for (const article of this.articles) dress(article);
    this.#count();
  }

  /** @returns {HTMLElement[]} */
  get articles() {
    return [...this.#list.querySelectorAll(':scope > article')].filter((child) => child instanceof HTMLElement);
  }

  /** The stories' numbers, from the top. */
  get numbers() {
    return this.articles.map((article) => Number(article.dataset.number));
  }

  /** @param {number} number @returns {HTMLElement | null} */
  article(number) {
    return this.#list.querySelector(`:scope > article[data-number="${number}"]`);
  }

  /**
   * @param {Place} change
   * @returns {HTMLElement | null} the article as it now stands; null for markup that is none
   */
  place({ number, html, above, op }) {
    const article = this.#parsed(html, number);
    if (!article) return null;
    const next = above === null ? null : this.article(above);
    const placed = this.#settled(article, this.article(number), next);
    this.#count();
    if (op) highlight(placed, HIGHLIGHTS[op]);
    return placed;
  }

  /** @param {number} number */
  remove(number) {
    this.article(number)?.remove();
    this.#count();
  }

  /**
   * Shows these articles and no others.
   * @param {Article[]} articles from the top
   */
  replace(articles) {
    const kept = new Set(articles.map(({ number }) => number));
    for (const number of this.numbers) if (!kept.has(number)) this.article(number)?.remove();
    /** @type {HTMLElement | null} */
    let next = null;
    for (const { number, html } of articles.toReversed()) {
      const article = this.#parsed(html, number);
      if (article) next = this.#settled(article, this.article(number), next);
    }
    this.#count();
  }

  /**
   * Puts `article` in the place of its `former` self and in front of `next`.
   * @param {HTMLElement} article
   * @param {HTMLElement | null} former
   * @param {HTMLElement | null} next
   */
  #settled(article, former, next) {
    const isMoving = !former || former.nextElementSibling !== next;
    const isSame = former?.isEqualNode(article);
    if (former && !isSame) replaceKeepingFocus(former, article);
    const settled = former && isSame ? former : article;
    if (isMoving) moveKeepingFocus(this.#list, settled, next);
    return settled;
  }

  /** @param {string} html @param {number} number */
  #parsed(html, number) {
    const template = document.createElement('template');
    template.innerHTML = html;
    const article = template.content.firstElementChild;
    const isOne = article instanceof HTMLElement && article.matches(`article[data-number="${number}"]`);
    if (!isOne || template.content.childElementCount !== 1) return null;
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

  #count() {
    const { articles } = this;
    rootOf(this.#list).querySelector('.empty')?.toggleAttribute('hidden', articles.length > 0);
    if (this.#list.dataset.role !== 'feed') return;
    showRole(this.#list, articles.length > 0 ? this.#say('page-stories') : '');
    const hasMore = this.#list.parentElement?.querySelector('.turn [rel="next"]')?.closest('[hidden]') === null;
    for (const [index, article] of articles.entries()) {
      article.setAttribute('aria-posinset', `${index + 1}`);
      article.setAttribute('aria-setsize', hasMore ? '-1' : `${articles.length}`);
    }
  }
}

/**
 * A feed without articles is none: the role asks for them.
 * @param {HTMLElement} list
 * @param {string} name of the feed; empty where it has no articles
 */
function showRole(list, name) {
  for (const [attribute, value] of Object.entries({ role: 'feed', 'aria-label': name })) {
    if (name) list.setAttribute(attribute, value);
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
