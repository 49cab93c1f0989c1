/**
 * A live page: what the server says becomes what the reader sees.
 *
 * The document is the page's only store: where it stands in the log, which stories it shows and
 * which are pinned is read from the markup that the server rendered, and kept in memory from there.
 */

import { applied, isWhole } from '../feed/fold.js';
import { newcomers, NOTHING, parted, released, withdraws } from '../feed/held.js';
import { NEW } from '../feed/messages.js';
import { queryOf } from '../feed/view.js';
import { beyond, from, goesOn, trimmed, widened } from '../feed/window.js';
import { wordsOf } from '../feed/words.js';
import { Anchor } from './anchor.js';
import { Announcer } from './announcer.js';
import { isBusyWith, whenDone } from './busy.js';
import { Connection } from './connection.js';
import { forgetToldElsewhere, showFacts, showTitle, startShown } from './feed_head.js';
import { articlesIn, feedShown, numberOf } from './feed_shown.js';
import { KeyEvents } from './key_events.js';
import { Likes } from './likes.js';
import { LiveStatus } from './live_status.js';
import { NewsAbove } from './news_above.js';
import { Pause } from './pause.js';
import { Pages } from './pages.js';
import { addressOf, leadHome, loadAnew, part, rootOf } from './roots.js';
import { dressShare, shareStory } from './share.js';
import { SinceYouLeft } from './since_you_left.js';
import { leadByKeys } from './story_keys.js';
import { StoryList } from './story_list.js';
import { StoryWindow } from './story_window.js';
import { Times } from './times.js';
import { ViewLinks } from './view.js';

/** @import { Change, Feed, KeyEvent, Place, Replace } from '../feed/fold.js' */
/** @import { Held, Reader } from '../feed/held.js' */
/** @import { Entry, Facts, Message, Pulse, Snapshot } from '../feed/messages.js' */
/** @import { Condition } from './connection.js' */
/** @import { End } from '../feed/window.js' */
/** @import { FeedState, Say } from '../feed/words.js' */

const BURST = 200; // ms: what comes faster is made together
const MOST = 500; // changes that wait for that: timers hardly run in a tab that nobody sees

export class FeedPage {
  /** @type {HTMLElement} */
  #main;
  /** @type {Say} */
  #say;
  /** @type {Feed} */
  #feed;
  /** @type {Held} */
  #held = NOTHING;
  /** @type {Map<number, KeyEvent>} */
  #heldEvents = new Map();
  /** @type {Change[]} */
  #coming = [];
  /** @type {number | undefined} */
  #timer;
  #started = new AbortController();
  #settled = -Infinity; // when changes were made last
  /** @type {StoryList} */
  #stories;
  /** @type {KeyEvents | null} */
  #keyEvents;
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
  /** @type {Pages} */
  #pages;
  /** @type {StoryWindow} */
  #window;
  /** @type {ViewLinks} */
  #links;

