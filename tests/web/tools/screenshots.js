/** `make screenshots`: the pictures of `docs/screenshots/`, each of the real page in a real browser. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Newsroom } from '../browser/newsroom.js';
import { newPage, openBrowser } from '../browser/reader.js';
import { talks, talksInArabic } from './evening.js';

/** @import { BrowserContextOptions, Page } from 'playwright-core' */

const FOLDER = process.argv[2] ?? new URL('../../../docs/screenshots', import.meta.url).pathname;
const QUALITY = 82; // of WebP, per cent

/** @type {BrowserContextOptions} */
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };
/** @type {BrowserContextOptions} */
const DESKTOP = { viewport: { width: 1280, height: 900 }, deviceScaleFactor: 1.5 };

const [newsroom, browser] = await Promise.all([Newsroom.open(), openBrowser()]);
try {
  await mkdir(FOLDER, { recursive: true });
  const feed = await talks(newsroom);
  await taken('desktop', await opened(feed.url, DESKTOP));
  await taken('phone', await opened(feed.url, PHONE));
  await taken('dark', await opened(feed.url, { ...PHONE, colorScheme: 'dark' }));
  await taken('right-to-left', await opened((await talksInArabic(newsroom)).url, PHONE));
} finally {
  await Promise.all([newsroom.close(), browser.close()]);
}

/** @param {string} url @param {BrowserContextOptions} options */
async function opened(url, options) {
  const page = await newPage(browser, { ...options, reducedMotion: 'reduce' });
  await page.goto(url);
  await page.locator('.status[data-status="live"]').waitFor();
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
