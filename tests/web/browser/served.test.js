/** What the browser is sent, as the browser understands it. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { Newsroom } from './newsroom.js';
import { newPage, openBrowser, openPage } from './reader.js';

/** @import { Browser, Page } from 'playwright-core' */

/** @type {Newsroom} */
let newsroom;
/** @type {Browser} */
let browser;
before(async () => {
  [newsroom, browser] = await Promise.all([Newsroom.open(), openBrowser()]);
});
after(() => Promise.all([newsroom.close(), browser.close()]));

/** The rules of a style sheet, each in the browser's own words. @param {Page} page @param {string} text */
const rules = (page, text) =>
  page.evaluate((css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    // A custom property keeps its spaces, which mean nothing.
    return [...sheet.cssRules].map(({ cssText }) => cssText.replace(/(,?)\s+/g, (_, comma) => comma || ' '));
  }, text);

test('the style sheet is sent with the same rules, without the comments', async () => {
  const page = await newPage(browser);
  const source = readFileSync(new URL('../../../web/style.css', import.meta.url), 'utf8');
  const served = await (await fetch(newsroom.url('/static/style.css'))).text();
  assert.ok(served.length < source.length);
  const expected = await rules(page, source);
  assert.ok(expected.length > 50);
  assert.deepEqual(await rules(page, served), expected);
});

test('a page names all of its modules, so that none is asked for only when another has come', async () => {
  const feed = await newsroom.feed();
  const page = await openPage(browser, feed.url);
  const { loaded, named } = await page.evaluate(() => ({
    loaded: performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.endsWith('.js')),
    named: [...document.querySelectorAll('link[rel=modulepreload], script[src]')].map((each) => Reflect.get(each, 'href') ?? Reflect.get(each, 'src')),
  }));
  assert.ok(loaded.length > 10);
  assert.deepEqual(loaded.toSorted(), named.toSorted());
  assert.equal(new Set(loaded).size, loaded.length, 'a module was fetched twice');
});
