/**
 * A live page: what the server says becomes what the reader sees.
 *
 * The document is the page's only store: where it stands in the log, which stories it shows and
 * which are pinned is read from the markup that the server rendered, and kept in memory from there.
 */

import { applied } from '../feed/fold.js';
import { newcomers, NOTHING, parted, released, withdraws } from '../feed/held.js';
import { wordsOf } from '../feed/words.js';
import { Anchor } from './anchor.js';
import { Announcer } from './announcer.js';
import { isBusyWith, whenDone } from './busy.js';
import { Connection } from './connection.js';
import { showFacts, showTitle, startShown } from './feed_head.js';
import { Likes } from './likes.js';
import { LiveStatus } from './live_status.js';
import { NewsAbove } from './news_above.js';
import { Pause } from './pause.js';
import { fetchedMain } from './refresh.js';
import { addressOf, part, rootOf } from './roots.js';
import { SinceYouLeft } from './since_you_left.js';
import { StoryList } from './story_list.js';
import { leadByKeys } from './story_keys.js';
import { Times } from './times.js';

/** @import { Change, Feed, Place, Replace } from '../feed/fold.js' */
/** @import { Held, Reader } from '../feed/held.js' */
/** @import { Facts, Message, Pulse } from '../feed/messages.js' */
/** @import { Condition } from './connection.js' */
/** @import { FeedState, Say } from '../feed/words.js' */

const BURST = 100; // ms: what comes faster is made together

export class FeedPage {
  /** @type {HTMLElement} */
  #main;
  /** @type {Say} */
  #say;
  /** @type {Feed} */
  #feed;
  /** @type {Held} */
  #held = NOTHING;
  /** @type {Change[]} */
  #coming = [];
  /** @type {number | undefined} */
  #timer;
  #settled = -Infinity; // when changes were made last
  /** @type {StoryList} */
  #stories;
  /** @type {Anchor} */
  #anchor;
  /** @type {Likes} */
  #likes;
  /** @type {Times} */
  #times;
  /** @type {LiveStatus} */
  #status;
  /** @type {Announcer} */
  #announcer;
  /** @type {NewsAbove} */
  #newsAbove;
  /** @type {Pause} */
  #pause;
  /** @type {SinceYouLeft} */
  #sinceYouLeft;
  /** @type {Connection} */
  #connection;

  /** @param {HTMLElement} main */
  constructor(main) {
    this.#main = main;
    const feed = main.dataset.feed ?? '';
    const { say, language } = wordsShown(main);
    this.#say = say;
    const list = part(main, '.stories');
    const articles = () => this.#stories.articles;
    this.#connection = this.#connected();
    this.#likes = new Likes(list, { feed, say, send: (text) => this.#connection.send(text) });
    this.#times = new Times(main, { language, say, onTick: () => this.#showAge() });
    this.#stories = new StoryList(list, (article) => this.#dress(article), say);
    this.#feed = feedShown(main, this.#stories.numbers);
    this.#anchor = new Anchor(list, () => this.#release());
    this.#status = new LiveStatus(part(rootOf(main), '.status'), { say, language, main });
    this.#announcer = new Announcer(part(main, '.announcer'), say);
    this.#newsAbove = new NewsAbove(part(main, '.news-above-button'), { articles, say, release: () => this.#releaseAll() });
    this.#pause = new Pause(part(rootOf(main), '.pause'), { feed, say, onChange: () => this.#onPause() });
    this.#sinceYouLeft = new SinceYouLeft(main, { feed, say, language, articles, pinned: () => this.#feed.pinned });
    leadByKeys(list, articles);
    whenDone(list, () => this.#release());
    main.ownerDocument.addEventListener('visibilitychange', () => this.#onVisibility());
    addEventListener('storage', () => this.#likes.recall(this.#stories.articles));
    this.#times.settle(this.#feed.pinned);
    this.#showState();
    this.#onPause();
    this.#showNews();
  }

  start() {
    this.#cameBack();
    this.#connection.start();
    this.#times.start();
  }

  stop() {
    this.#isHere(!this.#isHidden);
    this.#connection.stop();
    this.#times.stop();
  }

  /** @param {HTMLElement} article */
  #dress(article) {
    this.#likes.dress(article);
    this.#times.dress(article);
  }

  #connected() {
    return new Connection({
      address: () => this.#address(),
      position: () => this.#feed.position,
      onMessage: (message) => this.#hear(message),
      onStatus: (condition) => this.#showStatus(condition),
      refresh: () => this.#refresh(),
      poll: (isWanted) => this.#poll(isWanted),
    });
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

  /** @param {Condition} condition */
  #showStatus(condition) {
    this.#status.show(condition);
    this.#likes.setLive(condition.canSend && condition.status === 'live', this.#stories.articles);
  }

  #showState() {
    this.#status.showState(/** @type {FeedState} */ (this.#main.dataset.state ?? 'live'), startShown(this.#main));
  }

  /** @param {Message} message */
  #hear(message) {
    if (message.type === 'likes') this.#likes.counted(message.counts, (number) => this.#stories.article(number));
    else if (message.type === 'hello') this.#cameBack();
    else if (message.type === 'pulse') this.#beat(message);
    else if (message.type !== 'bye') {
      const { feed, changes } = applied(this.#feed, message);
      this.#feed = feed;
      this.#take(changes, withdraws(message));
    }
  }

