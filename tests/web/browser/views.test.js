/** Newest or oldest first, key events alone, the summary and the pinned stories: served and live. */

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

/** A feed of four stories, of which the second and the last are key events. */
async function feedOfFour() {
  const feed = await newsroom.feed();
  const all = [
    await feed.push('Doors open'),
    await feed.push('Talks begin', '--key-event'),
    await feed.push('A coffee break'),
    await feed.push('Talks end', '--key-event'),
  ];
  await feed.served();
  return { feed, all: /** @type {[number, number, number, number]} */ (all) };
}

/** The number of the story in the summary's box. @param {Page} page */
const boxed = (page) => page.locator('.summary > article').evaluateAll((all) => all.map((each) => Number(each.dataset['number'])));

/** @param {Page} page */
const keyEvents = (page) => page.locator('.key-events li a').allTextContents();

/** @param {Page} page @param {string} name */
const choose = (page, name) => page.getByRole('link', { name, exact: true }).click();

/** Whether the page is the one that was opened, and no new document. @param {Page} page */
async function marked(page) {
  await page.evaluate(() => Reflect.set(window, 'isSame', true));
  return () => page.evaluate(() => Reflect.get(window, 'isSame') === true);
}

describe('with JavaScript off', () => {
  const options = { javaScriptEnabled: false };

  test('each view is a link away, and says which it is', async () => {
    const { feed, all } = await feedOfFour();
    const page = await openPage(browser, feed.url, options);
    assert.deepEqual(await numbers(page), all.toReversed());
    await choose(page, 'Oldest first');
    await eventually(() => numbers(page), all);
    await choose(page, 'Key events only');
    await eventually(() => numbers(page), [all[1], all[3]]);
    assert.deepEqual(await page.locator('.views [aria-current="true"]').allInnerTexts(), ['Oldest first', 'Key events only']);
    await choose(page, 'Newest first');
    await eventually(() => numbers(page), [all[3], all[1]]);
    await choose(page, 'All stories');
    await eventually(() => numbers(page), all.toReversed());
  });

  test('a feed that has ended opens with its oldest story, and leads on to newer ones', async () => {
    const feed = await newsroom.feed();
    const all = await feed.pushMany(60, 'Short.');
    await feed.do('feed', 'end', feed.name);
    await feed.served();
    const page = await openPage(browser, feed.url, options);
    assert.deepEqual(await numbers(page), all.slice(0, 50));
    await page.getByRole('link', { name: 'Newer stories' }).click();
    await eventually(() => numbers(page), all.slice(50));
    await page.getByRole('link', { name: 'Older stories' }).click();
    await eventually(() => numbers(page), all.slice(0, 50));
    await choose(page, 'Newest first');
    await eventually(() => numbers(page), all.toReversed().slice(0, 50));
  });

  test('a key event is jumped to on the page, and beyond it is a page away', async () => {
    const feed = await newsroom.feed();
    const far = await feed.push('Long ago', '--key-event');
    await feed.pushMany(50, 'Short.');
    const near = await feed.push('Just now', '--key-event');
    await feed.served();
    const page = await openPage(browser, feed.url, options);
    assert.deepEqual(await keyEvents(page), ['Just now', 'Long ago']);
    await page.locator('.key-events summary').click();
    assert.match(await page.locator('.key-events li').first().innerText(), /^\d\d:\d\d UTC\s+Just now$/);
    await page.locator('.key-events').getByRole('link', { name: 'Just now' }).click();
    assert.match(page.url(), new RegExp(`#story-${near}$`));
    await page.locator('.key-events').getByRole('link', { name: 'Long ago' }).click();
    await page.waitForURL(feed.storyUrl(far));
  });

  test('the newest summary stands in its box above all, the one before in its place', async () => {
    const feed = await newsroom.feed();
    const first = await feed.push('What we know by noon', '--summary');
    const second = await feed.push('What we know by one', '--summary');
    const third = await feed.push('Another');
    await feed.do('pin', `${first}`);
    await feed.served();
    const page = await openPage(browser, feed.url, options);
    assert.deepEqual([await boxed(page), await numbers(page)], [[second], [first, third]]);
    assert.match(await page.getByRole('region', { name: 'What we know' }).innerText(), /What we know by one/);
  });
});

