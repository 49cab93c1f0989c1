/** A reader in the middle of it: nothing moves under the thumb, and everything can be reached. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Newsroom } from './newsroom.js';
import { barriers, eventually, newPage, numbers, openBrowser, openPage, status, story } from './reader.js';

/** @import { Browser, Page } from 'playwright-core' */

/** @type {Newsroom} */
let newsroom;
/** @type {Browser} */
let browser;
before(async () => {
  [newsroom, browser] = await Promise.all([Newsroom.open(), openBrowser()]);
});
after(() => Promise.all([newsroom.close(), browser.close()]));

const LONG = Array.from({ length: 12 }, (_, index) => `Paragraph ${index + 1}. ${'Word after word. '.repeat(12)}`).join('\n\n');
const STILL = /** @type {const} */ ({ reducedMotion: 'reduce' });

/** A feed with long stories, its numbers from the newest. @param {number} count */
async function longFeed(count) {
  const feed = await newsroom.feed();
  const all = await feed.pushMany(count, LONG);
  await feed.served();
  return { feed, all: all.toReversed() };
}

/** Says what is true once the page has made a change. @param {Page} page @param {number} number @param {RegExp} words */
const says = (page, number, words) =>
  eventually(
    () => story(page, number).textContent(),
    (text) => words.test(text ?? ''),
  );

/** A browser that has no scroll anchoring, as Safari has none. @param {Page} page */
function withoutAnchoring(page) {
  return page.addInitScript(() => {
    const supports = CSS.supports.bind(CSS);
    CSS.supports = (/** @type {string[]} */ ...words) => words[0] !== 'overflow-anchor' && supports(.../** @type {[string]} */ (words));
    addEventListener('DOMContentLoaded', () => (document.documentElement.style.overflowAnchor = 'none'));
  });
}

for (const [how, prepare] of /** @type {const} */ ([
  ['in a browser with scroll anchoring', async () => {}],
  ['in a browser without it', withoutAnchoring],
])) {
  describe(`the line being read keeps its place ${how},`, () => {
    /** Opens a page and scrolls to the fifth paragraph of its fourth story. */
    async function openDown() {
      const { feed, all } = await longFeed(6);
      const page = await newPage(browser);
      await prepare(page);
      await page.goto(feed.url);
      await status(page, 'Live');
      const read = /** @type {number} */ (all[3]);
      const line = story(page, read).getByText('Paragraph 5.');
      await line.evaluate((element) => {
        element.scrollIntoView();
        scrollBy(0, 20);
        return new Promise(requestAnimationFrame); // by then the page has heard of it
      });
      const placeBefore = await placeOf(line);
      const moved = async () => Math.abs((await placeOf(line)) - placeBefore);
      return { feed, page, read, above: /** @type {number} */ (all[1]), moved };
    }

    /** @param {import('playwright-core').Locator} line */
    const placeOf = (line) => line.evaluate((element) => element.getBoundingClientRect().top);

    test('when stories come in above', async () => {
      const { feed, page, moved } = await openDown();
      await feed.push('A new one');
      await page.getByRole('button', { name: '1 new story' }).waitFor();
      const many = await feed.pushMany(3, LONG);
      await page.getByRole('button', { name: '4 new stories' }).waitFor();
      assert.ok((await numbers(page)).includes(many[2] ?? 0));
      assert.ok((await moved()) < 1, `${await moved()} pixels`);
    });

    test('when one above is corrected, and when it is withdrawn', async () => {
      const { feed, page, above, moved } = await openDown();
      await feed.do('correct', `${above}`, '--headline', 'Corrected', '--body', 'Short.', '--note', 'It was too long.');
      await says(page, above, /It was too long/);
      assert.ok((await moved()) < 1, `${await moved()} pixels`);
      await feed.do('kill', `${above}`, '--yes');
      await says(page, above, /withdrawn/);
      assert.ok((await moved()) < 1, `${await moved()} pixels`);
    });

    test('when the story itself is corrected, with a note at its head', async () => {
      const { feed, page, read, moved } = await openDown();
      await feed.do('correct', `${read}`, '--headline', 'A longer headline than it had before', '--note', 'The headline. '.repeat(20));
      await says(page, read, /A longer headline/);
      assert.ok((await moved()) < 1, `${await moved()} pixels`);
    });

    test('when a picture above loads, of which nobody told the size', async () => {
      const { feed, page, above, moved } = await openDown();
      await story(page, above).evaluate((article) => {
        const picture = new Image();
        picture.className = 'late';
        article.querySelector('.telling')?.append(picture);
      });
      await page.locator('.late').evaluate((picture) => {
        const svg = "<svg xmlns='http://www.w3.org/2000/svg' width='300' height='400'/>";
        Object.assign(picture, { src: `data:image/svg+xml,${encodeURIComponent(svg)}` });
        return /** @type {HTMLImageElement} */ (picture).decode();
      });
      await eventually(() => page.locator('.late').evaluate((picture) => picture.clientHeight), (height) => height > 400);
      await eventually(moved, (pixels) => pixels < 1);
      await feed.push('And one more');
      await page.getByRole('button', { name: '1 new story' }).waitFor();
      assert.ok((await moved()) < 1, `${await moved()} pixels`);
    });
  });
}

