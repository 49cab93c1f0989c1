/** The button that pauses the page and lets it go on; this browser remembers which. */

import { store } from './store.js';

/** @import { Say } from '../feed/words.js' */

export class Pause {
  /** @type {HTMLElement} */
  #button;
  /** @type {Say} */
  #say;
  isOn = false;

  /**
   * @param {HTMLElement} button
   * @param {{feed: string, say: Say, onChange: () => void}} options
   */
  constructor(button, { feed, say, onChange }) {
    this.#button = button;
    this.#say = say;
    const key = `livefeed:paused:${feed}`;
    this.isOn = store.getItem(key) === '1';
    this.#show();
    button.addEventListener('click', () => {
      this.isOn = !this.isOn;
      store.setItem(key, this.isOn ? '1' : '');
      this.#show();
      onChange();
    });
  }

  #show() {
    this.#button.hidden = false;
    this.#button.textContent = this.#say(this.isOn ? 'page-resume' : 'page-pause');
  }
}
