/** The like buttons and their counts. */

import { recalled, remember, remembered, withAnswers, withLike } from '../feed/liked.js';
import { likeMessage } from '../feed/messages.js';
import { likesWords } from '../feed/words.js';
import { numberOf } from './feed_shown.js';
import { store } from './store.js';

/** @import { Liked } from '../feed/liked.js' */
/** @import { Say } from '../feed/words.js' */

export class Likes {
  /** @type {Liked} */
  #liked;
  /** @type {string} */
  #feed;
  /** @type {(text: string) => boolean} */
  #send;
  /** @type {Say} */
  #say;
  /** @type {Map<number, number>} */
  #counts = new Map();
  #isLive = false;

  /**
   * @param {HTMLElement} list the element that owns the articles
   * @param {{feed: string, say: Say, send: (text: string) => boolean}} options
   *   `send` hands a message to a live connection, or does not
   */
  constructor(list, { feed, say, send }) {
    this.#feed = feed;
    this.#say = say;
    this.#send = send;
    this.#liked = remembered(store, feed, crypto.getRandomValues(new Uint8Array(16)));
    list.addEventListener('click', (event) => this.#onClick(event));
  }

  /**
   * Shows an article's button and what is known of its count.
   * @param {HTMLElement} article
   */
  dress(article) {
    const number = numberOf(article);
    const button = /** @type {HTMLElement | null} */ (article.querySelector('.like'));
    const text = /** @type {HTMLElement | null} */ (article.querySelector('.likes'));
    if (!button || !text) return;
    const isLiked = this.#liked.liked.includes(number);
    button.hidden = false;
    button.setAttribute('aria-pressed', `${isLiked}`);
    this.#explain(button, isLiked);
    const count = this.#counts.get(number);
    if (count === undefined) this.#counts.set(number, Number(text.dataset.likes));
    else this.#count(text, count);
  }

  /**
   * What is not on the page any more is not kept either.
   * @param {number} number
   */
  forget(number) {
    this.#counts.delete(number);
  }

  /**
   * @param {boolean} isLive whether a like can be given now
   * @param {Iterable<HTMLElement>} articles
   */
  setLive(isLive, articles) {
    if (isLive === this.#isLive) return;
    this.#isLive = isLive;
    this.recall(articles);
    if (isLive) for (const number of this.#liked.unanswered) this.#send(likeMessage(number, this.#liked.token));
  }

  /**
   * Shows what this browser likes by now, on its other pages too.
   * @param {Iterable<HTMLElement>} articles
   */
  recall(articles) {
    this.#liked = recalled(store, this.#feed, this.#liked);
    for (const article of articles) this.dress(article);
  }

  /**
   * @param {Map<number, number>} counts those that changed
   * @param {(number: number) => HTMLElement | null} article
   */
  counted(counts, article) {
    for (const [number, count] of counts) {
      const shown = article(number);
      if (!shown) continue;
      this.#counts.set(number, count);
      this.dress(shown);
    }
    this.#liked = withAnswers(this.#liked, (number) => counts.has(number));
  }

  /** @param {HTMLElement} button @param {boolean} isLiked */
  #explain(button, isLiked) {
    const isWaiting = !this.#isLive && !isLiked;
    // Not `disabled`: that would take the focus away, and hide the reason from a screen reader.
    button.setAttribute('aria-disabled', `${isWaiting || isLiked}`);
    button.title = isWaiting ? this.#say('page-likes-wait') : '';
    // A description by reference would win over the title.
    if (isWaiting) button.removeAttribute('aria-describedby');
    else button.setAttribute('aria-describedby', `${button.closest('article')?.id}-likes`);
  }

  /** @param {Event} event */
  #onClick({ target }) {
    const button = target instanceof Element ? target.closest('.like') : null;
    const article = /** @type {HTMLElement | null} */ (button?.closest('article'));
    if (article) this.#like(article, numberOf(article));
  }

  /** @param {HTMLElement} article @param {number} number */
  #like(article, number) {
    this.recall([article]);
    if (this.#liked.liked.includes(number)) return;
    if (!this.#send(likeMessage(number, this.#liked.token))) {
      article.querySelector('.likes')?.replaceChildren(this.#say('page-likes-wait'));
      return;
    }
    this.#liked = withLike(this.#liked, number);
    remember(store, this.#feed, this.#liked);
    // Shown at once; the server's count follows within seconds.
    this.#counts.set(number, (this.#counts.get(number) ?? 0) + 1);
    this.dress(article);
  }

  /** @param {HTMLElement} text @param {number} count */
  #count(text, count) {
    text.dataset.likes = `${count}`;
    text.textContent = likesWords(count, this.#say);
  }
}