  /** @type {{[kind in Change['kind']]: (change: any) => void}} */
  #make = {
    place: (change) => this.#place(change),
    move: ({ number }) => this.#move(number),
    bring: ({ number }) => void this.#bring(number),
    remove: ({ number }) => this.#remove(number),
    'key-event': ({ number, html }) => this.#keyEvents?.show(number, html),
    replace: (change) => this.#replace(change),
    facts: ({ facts }) => this.#showFacts(facts),
    refresh: () => this.#connection.refresh(),
    elsewhere: ({ number }) => this.#newsAbove.add(number),
  };

  /** @param {HTMLElement} main */
  constructor(main) {
    this.#main = main;
    const feed = main.dataset.feed ?? '';
    const { say, language } = wordsShown(main);
    this.#say = say;
    const list = part(main, '.stories');
    const articles = () => this.#stories.articles;
    const shown = () => this.#feed;
    this.#connection = this.#connected();
    this.#likes = new Likes(main, { feed, say, send: (text) => this.#connection.send(text) });
    this.#times = new Times(main, { language, say, onTick: () => this.#showAge() });
    this.#stories = new StoryList(list, { box: main.querySelector('.summary'), say, dress: (each) => this.#dress(each) });
    this.#keyEvents = KeyEvents.in(main);
    this.#feed = feedShown(main);
    this.#anchor = new Anchor(list, () => this.#release());
    this.#status = new LiveStatus(part(rootOf(main), '.status'), { say, language, main });
    this.#announcer = new Announcer(part(main, '.announcer'), say);
    this.#newsAbove = this.#toast();
    this.#pause = new Pause(part(rootOf(main), '.pause'), { feed, say, onChange: () => this.#onPause() });
    this.#sinceYouLeft = new SinceYouLeft(main, { feed, say, language, articles, shown });
    this.#pages = new Pages(main, shown);
    this.#window = new StoryWindow((number) => this.#stories.article(number), (end) => this.#load(end));
    this.#links = this.#linked();
    main.addEventListener('click', (event) => shareStory(event, say));
    leadByKeys(list, articles);
    whenDone(main, () => this.#release());
    this.#showState();
    this.#onPause();
    this.#showNews();
  }

  start() {
    this.#started.abort();
    this.#started = new AbortController();
    const { signal } = this.#started;
    this.#main.ownerDocument.addEventListener('visibilitychange', () => this.#onVisibility(), { signal });
    addEventListener('storage', () => this.#likes.recall(this.#stories.all), { signal });
    // Heard before the connection hears it, and lets go.
    addEventListener('pagehide', () => this.#isHere(!this.#isHidden), { signal });
    this.#cameBack();
    this.#connection.start();
    this.#times.start();
    if (!this.#main.dataset.only) this.#links.recall(this.#feed.scope);
  }

  stop() {
    this.#started.abort();
    this.#isHere(!this.#isHidden);
    this.#connection.stop();
    this.#times.stop();
  }

  /** @param {HTMLElement} article */
  #dress(article) {
    leadHome(this.#main, article);
    this.#likes.dress(article);
    this.#times.dress(article);
    dressShare(article);
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

  #toast() {
    return new NewsAbove(part(this.#main, '.news-above-button'), {
      articles: () => this.#stories.articles,
      feed: () => this.#feed,
      say: this.#say,
      release: () => this.#releaseAll(),
      lead: (number) => this.#lead(number),
    });
  }

  #linked() {
    return new ViewLinks(this.#main, {
      show: async (query) => ((await this.#turnTo(query)) ? this.#feed.scope : null),
      load: (end) => this.#goOn(end),
      lead: (number) => this.#lead(number),
    });
  }

  #address() {
    const address = addressOf(this.#main, this.#main.dataset.live);
    address.protocol = address.protocol.replace('http', 'ws');
    address.searchParams.set('after', this.#feed.position);
    return address;
  }

  /** @param {Condition} condition */
  #showStatus(condition) {
    this.#status.show(condition);
    this.#likes.setLive(condition.canSend && condition.status === 'live', this.#stories.all);
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
      this.#pages.hear(message);
      this.#take(this.#apply(message), withdraws(message));
    }
  }

  /** @param {Entry | Snapshot} message */
  #apply(message) {
    const { feed, changes } = applied(this.#feed, message);
    this.#feed = feed;
    return changes;
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
    this.#coming.push(...now.filter((change) => !this.#holds(change, isWithdrawal)));
    const rest = this.#settled + BURST - performance.now();
    if (rest <= 0 || this.#coming.length >= MOST) this.#settle();
    else this.#timer ??= setTimeout(() => this.#settle(), rest);
  }

  /** Whether an item of the key events waits. @param {Change} change @param {boolean} isWithdrawal */
  #holds(change, isWithdrawal) {
    if (change.kind !== 'key-event') return false;
    this.#heldEvents.delete(change.number);
    const waits = this.#pause.isOn && !isWithdrawal;
    if (waits) this.#heldEvents.set(change.number, change);
    return waits;
  }

  /**
   * Makes the changes that need not wait any longer.
   * @param {boolean} isAsked whether the reader asks for all of them
   */
  #release(isAsked = false) {
    if (this.#held.size + this.#heldEvents.size === 0) return;
    const reader = isAsked ? { ...this.#reader(), isPaused: false, isBusy: () => false } : this.#reader();
    const { held, now } = released(this.#held, reader);
    this.#held = held;
    this.#coming.push(...now);
    if (!reader.isPaused) {
      this.#coming.push(...this.#heldEvents.values());
      this.#heldEvents.clear();
    }
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
    this.#keep(() => {
      for (const change of this.#coming.splice(0)) this.#make[change.kind](change);
    });
    this.#settled = performance.now();
  }

  /**
   * Makes a change of the stories, and what follows from it.
   * @param {() => void} change
   * @param {boolean} [isNews]
   */
  #keep(change, isNews) {
    this.#anchor.keep(() => {
      change();
      this.#times.settle(this.#feed.pinned);
      this.#sinceYouLeft.show();
    }, isNews);
    this.#trim();
    this.#showNews();
    forgetToldElsewhere(this.#main);
    if (this.#main.querySelector('.revisions')) void import('./history.js').then(({ renewHistory }) => renewHistory(this.#main));
  }

  /** Tells of what is out of sight, and how old the newest is. */
  #showNews() {
    const stories = newcomers(this.#held, this.#reader());
    this.#stories.number(this.#feed, !goesOn(this.#feed, 'before') && !goesOn(this.#feed, 'after'));
    this.#links.showEnds(this.#feed);
    leadHome(this.#main, this.#main);
    // What stands below the feed in another's page would never come if the feed went on by itself.
    if (!this.#main.dataset.home) this.#window.watch(this.#feed);
    this.#newsAbove.hold({ stories, changes: this.#held.size - stories });
    this.#newsAbove.watch();
    showTitle(this.#main, this.#say, this.#newsAbove.count);
    this.#showAge();
  }

  #showAge() {
    this.#status.showNewest(isWhole(this.#feed) ? this.#times.newest() : '');
  }

  /** @returns {Reader} */
  #reader() {
    return {
      isPaused: this.#pause.isOn || this.#anchor.isFlicked,
      isBusy: (number) => isBusyWith(this.#stories.article(number)),
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

  /** @param {Pick<Place, 'number' | 'html' | 'op'>} change */
  #place({ number, html, op }) {
    const isNews = !this.#stories.article(number) && NEW.includes(op);
    const article = this.#belongs(number) ? this.#stories.place({ html, op, ...this.#spot(number) }) : null;
    if (isNews) this.#newsAbove.add(number);
    if (article && op) this.#announcer.note(number, op, headline(article));
  }

  /** @param {number} number */
  #move(number) {
    if (this.#belongs(number)) this.#stories.move(this.#spot(number));
  }

  /** Whether a story is of those that the page shows: one that was held back may be beyond it by now. @param {number} number */
  #belongs(number) {
    return this.#feed.shown.includes(number) || this.#isSummary(number);
  }

  /** @param {number} number */
  #isSummary(number) {
    return number === this.#feed.summary && this.#feed.scope.top;
  }

  /** Where a story belongs: above the next one that is not held back. @param {number} number */
  #spot(number) {
    if (this.#isSummary(number)) return { number, above: null, isSummary: true };
    const { shown } = this.#feed;
    const below = shown.slice(shown.indexOf(number) + 1).find((each) => this.#stories.article(each));
    return { number, above: below ?? null, isSummary: false };
  }

  /** @param {number} number */
  #remove(number) {
    this.#stories.remove(number);
    this.#likes.forget(number);
    this.#newsAbove.drop(number);
  }

  /** @param {Replace} change */
  #replace({ articles, summary, keyEvents, facts }) {
    const before = new Set(this.#stories.numbers);
    const newest = Math.max(0, ...before);
    this.#stories.replace(articles, summary);
    this.#keyEvents?.replace(keyEvents);
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

  /** Takes out of the document what is too much. */
  #trim() {
    const gone = this.#window.surplus(this.#feed);
    if (gone.numbers.length === 0) return;
    this.#feed = trimmed(this.#feed, gone);
    this.#held = new Map([...this.#held].filter(([number]) => !gone.numbers.includes(number)));
    this.#anchor.keep(() => {
      for (const number of gone.numbers) {
        this.#stories.remove(number);
        this.#likes.forget(number);
      }
      this.#times.settle(this.#feed.pinned);
    });
  }

  /** Shows what comes next at one end. @param {End} end @returns {Promise<boolean>} whether it does */
  async #load(end) {
    const query = () => queryOf(this.#feed.scope, beyond(this.#feed, end));
    const asked = query();
    const got = await this.#pages.fetch(asked);
    this.#settle();
    // Meanwhile the page may have come to end somewhere else.
    if (!got || query() !== asked) return false;
    this.#feed = widened(this.#feed, feedShown(got.fresh), end);
    this.#keep(() => {
      for (const each of articlesIn(got.fresh, '.stories').toReversed()) this.#add(each);
      for (const each of articlesIn(got.fresh, '.summary')) this.#add(each);
      this.#hearAgain(got.heard);
    }, false);
    return true;
  }

  /** Shows an article that was fetched, if it is missing. @param {{number: number, html: string}} article */
  #add({ number, html }) {
    if (!this.#stories.article(number) && !this.#held.has(number)) this.#place({ number, html, op: null });
  }

  /** What was fetched may be older than what was heard. @param {Entry[]} heard */
  #hearAgain(heard) {
    for (const change of heard.flatMap((message) => this.#apply(message))) {
      if (change.kind === 'place') this.#place({ ...change, op: null });
      else if (change.kind !== 'elsewhere') this.#make[change.kind](change);
    }
  }

  /** The summary is a story that the page has not had. @param {number} number */
  async #bring(number) {
    const got = await this.#pages.fetch(`/stories/${number}`);
    const [article] = got ? articlesIn(got.fresh, '.stories') : [];
    if (article && this.#isSummary(number)) this.#keep(() => this.#add(article));
  }

  /**
   * Shows another view, or another part of this one, in place of everything.
   * @param {string} query @returns {Promise<boolean>} whether that went well
   */
  async #turnTo(query) {
    const { position } = this.#feed;
    const got = await this.#pages.fetch(query);
    this.#settle();
    if (!got) return false;
    this.#held = NOTHING;
    this.#heldEvents.clear();
    const change = this.#fetched(got.fresh);
    this.#feed = { ...this.#feed, position };
    this.#keep(() => {
      this.#stories.replace(change.articles, change.summary);
      this.#keyEvents?.replace(change.keyEvents);
      this.#hearAgain(got.heard);
    });
    return true;
  }

  /** Shows more at one end, and leads there. @param {End} end */
  async #goOn(end) {
    const known = new Set(this.#stories.numbers);
    await this.#load(end);
    const more = this.#stories.articles.filter((article) => !known.has(numberOf(article)));
    leadTo(end === 'after' ? more[0] : more.at(-1));
  }

  /** Leads to a story, wherever it is. @param {number} number */
  async #lead(number) {
    if (!this.#stories.article(number)) await this.#turnTo(queryOf(this.#feed.scope, from(this.#feed, number)));
    const article = this.#stories.article(number);
    if (article) leadTo(article);
    else location.assign(this.#pages.address(`/stories/${number}`));
  }

  /** What the server rendered becomes what the page shows. @param {HTMLElement} fresh @returns {Replace} */
  #fetched(fresh) {
    part(this.#main, '.feed-head').replaceWith(part(fresh, '.feed-head'));
    part(rootOf(this.#main), '.colophon').replaceWith(part(rootOf(fresh), '.colophon'));
    this.#feed = feedShown(fresh);
    this.#main.dataset.state = fresh.dataset.state;
    this.#showState();
    this.#times.offer();
    this.#links.take(fresh);
    return {
      kind: 'replace',
      articles: articlesIn(fresh, '.stories'),
      summary: articlesIn(fresh, '.summary')[0] ?? null,
      keyEvents: articlesIn(fresh, '.key-events ol'),
      facts: {},
    };
  }

  /** @returns {Promise<boolean>} whether the page now shows something newer */
  async #refresh() {
    const fresh = await this.#pages.fetchAny(this.#whereRead());
    // A server that has not come as far as the one that sent us here would only be asked in circles.
    if (!fresh || fresh.dataset.position === this.#feed.position) return false;
    this.#takePage(fresh);
    return true;
  }

  /**
   * @param {() => boolean} isWanted
   * @returns {Promise<boolean>} whether it was answered
   */
  async #poll(isWanted) {
    const fresh = await this.#pages.fetchAny(this.#whereRead());
    if (!fresh || !isWanted()) return fresh !== null;
    if (fresh.dataset.position !== this.#feed.position) this.#takePage(fresh);
    this.#cameBack();
    this.#isHere(!this.#isHidden);
    return true;
  }

  /** @param {HTMLElement} fresh the page as it stands now */
  #takePage(fresh) {
    if (part(fresh, '.words').lang !== part(this.#main, '.words').lang) loadAnew(this.#main);
    this.#take([this.#fetched(fresh)], false);
  }

  /** What of the feed is before the reader's eyes. @returns {string | null} null for the page's own address */
  #whereRead() {
    if (this.#main.dataset.only) return null;
    const read = this.#stories.articles.findIndex((article) => article.getBoundingClientRect().bottom > 0);
    const number = this.#stories.numbers[read] ?? 0;
    const isFar = goesOn(this.#feed, 'before') || read > 20;
    return queryOf(this.#feed.scope, isFar ? from(this.#feed, number) : {});
  }
}

/** @param {HTMLElement} main */
function wordsShown(main) {
  const { lang: language, textContent } = part(main, '.words');
  return { language, say: wordsOf(JSON.parse(textContent ?? ''), language) };
}

/** @param {HTMLElement} article */
function headline(article) {
  return article.querySelector('.headline')?.textContent?.trim() ?? '';
}

/**
 * At once: on a slow way there, stories that load would move its end.
 * @param {HTMLElement | undefined} article
 */
function leadTo(article) {
  article?.focus({ preventScroll: true });
  article?.scrollIntoView({ block: 'start', behavior: 'instant' });
}
