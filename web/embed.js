/**
 * `<live-feed feed="news">`: a feed in another site's page.
 *
 * What stands within the element is shown until the feed is there, and where it does not come:
 * without scripts, without its server, on a site that may not show it. Any site may have this module,
 * so that it can say so; the others, and the feed, are for those that may.
 */

/** @import { FeedPage } from './page/feed_page.js' */

const LONGEST_WAIT = 600_000; // ms
// The one thing to say without a server, by the language of the other page; so it is in no catalogue.
/** @type {{[language: string]: string}} */
const AWAY = {
  en: 'The live feed is not here: its server is out of reach, or this site may not show it.',
  ar: 'التغطية المباشرة ليست هنا: تعذّر الوصول إلى خادمها، أو لا يُسمح لهذا الموقع بعرضها.',
};

class LiveFeed extends HTMLElement {
  static observedAttributes = ['feed'];

  /** @type {string | null} */
  #feed = null; // shown, or on its way
  /** @type {FeedPage | null} */
  #page = null;
  #wait = 5_000;
  #root = this.attachShadow({ mode: 'open' });

  constructor() {
    super();
    this.#root.append(document.createElement('slot'));
  }

  connectedCallback() {
    this.#show();
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#show();
  }

  disconnectedCallback() {
    this.#page?.stop();
  }

  #showAnew() {
    this.#feed = null;
    this.#show();
  }

  #show() {
    const feed = this.getAttribute('feed') ?? '';
    if (feed === this.#feed) return this.#page?.start();
    this.disconnectedCallback();
    this.#page = null;
    this.#feed = feed;
    void this.#load(feed);
  }

  /** @param {string} feed */
  async #load(feed) {
    const fetched = await this.#fetched(feed).catch(() => null);
    if (feed !== this.#feed) return;
    if (!fetched) return this.#tryLater();
    this.#root.adoptedStyleSheets = [fetched.sheet];
    this.#root.replaceChildren(fetched.section);
    fetched.section.addEventListener('outdated', () => this.#showAnew(), { once: true });
    this.#page = fetched.page;
    if (this.isConnected) this.#page.start();
  }

  /** @param {string} feed */
  async #fetched(feed) {
    const home = new URL(`/feeds/${encodeURIComponent(feed)}/embed`, import.meta.url);
    const answer = await fetch(home);
    if (!answer.ok) throw new Error(`${answer.status}`);
    const html = await answer.text();
    /** @type {typeof import('./page/embedded.js')} */
    const { embedded } = await import(new URL('/static/page/embedded.js', import.meta.url).href);
    return embedded(this, html, home.href);
  }

  #tryLater() {
    this.#feed = null;
    const written = this.closest('[lang]')?.getAttribute('lang')?.slice(0, 2) ?? '';
    this.#say(written in AWAY ? written : 'en');
    setTimeout(() => this.attributeChangedCallback(), this.#wait * (0.5 + Math.random() / 2));
    this.#wait = Math.min(LONGEST_WAIT, 2 * this.#wait);
  }

  /** Says what there is to say above what stands within the element. @param {string} lang */
  #say(lang) {
    const told = Object.assign(document.createElement('p'), { lang, dir: 'auto', textContent: AWAY[lang] });
    this.#root.replaceChildren(told, document.createElement('slot'));
  }
}

if (!customElements.get('live-feed')) customElements.define('live-feed', LiveFeed);