describe('a view', () => {
  test('is shown in place, remembered in this browser, and live', async () => {
    const { feed, all } = await feedOfFour();
    const page = await openPage(browser, feed.url);
    const isSame = await marked(page);
    await choose(page, 'Oldest first');
    await eventually(() => numbers(page), all);
    const next = await feed.push('At the end');
    await eventually(() => numbers(page), [...all, next]);
    await choose(page, 'Key events only');
    await eventually(() => numbers(page), [all[1], all[3]]);
    assert.ok(await isSame());
    assert.deepEqual(await page.locator('.views [aria-current="true"]').allInnerTexts(), ['Oldest first', 'Key events only']);
    assert.match(page.url(), /order=oldest&key=1$/);
    assert.deepEqual(await barriers(page), []);
    const other = await page.context().newPage();
    await other.goto(feed.url);
    await eventually(() => numbers(other), [all[1], all[3]]);
    await other.goto(`${feed.url}?order=newest`);
    assert.equal((await numbers(other)).length, 5);
  });

  test('of key events takes in what becomes one, and nothing else', async () => {
    const { feed, all } = await feedOfFour();
    const pages = await Promise.all([0, 1].map(() => newPage(browser)));
    for (const page of pages) {
      await page.goto(`${feed.url}?key=1`);
      await status(page, 'Live');
    }
    await feed.push('Not one of them');
    const next = await feed.push('A signature', '--key-event');
    await feed.do('update', `${all[2]}`, '--key-event');
    await feed.do('update', `${all[1]}`, '--no-key-event');
    for (const page of pages) await eventually(() => numbers(page), [next, all[3], all[2]]);
    await feed.do('kill', `${all[3]}`, '--yes');
    for (const page of pages) {
      await eventually(
        () => story(page, all[3]).innerText(),
        (text) => text.includes('withdrawn'),
      );
      assert.doesNotMatch(await page.content(), /Talks end/);
    }
  });

  test('is the one that its link names, also when the feed has ended meanwhile', async () => {
    const { feed, all } = await feedOfFour();
    const page = await openPage(browser, feed.url);
    await choose(page, 'Oldest first');
    await eventually(() => numbers(page), all);
    await feed.do('feed', 'end', feed.name);
    await status(page, 'Ended');
    await choose(page, 'Newest first');
    await eventually(() => numbers(page), all.toReversed());
  });

  test('that cannot be had in place is gone to', async () => {
    const { feed, all } = await feedOfFour();
    const page = await openPage(browser, feed.url);
    let fetches = 0;
    await page.route('**/*order=oldest', (route) => {
      if (route.request().resourceType() !== 'fetch') return route.continue();
      fetches += 1;
      return route.abort();
    });
    await choose(page, 'Oldest first');
    await page.waitForURL(/order=oldest/);
    await eventually(() => numbers(page), all);
    assert.equal(fetches, 1);
  });

  test('takes the focus of nobody who chose it', async () => {
    const { feed, all } = await feedOfFour();
    const page = await openPage(browser, feed.url);
    await page.getByRole('link', { name: 'Oldest first' }).focus();
    await page.keyboard.press('Enter');
    await eventually(() => numbers(page), all);
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Oldest first');
  });
});

describe('the summary', () => {
  test('is replaced by the next one, corrected where it stands, and withdrawn like any other', async () => {
    const feed = await newsroom.feed();
    const plain = await feed.push('Plain');
    await feed.served();
    const pages = await Promise.all([openPage(browser, feed.url), openPage(browser, feed.url)]);
    for (const page of pages) assert.ok(await page.locator('.summary').isHidden());
    const first = await feed.push('Known by noon', '--summary');
    for (const page of pages) {
      await eventually(() => boxed(page), [first]);
      assert.deepEqual(await numbers(page), [plain]);
      assert.deepEqual(await barriers(page), []);
    }
    const second = await feed.push('Known by one', '--summary');
    await feed.do('correct', `${second}`, '--headline', 'Known by two', '--note', 'The hour.');
    for (const page of pages) {
      await eventually(
        () => page.locator('.summary').innerText(),
        (text) => /Known by two\s+Corrected \d\d:\d\d UTC The hour\./.test(text),
      );
      assert.deepEqual([await boxed(page), await numbers(page)], [[second], [first, plain]]);
    }
    await feed.do('kill', `${second}`, '--yes');
    for (const page of pages) {
      await eventually(() => boxed(page), [first]);
      assert.deepEqual(await numbers(page), [second, plain]);
      assert.match(await story(page, second).innerText(), /withdrawn/);
    }
    await feed.do('update', `${first}`, '--no-summary');
    for (const page of pages) {
      await eventually(() => numbers(page), [second, first, plain]);
      assert.ok(await page.locator('.summary').isHidden());
    }
  });

  test('gives way once a paused page goes on', async () => {
    const feed = await newsroom.feed();
    const first = await feed.push('Known by noon', '--summary');
    await feed.served();
    const page = await openPage(browser, feed.url);
    await page.getByRole('button', { name: 'Pause' }).click();
    const second = await feed.push('Known by one', '--summary');
    await page.getByRole('button', { name: '1 new story' }).waitFor();
    assert.deepEqual([await boxed(page), await numbers(page)], [[first], []]);
    await page.getByRole('button', { name: 'Resume' }).click();
    await eventually(() => boxed(page), [second]);
    await eventually(() => numbers(page), [first]);
  });

  test('that the page has never had is brought when it stands in the box again', async () => {
    const feed = await newsroom.feed();
    const old = await feed.push('Known last week', '--summary');
    await feed.pushMany(55, 'Short.');
    const now = await feed.push('Known by now', '--summary');
    await feed.served();
    const page = await openPage(browser, feed.url);
    await feed.do('kill', `${now}`, '--yes');
    await eventually(() => boxed(page), [old]);
    assert.match(await page.locator('.summary').innerText(), /Known last week/);
  });

  test('keeps the focus on its way into the box and back', async () => {
    const feed = await newsroom.feed();
    const number = await feed.push('Wandering');
    await feed.push('Another');
    await feed.served();
    const page = await openPage(browser, feed.url);
    await story(page, number).focus();
    const isFocused = () => story(page, number).evaluate((article) => article === document.activeElement);
    await feed.do('update', `${number}`, '--summary');
    await eventually(() => boxed(page), [number]);
    assert.ok(await isFocused());
    await feed.do('update', `${number}`, '--no-summary');
    await eventually(() => boxed(page), []);
    assert.ok(await isFocused());
  });
});

