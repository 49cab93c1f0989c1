/**
 * A live page: what the server says becomes what the reader sees.
 *
 * The document is the page's only store: where it stands in the log, which stories it shows and
 * which are pinned is read from the markup that the server rendered, and kept in memory from there.
 */

import { applied } from '../feed/fold.js';
import { wordsOf } from '../feed/words.js';
import { Announcer } from './announcer.js';
import { Connection } from './connection.js';
import { showFacts, showTitle } from './feed_head.js';
import { Likes } from './likes.js';
import { LiveStatus } from './live_status.js';
import { NewsAbove } from './news_above.js';
import { fetchedMain } from './refresh.js';
import { addressOf, loadAnew, part, rootOf, settle } from './roots.js';
import { StoryList } from './story_list.js';
import { leadByKeys } from './story_keys.js';

/** @import { Change, Feed, Place, Replace } from '../feed/fold.js' */
/** @import { Facts, Message } from '../feed/messages.js' */
/** @import { Status } from '../feed/liveness.js' */
/** @import { FeedState, Say } from '../feed/words.js' */

export class FeedPage {
  /** @type {HTMLElement} */
  #main;
  /** @type {Say} */
  #say;
  /** @type {Feed} */
  #feed;
  /** @type {StoryList} */
  #stories;
  /** @type {Likes} */
  #likes;
  /** @type {LiveStatus} */
  #status;
  /** @type {Announcer} */
  #announcer;
  /** @type {NewsAbove} */
  #newsAbove;
  /** @type {Connection} */
  #connection;
  #started = new AbortController();