describe('at the top', () => {
  test('new stories show at once, one above the other', async () => {
    const { feed } = await longFeed(3);
    const page = await newPage(browser);
    await withoutAnchoring(page);
    await page.goto(feed.url);
    await status(page, 'Live');
    for (const headline of ['First', 'Second']) {
      const number = await feed.push(headline);
      await eventually(async () => (await numbers(page))[0], number);
      assert.equal(await page.evaluate(() => scrollY), 0);
    }
    assert.ok(await page.locator('.news-above-button').isHidden());
  });
});

describe('the toast', () => {
  test('counts what has not been seen, and leads to the first of it from the top', async () => {
    const { feed, all } = await longFeed(6);
    const page = await openPage(browser, feed.url, STILL);
    await story(page, all[4] ?? 0).evaluate((article) => article.scrollIntoView());
    await feed.push('One', '--body', LONG);
    await feed.push('Two', '--body', LONG);
    const newest = await feed.push('Three', '--body', LONG);
    const button = page.getByRole('button', { name: '3 new stories' });
    await button.waitFor();
    assert.equal(await button.getAttribute('data-way'), 'up');
    await button.click();
    assert.ok(await story(page, newest).evaluate((article) => article === document.activeElement));
    await page.locator('.news-above-button').waitFor({ state: 'hidden' });
  });

  test('counts down as the reader comes across new stories', async () => {
    const { feed, all } = await longFeed(6);
    const page = await openPage(browser, feed.url, STILL);
    await story(page, all[4] ?? 0).evaluate((article) => article.scrollIntoView());
    const lower = await feed.push('Lower', '--body', LONG);
    await feed.push('Upper', '--body', LONG);
    await page.getByRole('button', { name: '2 new stories' }).waitFor();
    await story(page, lower).evaluate((article) => article.scrollIntoView());
    await page.getByRole('button', { name: '1 new story' }).waitFor();
  });
});

describe('what the reader is busy with', () => {
  /** @type {[string, (article: HTMLElement) => unknown, (article: HTMLElement) => unknown][]} */
  const cases = [
    [
      'a selection of text',
      (article) => getSelection()?.selectAllChildren(article.querySelector('.body') ?? article),
      () => getSelection()?.removeAllRanges(),
    ],
    [
      'an open details element',
      (article) => article.querySelector('.telling')?.append(Object.assign(document.createElement('details'), { open: true })),
      (article) => Object.assign(article.querySelector('details') ?? {}, { open: false }),
    ],
    [
      'a field that is typed in',
      (article) => {
        const field = document.createElement('textarea');
        article.querySelector('.telling')?.append(field);
        field.focus();
      },
      (article) => article.querySelector('textarea')?.blur(),
    ],
    [
      'a video that plays',
      (article) => {
        const canvas = document.createElement('canvas');
        canvas.getContext('2d')?.fillRect(0, 0, 1, 1);
        const video = Object.assign(document.createElement('video'), { muted: true, srcObject: canvas.captureStream() });
        article.querySelector('.telling')?.append(video);
        return video.play();
      },
      (article) => article.querySelector('video')?.pause(),
    ],
  ];

  for (const [name, begin, end] of cases) {
    test(`${name}: the change of that story waits, and comes once the reader has done`, async () => {
      const { feed, all } = await longFeed(3);
      const page = await openPage(browser, feed.url);
      const [, number = 0, other = 0] = all;
      await story(page, number).evaluate(begin);
      await feed.do('correct', `${number}`, '--headline', 'Corrected', '--note', 'A word.');
      await page.getByRole('button', { name: '1 change waits' }).waitFor();
      await feed.do('update', `${other}`, '--headline', 'Another, updated');
      await says(page, other, /Another, updated/);
      assert.doesNotMatch(await page.content(), />Corrected</);
      await story(page, number).evaluate(end);
      await says(page, number, /Corrected/);
      await page.locator('.news-above-button').waitFor({ state: 'hidden' });
    });
  }

  test('can be changed at once by the button that tells of it', async () => {
    const { feed, all } = await longFeed(3);
    const page = await openPage(browser, feed.url, STILL);
    const [, number = 0] = all;
    await story(page, number).evaluate((article) => article.append(Object.assign(document.createElement('details'), { open: true })));
    await feed.do('correct', `${number}`, '--headline', 'Corrected', '--note', 'A word.');
    const button = page.getByRole('button', { name: '1 change waits' });
    await button.waitFor();
    assert.deepEqual(await barriers(page), []);
    await button.click();
    await says(page, number, /Corrected/);
    assert.ok(await story(page, number).evaluate((article) => article === document.activeElement));
  });

  test('is withdrawn all the same, and at once', async () => {
    const { feed, all } = await longFeed(3);
    const page = await openPage(browser, feed.url);
    const [, number = 0] = all;
    await story(page, number).evaluate((article) => getSelection()?.selectAllChildren(article));
    await feed.do('correct', `${number}`, '--headline', 'Secret', '--note', 'A word.');
    await page.getByRole('button', { name: '1 change waits' }).waitFor();
    await feed.do('kill', `${number}`, '--yes');
    await says(page, number, /withdrawn/);
    await page.locator('.news-above-button').waitFor({ state: 'hidden' });
  });
});

