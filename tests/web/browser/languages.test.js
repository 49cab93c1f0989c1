/** Languages: what the page says is in the feed's, every story in its own, each in its direction. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Newsroom } from './newsroom.js';
import { barriers, eventually, newPage, numbers, openBrowser, openPage, status, story } from './reader.js';

/** @import { Browser, BrowserContextOptions, Locator } from 'playwright-core' */

/** @type {Newsroom} */
let newsroom;
/** @type {Browser} */
let browser;
before(async () => {
  [newsroom, browser] = await Promise.all([Newsroom.open(), openBrowser()]);
});
after(() => Promise.all([newsroom.close(), browser.close()]));

const ARABIC = { title: 'تغطية مباشرة', headline: 'بدء المحادثات بين الحلفاء الثلاثة', body: 'أعلن الحلف يوم الجمعة 2 أبريل.' };
const LIVE = 'مباشر';

/** An Arabic feed with a story of its own, a marked English one, and one that does not say that it is English. */
async function arabicFeed() {
  const feed = await newsroom.feed('--title', ARABIC.title, '--language', 'ar', '--section', 'أخبار');
  const own = await feed.push(ARABIC.headline, '--body', ARABIC.body, '--by', 'Kim Min-ji', '--located', 'سيول');
  const english = await feed.push('Talks begin, NATO (NSC) says.', '--body', 'On Friday, at 14:05.', '--language', 'en');
  const silent = await feed.push('The U.S. and 3 allies meet!');
  await feed.served();
  return { feed, own, english, silent };
}

/** @param {string} url @param {BrowserContextOptions} [options] */
async function openArabic(url, options) {
  const page = await newPage(browser, options);
  await page.goto(url);
  if (options?.javaScriptEnabled !== false) await status(page, LIVE);
  return page;
}

/** How an element is laid out: its direction, and on which side of its block its first line begins. @param {Locator} locator */
function layout(locator) {
  return locator.evaluate((element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const line = /** @type {DOMRect} */ (range.getClientRects()[0]);
    const block = element.getBoundingClientRect();
    const side = line.left - block.left < block.right - line.right ? 'left' : 'right';
    return `${getComputedStyle(element).direction}, ${side}`;
  });
}

/** @param {Locator} locator */
const direction = (locator) => locator.evaluate((element) => getComputedStyle(element).direction);

/** @param {Locator} locator */
async function middle(locator) {
  const box = await locator.boundingBox();
  assert.ok(box);
  return box.x + box.width / 2;
}

/** Where in an element the characters stand from left to right. @param {Locator} locator */
function asSeen(locator) {
  return locator.evaluate((element) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    /** @type {[number, string][]} */
    const letters = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      for (const [index, letter] of [...(node.textContent ?? '')].entries()) {
        const range = document.createRange();
        range.setStart(node, index);
        range.setEnd(node, index + 1);
        letters.push([range.getBoundingClientRect().left, letter]);
      }
    }
    return letters
      .sort(([a], [b]) => a - b)
      .map(([, letter]) => letter)
      .join('');
  });
}

describe('with JavaScript off', () => {
  test("an Arabic feed's page is Arabic and runs from right to left", async () => {
    const { feed, own } = await arabicFeed();
    const page = await openArabic(feed.url, { javaScriptEnabled: false });
    assert.deepEqual(await page.locator('html').evaluate((html) => ['lang', 'dir'].map((name) => html.getAttribute(name))), ['ar', 'rtl']);
    assert.equal(await page.locator('.status').innerText(), 'أعد تحميل الصفحة لقراءة الأخبار الأحدث');
    assert.match(await story(page, own).innerText(), /بقلم Kim Min-ji، سيول/);
    assert.doesNotMatch(await page.locator('body').innerText(), /Published|By |stories|All times/);
    await page.goto(newsroom.url('/feeds'));
    await page.getByText(ARABIC.title).first().waitFor();
  });
});