  /** @param {Pulse} pulse */
  #beat({ at }) {
    if (at) this.#times.calibrate(at);
    this.#isHere(!this.#isHidden);
  }

  /** Makes changes, or holds them back. @param {Change[]} changes @param {boolean} isWithdrawal */
  #take(changes, isWithdrawal) {
    const { held, now } = parted(this.#held, { changes, isWithdrawal }, this.#reader());
    this.#held = held;
    this.#coming.push(...now);
    const rest = this.#settled + BURST - performance.now();
    if (rest <= 0) this.#settle();
    else this.#timer ??= setTimeout(() => this.#settle(), rest);
  }

  /**
   * Makes the changes that need not wait any longer.
   * @param {boolean} isAsked whether the reader asks for all of them
   */
  #release(isAsked = false) {
    if (this.#held.size === 0) return;
    const reader = isAsked ? { ...this.#reader(), isPaused: false, isBusy: () => false } : this.#reader();
    const { held, now } = released(this.#held, reader);
    this.#held = held;
    this.#coming.push(...now);
    this.#settle();
  }

  /** The reader asks for all that is held back. @returns {HTMLElement | null} the first article of it */
  #releaseAll() {
    const [first = 0] = this.#held.keys();
    this.#release(true);
    return this.#stories.article(first);
  }

  /** Makes all changes that have come. */
  #settle() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#anchor.keep(() => {
      for (const change of this.#coming.splice(0)) this.#change(change);
      this.#times.settle(this.#feed.pinned);
      this.#sinceYouLeft.show();
    });
    this.#showNews();
    this.#settled = performance.now();
  }

  /** Tells of what is out of sight, and how old the newest is. */
  #showNews() {
    const stories = newcomers(this.#held, this.#reader());
    this.#newsAbove.hold({ stories, changes: this.#held.size - stories });
    this.#newsAbove.watch();
    showTitle(this.#main, this.#say, this.#newsAbove.count);
    this.#showAge();
  }

  #showAge() {
    if (isWhole(this.#feed)) this.#status.showNewest(this.#times.newest());
  }

  /** @returns {Reader} */
  #reader() {
    return {
      isPaused: this.#pause.isOn || this.#anchor.isFlicked,
      isBusy: (number) => {
        const article = this.#stories.article(number);
        return article !== null && isBusyWith(article);
      },
      isShown: (number) => this.#stories.article(number) !== null,
    };
  }

  #onPause() {
    this.#status.showPaused(this.#pause.isOn);
    if (this.#pause.isOn) this.#times.pause();
    else this.#times.resume();
    this.#release();
  }

  #onVisibility() {
    if (this.#isHidden) this.#isHere(true);
    else this.#cameBack();
    showTitle(this.#main, this.#say, this.#newsAbove.count);
  }

  get #isHidden() {
    return this.#main.ownerDocument.hidden;
  }

  /** What the page shows is known to its reader. @param {boolean} isSeen whether somebody looks at it */
  #isHere(isSeen) {
    if (isSeen && isWhole(this.#feed) && this.#connection.isLive) this.#sinceYouLeft.isHere(this.#feed.position);
  }

  #cameBack() {
    if (isWhole(this.#feed) && !this.#isHidden) this.#anchor.keep(() => this.#sinceYouLeft.cameBack());
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
    const article = this.#stories.place({ ...change, above: this.#following(change.number) });
    if (!article) return;
    if (isNew && (change.op === 'publish' || change.op === 'release')) this.#newsAbove.add(change.number);
    if (change.op) this.#announcer.note(change.number, change.op, headline(article));
  }

  /** Above which story another belongs: the next one that is not held back. @param {number} number */
  #following(number) {
    const { shown } = this.#feed;
    return shown.slice(shown.indexOf(number) + 1).find((each) => this.#stories.article(each)) ?? null;
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
    showFacts(this.#main, facts);
    if (facts.state) this.#showState();
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
    this.#showFetched(fresh);
    return true;
  }

  /**
   * @param {() => boolean} isWanted
   * @returns {Promise<boolean>} whether it was answered
   */
  async #poll(isWanted) {
    const fresh = await fetchedMain(this.#main);
    if (!fresh || !isWanted()) return fresh !== null;
    if (fresh.dataset.position !== this.#feed.position) this.#showFetched(fresh);
    this.#cameBack();
    this.#isHere(!this.#isHidden);
    return true;
  }

  /** @param {HTMLElement} fresh */
  #showFetched(fresh) {
    const articles = [...fresh.querySelectorAll('.stories > article')].map((article) => ({
      number: Number(/** @type {HTMLElement} */ (article).dataset.number),
      html: article.outerHTML,
    }));
    part(this.#main, '.feed-head').replaceWith(part(fresh, '.feed-head'));
    part(rootOf(this.#main), '.colophon').replaceWith(part(fresh.ownerDocument, '.colophon'));
    this.#feed = feedShown(
      fresh,
      articles.map(({ number }) => number),
    );
    this.#main.dataset.state = fresh.dataset.state;
    this.#showState();
    this.#times.offer();
    this.#take([{ kind: 'replace', articles, facts: {}, oldest: this.#feed.scope.oldest }], false);
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

/** @param {HTMLElement} main */
function wordsShown(main) {
  const { lang: language, textContent } = part(main, '.words');
  return { language, say: wordsOf(JSON.parse(textContent ?? ''), language) };
}

/** Whether the page is the feed as a whole, and not a part of it. @param {Feed} feed */
function isWhole({ scope }) {
  return scope.only === null && scope.before === null;
}

/** @param {HTMLElement} article */
function headline(article) {
  return article.querySelector('.headline')?.textContent?.trim() ?? '';
}