describe('a page that is paused', () => {
  test('has no such button without a script', async () => {
    const { feed } = await longFeed(1);
    const page = await openPage(browser, feed.url, { javaScriptEnabled: false });
    assert.ok(await page.locator('.pause').isHidden());
  });

  test('stands still, says so, and shows everything when it goes on; another page of the feed goes on', async () => {
    const { feed, all } = await longFeed(2);
    const [page, other] = await Promise.all([openPage(browser, feed.url, STILL), openPage(browser, feed.url)]);
    await page.getByRole('button', { name: 'Pause' }).click();
    await status(page, 'Paused');
    assert.deepEqual(await barriers(page), []);
    const first = await feed.push('First');
    const second = await feed.push('Second');
    await feed.do('correct', `${all[0]}`, '--headline', 'Corrected', '--note', 'A word.');
    await says(other, all[0] ?? 0, /Corrected/);
    await page.getByRole('button', { name: '2 new stories' }).waitFor();
    assert.deepEqual(await numbers(page), all);
    assert.doesNotMatch(await page.content(), />Corrected</);
    await page.getByRole('button', { name: 'Resume' }).click();
    await status(page, 'Live');
    assert.deepEqual(await numbers(page), [second, first, ...all]);
    await says(page, all[0] ?? 0, /Corrected/);
  });

  test('shows what it holds back when it is asked, and stays paused', async () => {
    const { feed, all } = await longFeed(2);
    const page = await openPage(browser, feed.url, STILL);
    await page.getByRole('button', { name: 'Pause' }).click();
    const number = await feed.push('Held back');
    await page.getByRole('button', { name: '1 new story' }).click();
    assert.deepEqual(await numbers(page), [number, ...all]);
    assert.ok(await story(page, number).evaluate((article) => article === document.activeElement));
    await status(page, 'Paused');
    await feed.push('Held back as well');
    await page.getByRole('button', { name: '1 new story' }).waitFor();
  });

  test('is remembered by this browser', async () => {
    const { feed } = await longFeed(1);
    const page = await openPage(browser, feed.url);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.reload();
    await status(page, 'Paused');
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.reload();
    await status(page, 'Live');
  });

  test('shows a withdrawal at once, and keeps nothing of it anywhere', async () => {
    const { feed, all } = await longFeed(2);
    const page = await openPage(browser, feed.url);
    await page.getByRole('button', { name: 'Pause' }).click();
    const wrong = await feed.push('Forged');
    await page.getByRole('button', { name: '1 new story' }).waitFor();
    await feed.do('kill', `${all[0]}`, '--yes');
    await says(page, all[0] ?? 0, /withdrawn/);
    await feed.do('kill', `${wrong}`, '--yes');
    await page.getByRole('button', { name: 'Resume' }).click();
    await says(page, wrong, /withdrawn/);
    assert.doesNotMatch(await page.content(), /Forged/);
  });

  test('tells of a lost connection, and of the end of the feed', async () => {
    const { feed } = await longFeed(1);
    const page = await openPage(browser, feed.url);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.context().setOffline(true);
    await status(page, 'Offline');
    await page.context().setOffline(false);
    await status(page, 'Paused');
  });
});

test('a browser that forbids storage has a live page, and likes', async () => {
  const { feed, all } = await longFeed(1);
  const page = await newPage(browser);
  await page.addInitScript(() => {
    const forbidden = () => {
      throw new DOMException('forbidden', 'SecurityError');
    };
    Object.defineProperty(window, 'localStorage', { get: forbidden });
  });
  await page.goto(feed.url);
  await status(page, 'Live');
  await story(page, all[0] ?? 0).getByRole('button', { name: 'Like' }).click();
  await says(page, all[0] ?? 0, /1 reader likes this/);
});