describe('an Arabic feed', () => {
  test('is laid out from right to left: bar, arrows and rails', async () => {
    const { feed, own } = await arabicFeed();
    const page = await openArabic(feed.url);
    const [home, state] = [page.locator('.home'), page.locator('.status')];
    assert.ok((await middle(home)) > 1280 / 2 && (await middle(state)) < 1280 / 2);
    assert.match(await home.evaluate((link) => getComputedStyle(link, '::before').content), /→/);
    const article = story(page, own);
    assert.ok((await middle(article.locator('.dateline'))) > (await middle(article.locator('.body'))));
    assert.equal(await layout(page.getByRole('heading', { level: 1 })), 'rtl, right');
    assert.equal(await layout(article.locator('.body p')), 'rtl, right');
    assert.deepEqual(await barriers(page), []);
  });

  test('says in Arabic what happens, with its plurals, and tells screen readers so', async () => {
    const { feed, own } = await arabicFeed();
    await feed.pushMany(9);
    await feed.served();
    const page = await openArabic(feed.url);
    await story(page, own).evaluate((article) => article.scrollIntoView());
    await feed.push('خبر أول');
    await feed.push('خبر ثان');
    await page.getByRole('button', { name: 'خبران جديدان' }).waitFor();
    await eventually(
      () => page.locator('.announcer').innerText(),
      (text) => text === 'خبران جديدان' || text === 'خبر جديد: خبر ثان',
    );
    await feed.push('خبر ثالث');
    await page.getByRole('button', { name: '3 أخبار جديدة' }).waitFor();
    await feed.do('feed', 'end', feed.name);
    await status(page, 'انتهت');
  });

  test('has times and numbers that read from left to right within its sentences', async () => {
    const { feed, own } = await arabicFeed();
    await feed.do('correct', `${own}`, '--headline', ARABIC.headline, '--note', 'الموعد 14:05 لا 13:50.');
    await feed.served();
    const page = await openArabic(feed.url);
    const correction = story(page, own).locator('.correction');
    assert.match(await asSeen(correction.locator('time')), /UTC \d\d:\d\d$/);
    assert.match(await asSeen(correction.locator('bdi')), /13:50.*14:05/);
    assert.equal(await direction(correction.locator('bdi')), 'rtl');
    assert.match(await asSeen(story(page, own).locator('.body p')), /2 ?\p{L}/u);
  });

  for (const width of [320, 390]) {
    test(`fits on a phone ${width} pixels wide, without barriers`, async () => {
      const { feed } = await arabicFeed();
      const page = await openArabic(feed.url, { viewport: { width, height: 700 } });
      assert.deepEqual(await barriers(page), []);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
    });
  }
});

describe('a story in another language than its feed', () => {
  test('runs its own way in an Arabic feed, marked or not, with its stop at its own end', async () => {
    const { feed, english, silent } = await arabicFeed();
    const page = await openArabic(feed.url);
    for (const [number, lang] of /** @type {const} */ ([[english, 'en'], [silent, '']])) {
      const headline = story(page, number).locator('.headline');
      assert.equal(await headline.getAttribute('lang'), lang);
      assert.equal(await layout(headline), 'ltr, left');
      assert.equal(await layout(story(page, number).locator('.body p')), 'ltr, left');
    }
    assert.equal(await asSeen(story(page, english).locator('.headline a')), 'Talks begin, NATO (NSC) says.');
    assert.equal(await direction(story(page, english).locator('.liking')), 'rtl');
  });

  test('runs its own way in an English feed, and so does one paragraph within another story', async () => {
    const feed = await newsroom.feed('--language', 'en');
    const number = await feed.push(`NATO: ${ARABIC.headline}`, '--body', ARABIC.body);
    const mixed = await feed.push('What the statement says', '--body', `In full:\n\nNATO: ${ARABIC.body}\n\nMore follows.`);
    await feed.served();
    const page = await openPage(browser, feed.url);
    assert.equal(await layout(story(page, number).locator('.headline')), 'rtl, right');
    assert.equal(await layout(story(page, number).locator('.body p')), 'rtl, right');
    assert.equal(await direction(story(page, number).locator('.liking')), 'ltr');
    const paragraphs = await story(page, mixed).locator('.body p').all();
    assert.deepEqual(await Promise.all(paragraphs.map(layout)), ['ltr, left', 'rtl, right', 'ltr, left']);
    assert.deepEqual(await barriers(page), []);
  });
});

test('a feed that gets another language changes it on the open page', async () => {
  const feed = await newsroom.feed();
  const number = await feed.push('Talks begin');
  await feed.served();
  const page = await openPage(browser, feed.url);
  await feed.do('feed', 'edit', feed.name, '--language', 'ar');
  await status(page, LIVE);
  assert.equal(await page.locator('html').getAttribute('dir'), 'rtl');
  assert.deepEqual(await numbers(page), [number]);
});
