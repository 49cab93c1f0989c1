/** `make screenshots`: the pictures of `docs/screenshots/`, each of the real page in a real browser. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Newsroom } from '../browser/newsroom.js';
import { newPage, openBrowser } from '../browser/reader.js';
import { DRAFT, NIGHT, played, talks, talksInArabic, ZONE } from './evening.js';

/** @import { BrowserContextOptions, Page } from 'playwright-core' */
/** @import { Feed } from '../browser/newsroom.js' */

const FOLDER = process.argv[2] ?? new URL('../../../docs/screenshots', import.meta.url).pathname;
const QUALITY = 82; // of WebP, per cent

/** @type {BrowserContextOptions} */
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };
/** @type {BrowserContextOptions} */
const DESKTOP = { viewport: { width: 1280, height: 900 }, deviceScaleFactor: 1.5 };

const [newsroom, browser] = await Promise.all([Newsroom.open(), openBrowser()]);
try {
  await mkdir(FOLDER, { recursive: true });
  await running(await talks(newsroom));
  await taken('right-to-left', await opened((await talksInArabic(newsroom)).url, PHONE));
  await beforeAndAfter();
} finally {
  await Promise.all([newsroom.close(), browser.close()]);
}

/** The talks as they go on, and what may happen to them. @param {Feed} feed */
async function running(feed) {
  await taken('desktop', await opened(feed.url, DESKTOP));
  await taken('phone', await opened(feed.url, PHONE));
  await taken('dark', await opened(feed.url, { ...PHONE, colorScheme: 'dark' }));
  await taken('since-you-left', await cameBack(feed));
  await stale(feed);
  const draft = await feed.numberOf('A declaration to end the war is on the table');
  const lunch = await feed.numberOf('Lunch takes twice as long as planned');
  const note = 'An earlier version called the draft a declaration, and longer than it is.';
  const corrected = ['--headline', 'A draft to end the war is on the table', '--body', DRAFT.replace('a page and a half', 'a single page')];
  await feed.do('correct', `${draft}`, ...corrected, '--note', note);
  await feed.do('kill', `${lunch}`, '--yes', '--note', 'The lunch was that of another delegation.', '--substitute', `${draft}`);
  await feed.served();
  await taken('withdrawn', await at(await opened(feed.url, PHONE), lunch));
  await taken('corrected', await at(await opened(feed.url, PHONE), draft));
  const differences = await opened(`${feed.storyUrl(draft)}/revisions`, PHONE);
  await differences.locator('.history').evaluate((history) => history.scrollIntoView({ behavior: 'instant' }));
  await taken('differences', differences);
}

/** A reader who had left an hour and a half ago. @param {Feed} feed */
async function cameBack(feed) {
  const number = await feed.numberOf('What Tokyo wants to hear');
  const page = await opened(feed.url, PHONE);
  await page.goto(newsroom.url('/feeds'));
  await page.evaluate(
    ([key, left]) => localStorage.setItem(key, left),
    /** @type {const} */ ([`livefeed:left:${feed.name}`, JSON.stringify({ position: '', number, at: Date.now() - 5_400_000 })]),
  );
  await page.goto(feed.url);
  await page.locator('.since-place .since').waitFor();
  return page;
}

/** The server hangs, and no pulse comes. @param {Feed} feed */
async function stale(feed) {
  const page = await opened(feed.url, PHONE, (fresh) => fresh.clock.install());
  newsroom.pause();
  try {
    await page.clock.runFor(40_000);
    await page.locator('.status[data-status="stale"]').waitFor();
    await taken('stale', page);
  } finally {
    newsroom.resume();
  }
}

/** An election, hours before and a night after. */
async function beforeAndAfter() {
  const description = 'The polls close at eight. The first numbers are expected at half past.';
  const facts = ['--title', 'Election night', '--section', 'Politics', '--description', description, '--zone', ZONE];
  const starts = new Date(Math.ceil(Date.now() / 3_600_000 + 1) * 3_600_000).toISOString();
  const feed = await newsroom.feed('--upcoming', '--starts', starts, ...facts);
  await taken('upcoming', await opened(feed.url, PHONE));
  await feed.do('feed', 'start', feed.name);
  await played(feed, NIGHT);
  await feed.do('feed', 'end', feed.name);
  await feed.served();
  await taken('ended', await opened(feed.url, PHONE));
}

/** @param {Page} page @param {number} number */
async function at(page, number) {
  await page.locator(`.stories > [data-number="${number}"]`).evaluate((article) => article.scrollIntoView({ behavior: 'instant' }));
  return page;
}

/** @param {string} url @param {BrowserContextOptions} options @param {(page: Page) => Promise<void>} [prepare] */
async function opened(url, options, prepare) {
  const page = await newPage(browser, { ...options, reducedMotion: 'reduce', timezoneId: ZONE });
  await prepare?.(page);
  await page.goto(url);
  await page.locator('.status:is([data-status="live"], [data-status="upcoming"], [data-status="ended"])').waitFor();
  return page;
}

/** @param {string} name @param {Page} page */
async function taken(name, page) {
  const session = await page.context().newCDPSession(page);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  await writeFile(join(FOLDER, `${name}.webp`), Buffer.from(data, 'base64'));
  if (process.env['PNG']) await page.screenshot({ path: join(process.env['PNG'], `${name}.png`) });
  await page.context().close();
}
