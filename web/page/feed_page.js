/**
 * A live page: what the server says becomes what the reader sees.
 *
 * The document is the page's only store: where it stands in the log, which stories it shows and
 * which are pinned is read from the markup that the server rendered, and kept in memory from there.
 */

import { applied, seqOf } from '../feed/fold.js';
import { queryOf } from '../feed/view.js';
import { beyond, from, goesOn, trimmed, widened } from '../feed/window.js';
import { wordsOf } from '../feed/words.js';
import { keepingPlace } from './anchor.js';
import { Announcer } from './announcer.js';
import { Batches } from './batches.js';
import { Connection } from './connection.js';
import { showFacts, showTitle } from './feed_head.js';
import { articlesIn, feedShown, stateShown } from './feed_shown.js';
import { KeyEvents } from './key_events.js';
import { Likes } from './likes.js';
import { LiveStatus } from './live_status.js';
import { NewsAbove } from './news_above.js';
import { fetchedMain } from './refresh.js';
import { addressOf, leadHome, loadAnew, part, rootOf } from './roots.js';
import { leadByKeys } from './story_keys.js';
import { StoryList } from './story_list.js';
import { StoryWindow } from './story_window.js';
import { ViewLinks } from './view.js';
import { Times } from './times.js';

/** @import { Change, Feed, Place, Replace } from '../feed/fold.js' */
/** @import { Entry, Facts, Message, Snapshot } from '../feed/messages.js' */
/** @import { Status } from '../feed/liveness.js' */
/** @import { End } from '../feed/window.js' */
/** @import { Say } from '../feed/words.js' */

export class FeedPage {
  /** @type {HTMLElement} */
  #main;
  /** @type {Say} */
  #say;
  /** @type {Feed} */
  #feed;
  /** @type {StoryList} */
  #stories;
  /** @type {KeyEvents | null} */
  #keyEvents;
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
  /** @type {Connection} */
  #connection;
  /** @type {StoryWindow} */
  #window;
  /** @type {ViewLinks} */
  #links;
  #started = new AbortController();
  /** @type {Batches<Change>} */
  #changes = new Batches((changes) => this.#show(changes));
  /** @type {Set<Entry[]>} */
  #hearing = new Set(); // who has to be told what was said while something was being fetched

