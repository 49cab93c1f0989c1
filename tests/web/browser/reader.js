/** A reader for tests: a real Chromium, and what somebody would see or hear of a page in it. */

import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';

import { chromium } from 'playwright-core';

import { freePort } from './newsroom.js';

/** @import { Browser, BrowserContextOptions, Frame, Page } from 'playwright-core' */

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const WITHIN = 15_000; // ms
export const FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @returns {Promise<Browser>} */
export function openBrowser() {
  return chromium.launch({
    executablePath: onPath('chromium'),
    args: FLAGS,
    // Playwright switches the back/forward cache off, and pages live in it.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
}

/**
 * A browser as people have it, with one profile and one window: of its tabs one is seen, and the
 * others are hidden. In the browser above every page believes that it is looked at.
 */
export async function openTabs() {
  const port = await freePort();
  const browser = await chromium.launch({
    executablePath: onPath('chromium'),
    args: [...FLAGS, `--remote-debugging-port=${port}`],
  });
  const window = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true });
  const [profile] = window.contexts();
  if (!profile) throw new Error('The browser has no window');
  return {
    /** Opens a tab in front of the others. @param {string} [url] */
    async open(url = 'about:blank') {
      const page = await profile.newPage();
      page.setDefaultTimeout(WITHIN);
      await page.goto(url);
      return page;
    },
    async close() {
      await window.close();
      await browser.close();
    },
  };
}

/**
 * Opens a page in a browser profile of its own and waits until it says that it is live.
 * @param {Browser} browser
 * @param {string} url
 * @param {BrowserContextOptions} [options]
 */
export async function openPage(browser, url, options) {
  const page = await newPage(browser, options);
  await page.goto(url);
  if (options?.javaScriptEnabled !== false) await status(page, 'Live');
  return page;
}

/** @param {Browser} browser @param {BrowserContextOptions} [options] */
export async function newPage(browser, options) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(WITHIN);
  return page;
}

/** Waits for a status. @param {Page} page @param {string} words */
export async function status(page, words) {
  await eventually(() => page.locator('.status-words').innerText(), words);
}

/**
 * Leaves for another page, two hours ago as far as this browser remembers.
 * @param {Page} page @param {{name: string}} feed @param {string} elsewhere an address of the same origin
 */
export async function leftHoursAgo(page, { name }, elsewhere) {
  await page.goto(elsewhere);
  await page.evaluate((key) => {
    const kept = JSON.parse(localStorage.getItem(key) ?? 'null');
    localStorage.setItem(key, JSON.stringify({ ...kept, at: kept.at - 7_200_000 }));
  }, `livefeed:left:${name}`);
}

/** Keeps every word that the status has said. @param {Page} page @returns {Promise<() => Promise<string[]>>} */
export async function listen(page) {
  await page.locator('.status-words').evaluate((words) => {
    const said = [words.textContent ?? ''];
    Reflect.set(window, 'said', said);
    new MutationObserver(() => said.push(words.textContent ?? '')).observe(words, { childList: true, characterData: true, subtree: true });
  });
  return () => page.evaluate(() => Reflect.get(window, 'said'));
}

/** The numbers of the stories on the page, from the top. @param {Page} page */
export function numbers(page) {
  return page
    .locator('.stories > article')
    .evaluateAll((articles) =>
      articles.map((article) => Number(article instanceof HTMLElement && article.dataset.number)),
    );
}

/** @param {Page} page @param {number} number */
export function story(page, number) {
  return page.locator(`article[data-number="${number}"]`);
}

/**
 * Waits until `look` sees what is expected.
 * @template T
 * @param {() => Promise<T> | T} look
 * @param {T | ((seen: T) => boolean)} expected
 * @param {number} [within] ms
 */
export async function eventually(look, expected, within = WITHIN) {
  const deadline = Date.now() + within;
  const isSeen = /** @param {T} seen */ (seen) =>
    expected instanceof Function ? expected(seen) : JSON.stringify(seen) === JSON.stringify(expected);
  let seen = await look();
  while (!isSeen(seen)) {
    if (Date.now() > deadline) {
      throw new Error(`expected ${expected instanceof Function ? expected : JSON.stringify(expected)}, saw ${JSON.stringify(seen)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    seen = await look();
  }
}

/**
 * What axe finds wrong with the page as it is now: a line for each element.
 * @param {Page | Frame} page
 * @returns {Promise<string[]>}
 */
export async function barriers(page) {
  // By the debugger, which the page's content security policy does not bind.
  await page.evaluate(await import('node:fs/promises').then(({ readFile }) => readFile(AXE, 'utf8')));
  return page.evaluate(async () => {
    // The highlight fades; judge what stays.
    for (const animation of document.getAnimations()) animation.cancel();
    const axe = /** @type {typeof import('axe-core')} */ (Reflect.get(window, 'axe'));
    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`));
  });
}

/** @param {string} program */
export function onPath(program) {
  const places = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, program));
  const found = places.find((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (!found) throw new Error(`${program} is not on the PATH: apt-get install ${program}`);
  return found;
}