describe('the list of key events', () => {
  test('is live', async () => {
    const { feed, all } = await feedOfFour();
    const pages = await Promise.all([openPage(browser, feed.url), openPage(browser, feed.url)]);
    await feed.push('A signature', '--key-event');
    await feed.do('correct', `${all[1]}`, '--headline', 'Talks begin late', '--note', 'An hour.');
    for (const page of pages) await eventually(() => keyEvents(page), ['A signature', 'Talks end', 'Talks begin late']);
    await feed.do('kill', `${all[3]}`, '--yes');
    for (const page of pages) await eventually(() => keyEvents(page), ['A signature', 'Talks begin late']);
    assert.deepEqual(await barriers(pages[0]), []);
  });

  test('waits while the page is paused, but for a withdrawal', async () => {
    const { feed, all } = await feedOfFour();
    const page = await openPage(browser, feed.url);
    await page.getByRole('button', { name: 'Pause' }).click();
    await feed.push('A signature', '--key-event');
    await page.getByRole('button', { name: '1 new story' }).waitFor();
    await feed.do('kill', `${all[3]}`, '--yes');
    await eventually(() => keyEvents(page), ['Talks begin']);
    await page.getByRole('button', { name: 'Resume' }).click();
    await eventually(() => keyEvents(page), ['A signature', 'Talks begin']);
  });

  test('appears with the first one', async () => {
    const feed = await newsroom.feed();
    const page = await openPage(browser, feed.url);
    assert.ok(await page.locator('.key-events').isHidden());
    await feed.push('The first', '--key-event');
    await eventually(() => keyEvents(page), ['The first']);
    await page.getByRole('link', { name: 'Key events only' }).waitFor();
  });

  test('leads to a story that is here, and to one that is far', async () => {
    const feed = await newsroom.feed();
    await feed.pushMany(10);
    const far = await feed.push('Long ago', '--key-event');
    await feed.pushMany(60, 'Short.');
    const near = await feed.push('Just now', '--key-event');
    await feed.pushMany(3);
    await feed.served();
    const page = await openPage(browser, feed.url, { reducedMotion: 'reduce' });
    const isSame = await marked(page);
    await page.locator('.key-events summary').click();
    for (const number of [near, far]) {
      await page.locator(`.key-events li[data-number="${number}"] a`).click();
      await eventually(() => page.evaluate(() => document.activeElement?.id), `story-${number}`);
      await eventually(
        () => story(page, number).evaluate((article) => article.getBoundingClientRect().top),
        (top) => top > 0 && top < 200,
      );
    }
    assert.ok(await isSame());
  });
});

describe('pinned stories', () => {
  test('may be all of the newest: the older ones are still a link away, and more come', async () => {
    const feed = await newsroom.feed();
    const all = await feed.pushMany(55, 'Short.');
    const newest = all.slice(5);
    for (const number of newest) await feed.do('pin', `${number}`);
    await feed.served();
    const still = await openPage(browser, feed.url, { javaScriptEnabled: false });
    assert.deepEqual(await numbers(still), newest.toReversed());
    await still.getByRole('link', { name: 'Older stories' }).click();
    await eventually(() => numbers(still), all.slice(0, 5).toReversed());
    const page = await openPage(browser, feed.url);
    await page.getByRole('link', { name: 'Older stories' }).click();
    await eventually(() => numbers(page), all.toReversed());
    const next = await feed.push('Below the pinned ones');
    await eventually(() => numbers(page), [...newest.toReversed(), next, ...all.slice(0, 5).toReversed()]);
  });

  test('that go to where the page does not reach leave the focus to the next one', async () => {
    const feed = await newsroom.feed();
    const all = await feed.pushMany(55, 'Short.');
    const [oldest] = /** @type {[number]} */ (all.slice(0, 1));
    await feed.do('pin', `${oldest}`);
    await feed.served();
    const page = await openPage(browser, feed.url);
    await story(page, oldest).focus();
    await feed.do('unpin', `${oldest}`);
    await story(page, oldest).waitFor({ state: 'detached' });
    assert.equal(await page.evaluate(() => document.activeElement?.id), `story-${all.at(-1)}`);
  });
});