  /** @type {{[kind in Change['kind']]: (change: any) => void}} */
  #make = {
    place: (change) => this.#place(change),
    move: (change) => this.#stories.move(change),
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
    const { language, say } = wordsShown(main);
    this.#say = say;
    const list = part(main, '.stories');
    const article = (/** @type {number} */ number) => this.#stories.article(number);
    this.#connection = new Connection({
      address: () => this.#address(),
      position: () => this.#feed.position,
      onMessage: (message) => this.#hear(message),
      onStatus: (status) => this.#showStatus(status),
      refresh: () => this.#refresh(),
    });
    this.#likes = new Likes(main, {
      feed: main.dataset.feed ?? '',
      say,
      send: (text) => this.#connection.send(text),
    });
    this.#times = new Times(main, { language, say });
    const box = /** @type {HTMLElement | null} */ (main.querySelector('.summary'));
    this.#stories = new StoryList(list, { box, say, dress: (each) => this.#dress(each) });
    /** @type {HTMLElement | null} */
    const keyEvents = main.querySelector('.key-events');
    this.#keyEvents = keyEvents && new KeyEvents(keyEvents);
    this.#status = new LiveStatus(part(rootOf(main), '.status'), say);
    this.#announcer = new Announcer(part(main, '.announcer'), say);
    this.#newsAbove = new NewsAbove(part(main, '.news-above-button'), { article, lead: (number) => this.#lead(number), say });
    this.#window = new StoryWindow(article, (end) => this.#load(end));
    this.#links = new ViewLinks(main, {
      show: async (query) => ((await this.#turnTo(query)) ? this.#feed.scope : null),
      load: (end) => this.#goOn(end),
      lead: (number) => this.#lead(number),
    });
    this.#feed = feedShown(main);
    this.#status.showState(stateShown(main));
    leadByKeys(list, () => this.#stories.articles);
    this.#settle();
  }

  start() {
    this.#started.abort();
    this.#started = new AbortController();
    const { signal } = this.#started;
    addEventListener('storage', () => this.#likes.recall(this.#stories.all), { signal });
    this.#connection.start();
    if (!this.#main.dataset.only) this.#links.recall(this.#feed.scope);
    this.#times.start();
  }

  stop() {
    this.#started.abort();
    this.#connection.stop();
    this.#times.stop();
  }

  /** @param {HTMLElement} article */
  #dress(article) {
    leadHome(this.#main, article);
    this.#likes.dress(article);
    this.#times.dress(article);
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
    this.#likes.setLive(status === 'live', this.#stories.all);
  }

  /** @param {Message} message */
  #hear(message) {
    if (message.type === 'likes') {
      this.#changes.flush();
      this.#likes.counted(message.counts, (number) => this.#stories.article(number));
    } else if (message.type === 'entry' || message.type === 'snapshot') {
      if (message.type === 'entry') this.#hearing.forEach((heard) => heard.push(message));
      this.#changes.add(this.#apply(message));
    } else if (message.type === 'pulse' && message.at) {
      this.#times.calibrate(message.at);
    }
  }

  /** @param {Entry | Snapshot} message */
  #apply(message) {
    const { feed, changes } = applied(this.#feed, message);
    this.#feed = feed;
    return changes;
  }

  /** @param {Change[]} changes that came together */
  #show(changes) {
    for (const change of changes) this.#make[change.kind](change);
    this.#settle();
  }

  /** @param {Place} change */
  #place(change) {
    const isNew = !this.#stories.article(change.number);
    const article = this.#stories.place(change);
    if (!article) return;
    if (isNew && (change.op === 'publish' || change.op === 'release')) this.#newsAbove.add(change.number);
    if (change.op) this.#announcer.note(change.number, change.op, headline(article));
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
    showFacts(this.#main, facts, this.#say);
    if (facts.state) this.#status.showState(facts.state);
  }

  /** What follows from any change of the stories. */
  #settle() {
    this.#trim();
    this.#stories.number(this.#feed, !goesOn(this.#feed, 'before') && !goesOn(this.#feed, 'after'));
    this.#links.showEnds(this.#feed);
    leadHome(this.#main, this.#main);
    // What stands below the feed in another's page would never come if the feed went on by itself.
    if (!this.#main.dataset.home) this.#window.watch(this.#feed);
    this.#times.settle(this.#feed.pinned);
    this.#newsAbove.watch();
    showTitle(this.#main, this.#say);
  }

  #trim() {
    const gone = this.#window.surplus(this.#feed);
    if (gone.numbers.length === 0) return;
    this.#feed = trimmed(this.#feed, gone);
    keepingPlace(
      () => this.#stories.articles,
      () => {
        for (const number of gone.numbers) {
          this.#stories.remove(number);
          this.#likes.forget(number);
        }
      },
    );
  }

  /** Shows what comes next at one end. @param {End} end @returns {Promise<boolean>} whether it does */
  async #load(end) {
    const query = () => queryOf(this.#feed.scope, beyond(this.#feed, end));
    const asked = query();
    const got = await this.#fetch(this.#feedAddress() + asked);
    // Meanwhile the page may have come to end somewhere else.
    if (!got || query() !== asked) return false;
    const { fresh, heard } = got;
    this.#feed = widened(this.#feed, feedShown(fresh), end);
    keepingPlace(
      () => this.#stories.articles,
      () => this.#add(fresh),
    );
    this.#hearAgain(heard);
    return true;
  }

  /** Shows of a page what belongs to this one. @param {HTMLElement} fresh */
  #add(fresh) {
    const { shown, scope, summary } = this.#feed;
    const isMissing = (/** @type {number} */ number) => !this.#stories.article(number);
    for (const article of articlesIn(fresh, '.stories').toReversed()) {
      const place = shown.indexOf(article.number);
      if (place === -1 || !isMissing(article.number)) continue;
      this.#stories.place({ ...article, op: null, above: shown[place + 1] ?? null, isSummary: false });
    }
    const box = articlesIn(fresh, '.summary').find(({ number }) => scope.top && number === summary && isMissing(number));
    if (box) this.#stories.place({ ...box, op: null, above: null, isSummary: true });
  }

  /**
   * A page as it stands now, and what was said meanwhile; null for one that cannot be had, or that is
   * older than this one: it might have what has been withdrawn since.
   * @param {string} [address]
   */
  async #fetch(address) {
    const { position } = this.#feed;
    /** @type {Entry[]} */
    const heard = [];
    const list = part(this.#main, '.stories');
    this.#hearing.add(heard);
    list.setAttribute('aria-busy', 'true');
    const fresh = await fetchedMain(this.#main, address);
    this.#hearing.delete(heard);
    if (this.#hearing.size === 0) list.removeAttribute('aria-busy');
    this.#changes.flush();
    return fresh && seqOf(fresh.dataset.position ?? '') >= seqOf(position) ? { fresh, heard } : null;
  }

  /** What was fetched may be older than what was heard. @param {Entry[]} heard */
  #hearAgain(heard) {
    for (const change of heard.flatMap((message) => this.#apply(message))) {
      if (change.kind === 'place') this.#place({ ...change, op: null });
      else if (change.kind !== 'elsewhere') this.#make[change.kind](change);
    }
    this.#settle();
  }

  /** The summary is a story that the page has not had. @param {number} number */
  async #bring(number) {
    const got = await this.#fetch(addressOf(this.#main, `/feeds/${this.#main.dataset.feed}/stories/${number}`).href);
    const [article] = got ? articlesIn(got.fresh, '.stories') : [];
    if (!article || this.#feed.summary !== number || this.#stories.article(number)) return;
    this.#stories.place({ ...article, op: null, above: null, isSummary: true });
  }

  /**
   * Shows another view, or another part of this one, in place of everything.
   * @param {string} query @returns {Promise<boolean>} whether that went well
   */
  async #turnTo(query) {
    const { position } = this.#feed;
    const got = await this.#fetch(this.#feedAddress() + query);
    if (!got) return false;
    this.#take(got.fresh);
    this.#feed = { ...this.#feed, position };
    this.#hearAgain(got.heard);
    return true;
  }

  /** Shows more at one end, and leads there. @param {End} end */
  async #goOn(end) {
    const { numbers } = this.#stories;
    const known = new Set(numbers);
    await this.#load(end);
    const more = this.#stories.articles.filter((article) => !known.has(Number(article.dataset.number)));
    leadTo(end === 'after' ? more[0] : more.at(-1), false);
  }

  /** Leads to a story, wherever it is. @param {number} number */
  async #lead(number) {
    this.#changes.flush();
    const isFar = !this.#stories.article(number);
    if (isFar) await this.#turnTo(queryOf(this.#feed.scope, from(this.#feed, number)));
    const article = this.#stories.article(number);
    if (article) leadTo(article, !isFar);
    else location.assign(addressOf(this.#main, `/feeds/${this.#main.dataset.feed}/stories/${number}`));
  }

  /** Everything gives way to what the server rendered. @param {HTMLElement} fresh */
  #take(fresh) {
    part(this.#main, '.feed-head').replaceWith(part(fresh, '.feed-head'));
    part(rootOf(this.#main), '.colophon').replaceWith(part(fresh.ownerDocument, '.colophon'));
    this.#stories.replace(articlesIn(fresh, '.stories'), articlesIn(fresh, '.summary')[0] ?? null);
    this.#times.offer();
    this.#keyEvents?.replace(articlesIn(fresh, '.key-events > ol'));
    this.#links.take(fresh);
    this.#feed = feedShown(fresh);
    this.#status.showState(stateShown(fresh));
  }

  /** @returns {Promise<boolean>} whether the page now shows something newer */
  async #refresh() {
    const fresh = await fetchedMain(this.#main, this.#whereRead());
    // A server that has not come as far as the one that sent us here would only be asked in circles.
    if (!fresh || fresh.dataset.position === this.#feed.position) return false;
    if (part(fresh, '.words').lang !== part(this.#main, '.words').lang) loadAnew(this.#main);
    this.#take(fresh);
    this.#settle();
    return true;
  }

  /** The address of what the reader sees now; the page's own where that is its beginning. */
  #whereRead() {
    if (this.#main.dataset.only) return undefined;
    const read = this.#stories.articles.findIndex((article) => article.getBoundingClientRect().bottom > 0);
    const number = this.#stories.numbers[read] ?? 0;
    const bounds = goesOn(this.#feed, 'before') || read > 20 ? from(this.#feed, number) : {};
    return this.#feedAddress() + queryOf(this.#feed.scope, bounds);
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

/** @param {HTMLElement | undefined} article @param {boolean} isSmooth */
function leadTo(article, isSmooth) {
  const isStill = !isSmooth || matchMedia('(prefers-reduced-motion: reduce)').matches;
  article?.focus({ preventScroll: true });
  article?.scrollIntoView({ block: 'start', behavior: isStill ? 'instant' : 'smooth' });
}
