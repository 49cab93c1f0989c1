/** The list of key events, whose items the server renders: as many as it shows itself. */

import { numberOf } from './feed_shown.js';
import { parsed } from './markup.js';

/** @import { Article } from '../feed/messages.js' */

const MOST = 20;

export class KeyEvents {
  /** @type {HTMLElement} */
  #nav;
  /** @type {Element} */
  #list;

  /** The list of a page; null for a page that has none. @param {HTMLElement} main */
  static in(main) {
    /** @type {HTMLElement | null} */
    const nav = main.querySelector('.key-events');
    return nav && new KeyEvents(nav);
  }

  /** @param {HTMLElement} nav */
  constructor(nav) {
    this.#nav = nav;
    this.#list = nav.querySelector('ol') ?? nav;
  }

  /**
   * @param {number} number of the story
   * @param {string | null} html its item; null for a story that is no key event, or none any more
   */
  show(number, html) {
    const former = this.#list.querySelector(`[data-number="${number}"]`);
    const hadFocus = former?.matches(':focus-within');
    former?.remove();
    if (html !== null) this.#list.insertBefore(parsed(html), this.#olderThan(number));
    this.#list.children[MOST]?.remove();
    this.#nav.hidden = this.#list.childElementCount === 0;
    if (!hadFocus) return;
    /** @type {HTMLElement | null} */
    const link = this.#list.querySelector(`[data-number="${number}"] a`) ?? this.#list.querySelector('a');
    link?.focus({ preventScroll: true });
  }

  /** @param {Article[]} items */
  replace(items) {
    this.#list.replaceChildren();
    for (const { number, html } of items) this.show(number, html);
    this.#nav.hidden = items.length === 0;
  }

  /** @param {number} number */
  #olderThan(number) {
    const items = [...this.#list.children];
    return items.find((each) => numberOf(each) < number) ?? null;
  }
}
