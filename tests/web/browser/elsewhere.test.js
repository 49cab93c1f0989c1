/** A story read elsewhere than on a screen of ours, and while its pictures are still on their way. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';

import { Newsroom } from './newsroom.js';
import { eventually, newPage, openBrowser, openPage, status, story } from './reader.js';

/** @import { Browser, Page } from 'playwright-core' */

const READABILITY = createRequire(import.meta.url).resolve('@mozilla/readability/Readability.js');

/** @type {Newsroom} */
let newsroom;
/** @type {Browser} */
let browser;
before(async () => {
  [newsroom, browser] = await Promise.all([Newsroom.open(), openBrowser()]);
});
after(() => Promise.all([newsroom.close(), browser.close()]));

const PARAGRAPHS = Array.from({ length: 6 }, (_, index) => `Paragraph ${index + 1} of the story. `.repeat(6).trim());

describe('on paper', () => {
  test('stands the whole story with its corrections, and nothing that a screen is needed for', async () => {
    const feed = await newsroom.feed();
    const number = await feed.push('Printed', '--body', PARAGRAPHS.join('\n\n'));
    await feed.do('correct', `${number}`, '--headline', 'Printed well', '--note', 'A word was missing.');
    await feed.served();
    const page = await openPage(browser, feed.storyUrl(number), { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.locator('button:visible, .masthead:visible, .turn:visible, .skip:visible').count(), 0);
    const words = await page.locator('main').innerText();
    assert.match(words, /Printed well\s+Corrected [^]*A word was missing\.\s+Paragraph 1[^]*Paragraph 6/);
    const [paper, ink] = await page.evaluate(() => {
      const style = getComputedStyle(document.documentElement);
      return [style.backgroundColor, style.color];
    });
    assert.deepEqual([paper, ink], ['rgb(255, 255, 255)', 'rgb(0, 0, 0)']);
    assert.ok((await page.pdf()).length > 0);
  });

  test('a history keeps its marks: what is gone is struck out, what came is underlined', async () => {
    const feed = await newsroom.feed();
    const number = await feed.push('Talks on Thursday');
    await feed.do('correct', `${number}`, '--headline', 'Talks on Friday', '--note', 'It is Friday.');
    await feed.served();
    const page = await openPage(browser, `${feed.storyUrl(number)}/revisions`);
    await page.emulateMedia({ media: 'print' });
    const line = (/** @type {string} */ tag) =>
      page.locator(tag).first().evaluate((element) => getComputedStyle(element).textDecorationLine);
    assert.deepEqual([await line('del'), await line('ins')], ['line-through', 'underline']);
  });
});

describe('in Reader mode', () => {
  /** What Firefox's would show. @param {Page} page */
  async function readerMode(page) {
    await page.evaluate(await readFile(READABILITY, 'utf8'));
    return page.evaluate(() => {
      const copy = /** @type {Document} */ (document.cloneNode(true));
      const { title, byline, textContent } = new (Reflect.get(globalThis, 'Readability'))(copy).parse();
      return { title, byline, text: textContent.replaceAll(/\s+/g, ' ') };
    });
  }

  test('a story is its headline, its author and its whole text', async () => {
    const feed = await newsroom.feed();
    const number = await feed.push('The three allies meet in Annapolis', '--by', 'Kim Min-ji', '--body', PARAGRAPHS.join('\n\n'));
    await feed.served();
    const page = await newPage(browser);
    await page.goto(feed.storyUrl(number));
    const shown = await readerMode(page);
    assert.match(shown.title, /^The three allies meet in Annapolis/);
    assert.match(shown.byline ?? '', /Kim Min-ji/);
    for (const paragraph of PARAGRAPHS) assert.ok(shown.text.includes(paragraph), paragraph);
    assert.doesNotMatch(shown.text, /Share|All feeds|Reload/);
  });
});

describe('while pictures are on their way', () => {
  const HREF = 'http://pictures.example';
  const WORDS = [{ value: 'The hall, from the gallery' }];

  /** @param {string} name @param {object} size */
  const picture = (name, size) => ({
    name,
    uri: `urn:example:${name}`,
    type: 'picture',
    headlines: WORDS,
    renditions: [{ name: 'm', href: `${HREF}/${name}.svg`, ...size }],
  });

  async function illustrated() {
    const feed = await newsroom.feed();
    const below = await feed.push('The story below', '--body', PARAGRAPHS.join('\n\n'));
    await feed.pushDocument({
      headlines: [{ value: 'The story with pictures' }],
      bodies: [
        {
          contentType: 'text/html',
          value: `<p>One.</p><img src="${HREF}/third.svg" alt="Third"><p>Two.</p><img src="${HREF}/fourth.svg" alt="Fourth" width="400" height="100">`,
        },
      ],
      associations: [picture('first', { width: 1200, height: 200 }), picture('second', {})],
    });
    await feed.served();
    return { feed, below };
  }

  /** Adds up what moved of the stories without the reader's doing. @param {Page} page */
  async function watchShifts(page) {
    await page.addInitScript(() => {
      const shifts = /** @type {number[]} */ ([]);
      Object.assign(globalThis, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          /** @type {{node: Node | null}[]} */
          const moved = Reflect.get(entry, 'sources');
          // The row of buttons is whole once the script is there, pictures or none.
          const isStorys = (/** @type {Element | null | undefined} */ near) => near?.closest('.stories') && !near.closest('.liking');
          if (moved.some(({ node }) => isStorys(node?.parentElement))) shifts.push(Reflect.get(entry, 'value'));
        }
      }).observe({ type: 'layout-shift', buffered: true });
    });
    // Two frames: what is laid out in one is told in the next.
    return () =>
      page.evaluate(async () => {
        for (let frame = 0; frame < 2; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
        return Reflect.get(globalThis, 'shifts').reduce((/** @type {number} */ sum, /** @type {number} */ each) => sum + each, 0);
      });
  }

  /** The pictures as they are: of two of them nobody said how large. */
  const SIZES = new Map(Object.entries({ first: [1200, 200], second: [640, 960], third: [90, 30], fourth: [400, 100] }));

  /** @param {string} address */
  function svg(address) {
    const [width, height] = SIZES.get(/(\w+)\.svg$/.exec(address)?.[1] ?? '') ?? [];
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%"/></svg>`;
  }

  for (const [name, outcome] of /** @type {const} */ ([
    ['a slow picture comes', 'comes'],
    ['a picture never comes', 'waits'],
    ['a picture cannot be had', 'fails'],
  ])) {
    test(`nothing moves when ${name}`, async () => {
      const { feed, below } = await illustrated();
      const page = await newPage(browser, { viewport: { width: 700, height: 5000 } });
      const shifted = await watchShifts(page);
      /** @type {(() => void)[]} */
      const held = [];
      await page.route(`${HREF}/**`, async (route) => {
        await new Promise((/** @type {(value?: unknown) => void} */ resolve) => held.push(resolve));
        if (outcome === 'comes') await route.fulfill({ contentType: 'image/svg+xml', body: svg(route.request().url()) });
        else await route.abort();
      });
      await page.goto(feed.url, { waitUntil: 'domcontentloaded' });
      await status(page, 'Live');
      await eventually(() => held.length, 4);
      const place = () => story(page, below).evaluate((article) => article.getBoundingClientRect().top);
      const stood = await place();
      if (outcome !== 'waits') {
        for (const release of held) release();
        await page.waitForFunction(() => [...document.images].every((image) => image.complete));
      }
      assert.equal(await shifted(), 0);
      assert.equal(await place(), stood);
      if (outcome === 'waits') for (const release of held) release();
    });
  }

  test('their words stand in their place', async () => {
    const { feed } = await illustrated();
    const page = await newPage(browser);
    await page.route(`${HREF}/**`, (route) => route.abort());
    await page.goto(feed.url);
    assert.equal(await page.getByAltText('The hall, from the gallery').count(), 2);
  });
});
