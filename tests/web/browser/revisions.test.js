/** How a story changed is public: its revisions, with what each of them took out and put in. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Newsroom } from './newsroom.js';
import { barriers, eventually, newPage, openBrowser, openPage, status, story } from './reader.js';

/** @import { Browser, Locator, Page } from 'playwright-core' */

/** @type {Newsroom} */
let newsroom;
/** @type {Browser} */
let browser;
before(async () => {
  [newsroom, browser] = await Promise.all([Newsroom.open(), openBrowser()]);
});
after(() => Promise.all([newsroom.close(), browser.close()]));

const BODY = ['The talks begin on Thursday.', 'Three delegations have come.', 'Nobody expects a result.'];

async function correctedStory() {
  const feed = await newsroom.feed();
  const number = await feed.push('Talks begin on Thursday', '--body', BODY.join('\n\n'), '--by', 'Kim Min-ji');
  const corrected = BODY.join('\n\n').replace('Thursday', 'Friday');
  await feed.do('correct', `${number}`, '--headline', 'Talks begin on Friday', '--body', corrected, '--note', 'It is Friday.');
  await feed.served();
  return { feed, number, address: `${feed.storyUrl(number)}/revisions` };
}

/** The words that are marked, as a screen reader tells them. @param {Locator | undefined} revision @param {'ins' | 'del'} tag */
const marked = async (revision, tag) => (await revision?.locator(tag).allTextContents())?.map((text) => text.trim());

/** @param {Page} page */
const words = (page) => page.locator('.history').innerText();

/** @param {Page} page @param {RegExp} expected */
const tells = (page, expected) => eventually(() => words(page), (text) => expected.test(text));

describe('with JavaScript off', () => {
  test('a corrected story leads to what was corrected, when, and in which words', async () => {
    const { feed, number, address } = await correctedStory();
    const page = await openPage(browser, feed.url, { javaScriptEnabled: false });
    await story(page, number).getByRole('link', { name: /^Corrected \d\d:\d\d/ }).click();
    await page.waitForURL(`${address}#history`);
    const [newest, first] = await page.locator('.revision').all();
    assert.match((await newest?.innerText()) ?? '', /^Corrected \d\d:\d\d UTC\s+It is Friday\./);
    assert.deepEqual(await marked(newest, 'del'), ['[removed: Thursday]', '[removed: Thursday]']);
    assert.deepEqual(await marked(newest, 'ins'), ['[added: Friday]', '[added: Friday]']);
    assert.match((await newest?.innerText()) ?? '', /2 paragraphs unchanged/);
    assert.match((await first?.innerText()) ?? '', /^Published \d\d:\d\d UTC\s+Talks begin on Thursday\s+Kim Min-ji[^]*Nobody expects/);
  });

  test('a mended typing error is told quietly: its words unfold on demand', async () => {
    const { feed, number, address } = await correctedStory();
    await feed.do('refile', `${number}`, '--headline', 'Talks begin at Friday');
    await feed.served();
    const page = await openPage(browser, address, { javaScriptEnabled: false });
    const quiet = page.locator('.revision[data-op="refile"]');
    assert.match(await quiet.innerText(), /^Typing error mended \d\d:\d\d UTC$/);
    await quiet.locator('summary').click();
    assert.deepEqual(await marked(quiet, 'ins'), ['[added: at]']);
  });

  test('of a withdrawn story there is no history, at the same address', async () => {
    const { feed, number, address } = await correctedStory();
    await feed.do('kill', `${number}`, '--yes', '--note', 'It was forged.');
    await feed.served();
    const page = await newPage(browser, { javaScriptEnabled: false });
    assert.equal((await page.goto(address))?.status(), 410);
    assert.match(await page.locator('main').innerText(), /withdrawn[^]*It was forged\./);
    assert.doesNotMatch(await page.content(), /Talks|delegations/);
  });
});

describe('an open history', () => {
  test('grows with the next correction, on two pages', async () => {
    const { feed, number, address } = await correctedStory();
    const pages = await Promise.all([openPage(browser, address), openPage(browser, address)]);
    await feed.do('correct', `${number}`, '--headline', 'Talks begin on Sunday', '--note', 'Sunday, really.');
    for (const page of pages) {
      await tells(page, /Sunday, really\.[^]*It is Friday\./);
      assert.deepEqual(await marked(page.locator('.revision').first(), 'ins'), ['[added: Sunday]']);
      assert.match(await story(page, number).innerText(), /Talks begin on Sunday/);
      assert.deepEqual(await barriers(page), []);
    }
  });

  test('loses what a redaction took out, and says that it did', async () => {
    const { feed, number, address } = await correctedStory();
    const page = await openPage(browser, address);
    const options = ['--headline', 'Talks begin', '--body', 'Soon.', '--note', 'For legal reasons.', '--redact'];
    await feed.do('correct', `${number}`, ...options);
    await tells(page, /For legal reasons\.[^]*withdrawn for good/);
    assert.doesNotMatch(await page.content(), /delegations|Thursday/);
    await feed.do('kill', `${number}`, '--yes');
    await eventually(() => page.locator('.history').isVisible(), false);
    assert.match(await story(page, number).innerText(), /withdrawn/);
    assert.doesNotMatch(await page.content(), /Talks begin|Soon\./);
  });

  test('gives the focus to its story when it is renewed', async () => {
    const { feed, number, address } = await correctedStory();
    await feed.do('refile', `${number}`, '--headline', 'Talks begin at Friday');
    await feed.served();
    const page = await openPage(browser, address);
    await page.locator('summary').focus();
    await feed.do('update', `${number}`, '--body', 'More is known.');
    await tells(page, /Updated/);
    assert.equal(await page.evaluate(() => document.activeElement?.id), `story-${number}`);
  });
});

test('a history has no barriers and no sideways scrolling, in any language', async () => {
  const feed = await newsroom.feed();
  const number = await feed.push('تبدأ المحادثات يوم الخميس', '--language', 'ar', '--body', `${'طويل'.repeat(80)}\n\nThursday`);
  await feed.do('correct', `${number}`, '--headline', 'تبدأ المحادثات يوم الجمعة', '--body', 'Friday', '--note', 'الجمعة');
  await feed.served();
  for (const options of [{ viewport: { width: 320, height: 640 } }, { colorScheme: /** @type {const} */ ('dark') }]) {
    const page = await newPage(browser, options);
    await page.goto(`${feed.storyUrl(number)}/revisions`);
    await status(page, 'Live');
    assert.deepEqual(await barriers(page), []);
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
    assert.equal(await page.locator('.change-headline').first().evaluate((line) => getComputedStyle(line).direction), 'rtl');
  }
});
