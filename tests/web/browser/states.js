/** Every state that a reader may find the page in, each reached as it comes about in a newsroom. */

import { fullFeed } from './full_feed.js';
import { leftHoursAgo, newPage, openPage, status, story } from './reader.js';

/** @import { Browser, BrowserContextOptions, Page } from 'playwright-core' */
/** @import { Newsroom } from './newsroom.js' */

/**
 * @typedef {{newsroom: Newsroom, browser: Browser}} Where
 * @typedef {{page: Page, leave?: () => Promise<void> | void}} Reached a page, and what ends its state
 */

/** One a newsroom, for all states that only look at it. @type {WeakMap<Newsroom, ReturnType<typeof fullFeed>>} */
const SHARED = new WeakMap();

/** @type {{[name: string]: (where: Where) => Promise<Reached>}} */
export const STATES = {
  empty: async ({ newsroom, browser }) => {
    const feed = await newsroom.feed();
    return { page: await openPage(browser, feed.url) };
  },
  upcoming: async ({ newsroom, browser }) => {
    const feed = await newsroom.feed('--upcoming', '--description', 'The count begins at eight.');
    const page = await newPage(browser);
    await page.goto(feed.url);
    await status(page, 'Upcoming');
    return { page };
  },
  live: (where) => full(where),
  'without its script': async ({ newsroom, browser }) => {
    const { feed } = await shared(newsroom);
    const page = await newPage(browser);
    await page.route('**/*.js', (route) => route.abort());
    await page.goto(feed.url);
    await page.locator('.status').waitFor({ state: 'visible' });
    return { page };
  },
  'in the dark': (where) => full(where, { colorScheme: 'dark' }),
  'in forced colours': (where) => full(where, { forcedColors: 'active' }),
  'on a phone': (where) => full(where, { viewport: { width: 390, height: 844 } }),
  'on the narrowest phone': (where) => full(where, { viewport: { width: 320, height: 640 } }),
  'at 200 % zoom': (where) => full(where, { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 }),
  'oldest first': (where) => full(where, {}, '?order=oldest'),
  'key events only': (where) => full(where, {}, '?key=1'),
  'with a summary': async ({ newsroom, browser }) => {
    const feed = await newsroom.feed();
    await feed.push('The talks have begun', '--key-event');
    await feed.push('What we know so far', '--summary', '--body', 'The talks are under way. No statement has been made.');
    await feed.served();
    const page = await openPage(browser, feed.url);
    await page.locator('.summary').waitFor();
    return { page };
  },
  ended: async ({ newsroom, browser }) => {
    const feed = await newsroom.feed('--section', 'News Update');
    await feed.push('The talks are over');
    await feed.do('feed', 'end', feed.name);
    await feed.served();
    const page = await newPage(browser);
    await page.goto(feed.url);
    await status(page, 'Ended');
    return { page };
  },
  offline: async (where) => {
    const { page } = await full(where);
    await page.context().setOffline(true);
    await status(page, 'Offline');
    return { page };
  },
  reconnecting: async (where) => {
    const { page } = await full(where);
    await where.newsroom.end('SIGTERM');
    const bar = page.locator('.status[data-status="reconnecting"]');
    await bar.locator('.status-more').filter({ hasText: /^in \d+ s$/ }).waitFor();
    return { page, leave: () => where.newsroom.start() };
  },
  stale: async ({ newsroom, browser }) => {
    const { feed } = await shared(newsroom);
    const page = await newPage(browser);
    await page.clock.install();
    await page.goto(feed.url);
    await status(page, 'Live');
    newsroom.pause();
    await page.clock.runFor(40_000); // a leap would be taken for sleep
    await page.locator('.status[data-status="stale"]').waitFor();
    return { page, leave: () => newsroom.resume() };
  },
  paused: async ({ newsroom, browser }) => {
    const feed = await newsroom.feed();
    await feed.push('Read');
    await feed.served();
    const page = await openPage(browser, feed.url);
    await page.getByRole('button', { name: 'Pause' }).click();
    await status(page, 'Paused');
    await feed.push('Held back', '--key-event');
    await page.locator('.news-above-button').waitFor();
    return { page };
  },
  'since the reader left': async ({ newsroom, browser }) => {
    const feed = await newsroom.feed();
    await feed.push('Read');
    await feed.served();
    const page = await openPage(browser, feed.url);
    await leftHoursAgo(page, feed, newsroom.url('/feeds'));
    await feed.pushMany(3, 'Short.');
    await feed.served();
    await page.goto(feed.url);
    await page.locator('.story > .since').waitFor();
    return { page };
  },
  'with its key events unfolded': async (where) => {
    const { page } = await full(where);
    await page.locator('.key-events summary').click();
    return { page };
  },
  embedded: async ({ newsroom, browser }) => {
    const { feed } = await shared(newsroom);
    return { page: await openPage(browser, `${feed.url}/embed`) };
  },
  'how a story changed': async ({ newsroom, browser }) => {
    const { feed, main } = await shared(newsroom);
    return { page: await openPage(browser, `${feed.storyUrl(main)}/revisions`) };
  },
  'with new stories above': async (where) => {
    const feed = await where.newsroom.feed();
    await feed.pushMany(12);
    await feed.served();
    const page = await openPage(where.browser, feed.url);
    await page.locator('article').nth(6).evaluate((article) => article.scrollIntoView());
    await feed.push('A new one');
    await page.locator('.news-above-button').waitFor();
    return { page };
  },
  'a story of its own': async ({ newsroom, browser }) => {
    const { feed, main } = await shared(newsroom);
    return { page: await openPage(browser, feed.storyUrl(main)) };
  },
  'a withdrawn story of its own': async ({ newsroom, browser }) => {
    const { feed, wrong } = await shared(newsroom);
    return { page: await openPage(browser, feed.storyUrl(wrong)) };
  },
  'older stories': async ({ newsroom, browser }) => {
    const { feed, wrong } = await shared(newsroom);
    return { page: await openPage(browser, `${feed.url}?before=${wrong}`) };
  },
  'no older stories': async ({ newsroom, browser }) => {
    const { feed, first } = await shared(newsroom);
    return { page: await openPage(browser, `${feed.url}?before=${first}`) };
  },
  'right to left': async ({ newsroom, browser }) => {
    const feed = await newsroom.feed('--language', 'ar', '--title', 'محادثات أنابوليس', '--section', 'آخر الأخبار');
    await feed.push('بدء المحادثات الثلاثية', '--language', 'ar', '--body', 'وصلت الوفود الثلاثة إلى أنابوليس.', '--by', 'كيم مين جي');
    const liked = await feed.push('Statement of the White House', '--language', 'en', '--body', 'The talks open at ten.');
    await feed.served();
    const page = await openRightToLeft(browser, feed.url);
    await story(page, liked).waitFor();
    return { page };
  },
  'all feeds': async (where) => {
    await shared(where.newsroom);
    const page = await newPage(where.browser);
    await page.goto(where.newsroom.url('/feeds'));
    return { page };
  },
  'an error': async ({ newsroom, browser }) => {
    const page = await newPage(browser);
    await page.goto(newsroom.url('/feeds/nowhere'));
    return { page };
  },
};

/** @param {Newsroom} newsroom */
function shared(newsroom) {
  const feed = SHARED.get(newsroom) ?? fullFeed(newsroom);
  SHARED.set(newsroom, feed);
  return feed;
}

/** @param {Where} where @param {BrowserContextOptions} [options] @param {string} [view] @returns {Promise<Reached>} */
async function full({ newsroom, browser }, options, view = '') {
  const { feed } = await shared(newsroom);
  return { page: await openPage(browser, feed.url + view, options) };
}

/** A page whose status is not in English. @param {Browser} browser @param {string} url */
async function openRightToLeft(browser, url) {
  const page = await newPage(browser);
  await page.goto(url);
  await page.locator('.status[data-status="live"]').waitFor();
  return page;
}