  /** @param {HTMLElement} main */
  constructor(main) {
    this.#main = main;
    const say = (this.#say = wordsShown(main));
    const list = part(main, '.stories');
    this.#connection = new Connection({
      address: () => this.#address(),
      position: () => this.#feed.position,
      onMessage: (message) => this.#hear(message),
      onStatus: (status) => this.#showStatus(status),
      refresh: () => this.#refresh(),
    });
    this.#likes = new Likes(list, {
      feed: main.dataset.feed ?? '',
      say,
      send: (text) => this.#connection.send(text),
    });
    this.#stories = new StoryList(list, (article) => this.#dress(article), say);
    this.#status = new LiveStatus(part(rootOf(main), '.status'), say);
    this.#announcer = new Announcer(part(main, '.announcer'), say);
    this.#newsAbove = new NewsAbove(part(main, '.news-above-button'), (number) => this.#stories.article(number), say);
    this.#feed = feedShown(main, this.#stories.numbers);
    this.#status.showState(stateShown(main));
    leadByKeys(list, () => this.#stories.articles);
    settle(main, main);
  }

  start() {
    this.#started.abort();
    this.#started = new AbortController();
    const { signal } = this.#started;
    addEventListener('storage', () => this.#likes.recall(this.#stories.articles), { signal });
    this.#connection.start();
  }

  stop() {
    this.#started.abort();
    this.#connection.stop();
  }

  /** @param {HTMLElement} article */
  #dress(article) {
    settle(this.#main, article);
    this.#likes.dress(article);
  }

  #address() {
    const address = addressOf(this.#main, this.#main.dataset.live);
    address.protocol = address.protocol.replace('http', 'ws');
    address.searchParams.set('after', this.#feed.position);
    return address;
  }

  /** The feed's own page. */
  #feedAddress() {
    return addressOf(this.#main, `/feeds/${this.#main.dataset.feed}`).href;
  }

  /** @param {Status} status */
  #showStatus(status) {
    this.#status.show(status);
    this.#likes.setLive(status === 'live', this.#stories.articles);
  }

  /** @param {Message} message */
  #hear(message) {
    if (message.type === 'likes') {
      this.#likes.counted(message.counts, (number) => this.#stories.article(number));
    } else if (message.type === 'entry' || message.type === 'snapshot') {
      const { feed, changes } = applied(this.#feed, message);
      this.#feed = feed;
      for (const change of changes) this.#change(change);
      this.#newsAbove.watch();
      showTitle(this.#main, this.#say);
    }
  }

  /** @param {Change} change */
  #change(change) {
    if (change.kind === 'place') this.#place(change);
    else if (change.kind === 'remove') this.#stories.remove(change.number);
    else if (change.kind === 'replace') this.#replace(change);
    else if (change.kind === 'facts') this.#showFacts(change.facts);
    else if (change.kind === 'refresh') this.#connection.refresh();
    else this.#newsAbove.addElsewhere(this.#feedAddress());
  }

  /** @param {Place} change */
  #place(change) {
    const isNew = !this.#stories.article(change.number);
    const article = this.#stories.place(change);
    if (!article) return;
    if (isNew && (change.op === 'publish' || change.op === 'release')) this.#newsAbove.add(change.number);
    if (change.op) this.#announcer.note(change.number, change.op, headline(article));
  }

  /** @param {Replace} change */
  #replace({ articles, facts, oldest }) {
    const before = new Set(this.#stories.numbers);
    const newest = Math.max(0, ...before);
    this.#showOlder(oldest);
    this.#stories.replace(articles);
    this.#showFacts(facts);
    for (const number of this.#stories.numbers.toReversed()) {
      if (number > newest && before.size > 0) this.#announceNew(number);
    }
  }

  /** @param {number} number */
  #announceNew(number) {
    const article = this.#stories.article(number);
    if (!article || article.classList.contains('is-withdrawn')) return;
    this.#newsAbove.add(number);
    this.#announcer.note(number, 'publish', headline(article));
  }

  /** @param {Facts} facts */
  #showFacts(facts) {
    showFacts(this.#main, facts, this.#say);
    if (facts.state) this.#status.showState(facts.state);
  }

  /** @param {number} oldest 0 where there are no older stories */
  #showOlder(oldest) {
    const link = this.#main.querySelector('.turn a[rel="next"]');
    link?.setAttribute('href', `${this.#feedAddress()}?before=${oldest}`);
    link?.parentElement?.toggleAttribute('hidden', oldest === 0);
  }

  /** @returns {Promise<boolean>} whether the page now shows something newer */
  async #refresh() {
    const fresh = await fetchedMain(this.#main);
    // A server that has not come as far as the one that sent us here would only be asked in circles.
    if (!fresh || fresh.dataset.position === this.#feed.position) return false;
    if (part(fresh, '.words').lang !== part(this.#main, '.words').lang) loadAnew(this.#main);
    const articles = [...fresh.querySelectorAll('.stories > article')].map((article) => ({
      number: Number(/** @type {HTMLElement} */ (article).dataset.number),
      html: article.outerHTML,
    }));
    part(this.#main, '.feed-head').replaceWith(part(fresh, '.feed-head'));
    part(rootOf(this.#main), '.colophon').replaceWith(part(fresh.ownerDocument, '.colophon'));
    settle(this.#main, this.#main);
    this.#showOlder(feedShown(fresh, []).scope.oldest);
    this.#stories.replace(articles);
    this.#feed = feedShown(fresh, this.#stories.numbers);
    this.#status.showState(stateShown(fresh));
    this.#newsAbove.watch();
    showTitle(this.#main, this.#say);
    return true;
  }
}

/**
 * Where a page stands, as the server rendered it.
 * @param {HTMLElement} main
 * @param {number[]} shown
 * @returns {Feed}
 */
function feedShown({ dataset }, shown) {
  const { position = '', only, before, oldest, pinned = '' } = dataset;
  return {
    position,
    scope: { only: only ? Number(only) : null, before: before ? Number(before) : null, oldest: Number(oldest ?? 0) },
    pinned: pinned.split(' ').filter(Boolean).map(Number),
    shown,
  };
}

/** @param {HTMLElement} main @returns {Say} */
function wordsShown(main) {
  const words = part(main, '.words');
  return wordsOf(JSON.parse(words.textContent ?? ''), words.lang);
}

/** @param {HTMLElement} main */
function stateShown({ dataset }) {
  return /** @type {FeedState} */ (dataset.state ?? 'live');
}

/** @param {HTMLElement} article */
function headline(article) {
  return article.querySelector('.headline')?.textContent?.trim() ?? '';
}
