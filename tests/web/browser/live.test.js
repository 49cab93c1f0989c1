/** What editors do shows at once on every open page; two pages stand for all of them. */

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

/** @param {Page} page @param {number} number @param {RegExp} words */
const says = (page, number, words) =>
  eventually(
    () => story(page, number).innerText(),
    (text) => words.test(text),
  );

/** Keeps every text that the page announces. @param {Page} page @returns {Promise<() => Promise<string[]>>} */
async function listen(page) {
  await page.locator('.announcer').evaluate((region) => {
    /** @type {string[]} */
    const heard = [];
    Reflect.set(window, 'heard', heard);
    new MutationObserver(() => region.textContent && heard.push(region.textContent)).observe(region, { childList: true });
  });
  return () => page.evaluate(() => Reflect.get(window, 'heard'));
}

describe('on two open pages', () => {
  test('a new story stands on top of both, once', async () => {
    const feed = await newsroom.feed();
    const pages = await Promise.all([openPage(browser, feed.url), openPage(browser, feed.url)]);
    const first = await feed.push('The first');
    const second = await feed.push('The second');
    for (const page of pages) {
      await eventually(() => numbers(page), [second, first]);
      assert.match(await story(page, second).innerText(), /The second[^]*The text of “The second”\./);
      assert.ok(await page.locator('.empty').isHidden());
    }
  });

  test('a like of one is counted on the other within seconds, once a browser', async () => {
    const feed = await newsroom.feed();
    const number = await feed.push('Likable');
    await feed.served();
    const [mine, other] = await Promise.all([openPage(browser, feed.url), openPage(browser, feed.url)]);
    await says(mine, number, /Be the first to like this/);
    await story(mine, number).getByRole('button', { name: 'Like' }).click();
    await says(other, number, /1 reader likes this/);
    await story(other, number).getByRole('button', { name: 'Like' }).click();
    await says(mine, number, /2 readers like this/);
    assert.equal(await story(mine, number).locator('.like').getAttribute('aria-pressed'), 'true');
    await mine.reload();
    await says(mine, number, /2 readers like this/);
    const button = story(mine, number).getByRole('button', { name: 'Like', pressed: true });
    await button.click({ force: true });
    const third = await openPage(browser, feed.url);
    await story(third, number).getByRole('button', { name: 'Like' }).click();
    for (const page of [mine, other, third]) await says(page, number, /3 readers like this/);
  });
});

describe('on two pages of one browser', () => {
  test('a like of one is pressed on the other, and is not counted again', async () => {
    const feed = await newsroom.feed();
    const [first, second] = [await feed.push('Likable'), await feed.push('Just as likable')];
    await feed.served();
    const mine = await openPage(browser, feed.url);
    const other = await mine.context().newPage();
    await other.goto(feed.url);
    await status(other, 'Live');
    await story(mine, first).getByRole('button', { name: 'Like' }).click();
    await story(other, first).getByRole('button', { name: 'Like', pressed: true }).waitFor();
    await story(other, first).locator('.like').click({ force: true });
    await story(other, second).getByRole('button', { name: 'Like' }).click();
    await mine.reload();
    for (const page of [mine, other]) {
      for (const number of [first, second]) {
        await story(page, number).getByRole('button', { name: 'Like', pressed: true }).waitFor();
        await says(page, number, /1 reader likes this/);
      }
    }
  });
});

describe('a story on the page', () => {
  /** @param {string[]} options */
  async function openStory(...options) {
    const feed = await newsroom.feed();
    const older = await feed.push('Older');
    const number = await feed.push('Talks begin on Thursday', ...options);
    const newer = await feed.push('Newer');
    await feed.served();
    return { feed, older, number, newer, page: await openPage(browser, feed.url) };
  }

  test('that is corrected is replaced in its place, and says so', async () => {
    const { feed, older, number, newer, page } = await openStory();
    await feed.do('correct', `${number}`, '--headline', 'Talks begin on Friday', '--note', 'It is Friday.');
    await says(page, number, /Talks begin on Friday\s+Corrected \d\d:\d\d UTC It is Friday\./);
    assert.deepEqual(await numbers(page), [newer, number, older]);
    assert.deepEqual(await barriers(page), []);
  });

  test('that is updated or refiled is replaced in its place', async () => {
    const { feed, older, number, newer, page } = await openStory();
    await feed.do('update', `${number}`, '--body', 'More is known.');
    await says(page, number, /Updated \d\d:\d\d UTC[^]*More is known\./);
    await feed.do('refile', `${number}`, '--headline', 'Talks begin');
    await says(page, number, /Talks begin\s/);
    assert.deepEqual(await numbers(page), [newer, number, older]);
  });

  test('that is killed gives way to a line with the note and what stands in its place', async () => {
    const { feed, older, number, newer, page } = await openStory();
    await feed.do('kill', `${number}`, '--yes', '--note', 'It was forged.', '--substitute', `${newer}`);
    await says(page, number, /withdrawn at [^]*It was forged\.\s+In its place: Newer/);
    assert.deepEqual(await numbers(page), [newer, number, older]);
    assert.doesNotMatch(await page.content(), /Talks begin/);
    assert.deepEqual(await barriers(page), []);
  });

  test('that is held gives way to a line, and released it is back in its place', async () => {
    const { feed, older, number, newer, page } = await openStory();
    await feed.do('hold', `${number}`);
    await says(page, number, /while it is being checked/);
    await feed.do('release', `${number}`);
    await says(page, number, /Talks begin on Thursday/);
    assert.deepEqual(await numbers(page), [newer, number, older]);
  });

  test('that is pinned moves to the top, and back to its place', async () => {
    const { feed, older, number, newer, page } = await openStory();
    await feed.do('pin', `${older}`);
    await feed.do('pin', `${number}`);
    await eventually(() => numbers(page), [number, older, newer]);
    await says(page, number, /PINNED/);
    const newest = await feed.push('Below the pinned ones');
    await eventually(() => numbers(page), [number, older, newest, newer]);
    await feed.do('unpin', `${number}`);
    await eventually(() => numbers(page), [older, newest, newer, number]);
    assert.deepEqual(await barriers(page), []);
  });

  test('that links another one shows that as it is now, and no more once it is withdrawn', async () => {
    const { feed, older, page } = await openStory();
    const linking = await feed.push('Linking', '--also-read', `${older}`);
    await says(page, linking, /ALSO READ\s+Older/);
    await feed.do('correct', `${older}`, '--headline', 'Older and wiser', '--note', 'A word.');
    await says(page, linking, /ALSO READ\s+Older and wiser/);
    await feed.do('kill', `${older}`, '--yes');
    await eventually(
      () => story(page, linking).innerText(),
      (text) => !text.includes('ALSO READ'),
    );
    assert.doesNotMatch(await page.content(), /Older and wiser/);
  });

  test('keeps the focus when it is replaced [A19]', async () => {
    const { feed, number, page } = await openStory();
    await story(page, number).getByRole('button', { name: 'Like' }).focus();
    await feed.do('update', `${number}`, '--body', 'More is known.');
    await says(page, number, /More is known/);
    const isFocused = () => story(page, number).locator('.like').evaluate((button) => button === document.activeElement);
    assert.ok(await isFocused());
    await feed.do('pin', `${number}`);
    await says(page, number, /PINNED/);
    assert.ok(await isFocused());
    await feed.do('kill', `${number}`, '--yes');
    await says(page, number, /withdrawn/);
    assert.ok(await story(page, number).evaluate((article) => article === document.activeElement));
  });

  test('that is hostile stays within its article', async () => {
    const { feed, page } = await openStory();
    const evil = '</article></div></main><script>document.title="taken"</script><h1 id="main" style="color:red">Mine</h1>';
    /** @type {string[]} */
    const blocked = [];
    page.on('console', (message) => blocked.push(message.text()));
    const number = await feed.push('Hostile', '--body', evil);
    await says(page, number, /Hostile/);
    assert.equal(await page.locator('main').count(), 1);
    assert.equal(await page.locator('h1').count(), 1);
    assert.equal(await story(page, number).locator('script, [style], [id="main"]').count(), 0);
    assert.notEqual(await page.title(), 'taken');
    assert.deepEqual(blocked, []);
  });
});

describe("the feed's facts", () => {
  test('change on the open page', async () => {
    const feed = await newsroom.feed('--section', 'News Update');
    const page = await openPage(browser, feed.url);
    await feed.do('feed', 'edit', feed.name, '--title', 'The Annapolis talks', '--description', 'Day two.');
    await eventually(() => page.locator('.description').innerText(), 'Day two.');
    assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), 'The Annapolis talks');
    assert.equal(await page.title(), 'The Annapolis talks – News Update');
  });

  test('with the time zone every date on the page changes', async () => {
    const feed = await newsroom.feed();
    const number = await feed.push('Dated');
    await feed.served();
    const page = await openPage(browser, feed.url);
    await says(page, number, /\d\d:\d\d UTC/);
    await feed.do('feed', 'edit', feed.name, '--zone', 'Asia/Seoul');
    await says(page, number, /\d\d:\d\d KST/);
    const next = await feed.push('And on it goes');
    await eventually(() => numbers(page), [next, number]);
    await page.getByText('All times: Asia/Seoul').waitFor();
  });
});

describe('other pages of the feed', () => {
  test('a page of older stories follows what happens to them, and tells of new ones', async () => {
    const feed = await newsroom.feed();
    const all = await feed.pushMany(55, 'Short.');
    await feed.served();
    const page = await newPage(browser);
    await page.goto(`${feed.url}?before=${all[5]}`);
    await status(page, 'Live');
    const [oldest, next] = /** @type {[number, number]} */ ([all[0], all[1]]);
    await feed.do('kill', `${oldest}`, '--yes');
    await says(page, oldest, /withdrawn/);
    await feed.do('pin', `${next}`);
    await eventually(() => numbers(page), [all[4], all[3], all[2], oldest]);
    const number = await feed.push('New');
    await page.getByRole('button', { name: '1 new story' }).click();
    await eventually(() => page.evaluate(() => document.activeElement?.id), `story-${number}`);
    assert.equal((await numbers(page))[0], next);
  });

  test("a story's own page follows that story", async () => {
    const feed = await newsroom.feed();
    const number = await feed.push('Alone');
    await feed.served();
    const page = await openPage(browser, feed.storyUrl(number));
    await feed.push('Another');
    await feed.do('correct', `${number}`, '--headline', 'Alone, corrected', '--note', 'A word.');
    await says(page, number, /Alone, corrected/);
    assert.deepEqual(await numbers(page), [number]);
    await feed.do('kill', `${number}`, '--yes');
    await says(page, number, /withdrawn/);
    assert.doesNotMatch(await page.content(), /Alone/);
  });
});

describe('a reader further down', () => {
  /** @param {import('playwright-core').BrowserContextOptions} [options] */
  async function openDown(options) {
    const feed = await newsroom.feed();
    const all = await feed.pushMany(12);
    await feed.served();
    const page = await openPage(browser, feed.url, options);
    const read = /** @type {number} */ (all[5]);
    await story(page, read).evaluate((article) => article.scrollIntoView());
    return { feed, page, read };
  }

  test('keeps the line that is being read, to the pixel [A22]', async () => {
    const { feed, page, read } = await openDown();
    const place = () => story(page, read).evaluate((article) => article.getBoundingClientRect().top);
    const placeBefore = await place();
    await feed.push('A new one');
    await page.getByRole('button', { name: '1 new story' }).waitFor();
    const moved = (await place()) - placeBefore;
    assert.ok(Math.abs(moved) < 1, `moved by ${moved} pixels`);
  });

  test('keeps it in a story that has only just come, too', async () => {
    const feed = await newsroom.feed();
    await feed.pushMany(12);
    await feed.served();
    const page = await openPage(browser, feed.url);
    const animations = await page.context().newCDPSession(page);
    await animations.send('Animation.enable');
    await animations.send('Animation.setPlaybackRate', { playbackRate: 0.01 });
    const fresh = await feed.push('Read at once', '--body', 'Word after word. '.repeat(200));
    await story(page, fresh).evaluate((article) => {
      article.scrollIntoView();
      scrollBy(0, 100); // out of sight of what stands above
    });
    const place = () => story(page, fresh).evaluate((article) => article.getBoundingClientRect().top);
    const placeBefore = await place();
    await feed.push('The next one');
    await page.getByRole('button', { name: '1 new story' }).waitFor();
    const moved = (await place()) - placeBefore;
    assert.ok(Math.abs(moved) < 1, `moved by ${moved} pixels`);
  });

  test('is told of new stories and led to them', async () => {
    const { feed, page } = await openDown({ reducedMotion: 'reduce' });
    await feed.push('A new one');
    const newest = await feed.push('Another new one');
    const button = page.getByRole('button', { name: '2 new stories' });
    await button.waitFor();
    assert.deepEqual(await barriers(page), []);
    await button.click();
    assert.ok(await story(page, newest).evaluate((article) => article === document.activeElement));
    await eventually(
      () => story(page, newest).evaluate((article) => article.getBoundingClientRect().top),
      (top) => top > 0 && top < 200,
    );
    await button.waitFor({ state: 'hidden' });
  });

  test('is led to a new story that was rendered anew since', async () => {
    const { feed, page } = await openDown({ reducedMotion: 'reduce' });
    const number = await feed.push('A new one');
    const button = page.getByRole('button', { name: '1 new story' });
    await button.waitFor();
    await feed.do('feed', 'edit', feed.name, '--zone', 'Asia/Seoul');
    await says(page, number, /KST/);
    await button.click();
    assert.ok(await story(page, number).evaluate((article) => article === document.activeElement));
  });

  test('is told of one story less when a new one is withdrawn', async () => {
    const { feed, page } = await openDown();
    await feed.push('A new one');
    const wrong = await feed.push('A forged one');
    await page.getByRole('button', { name: '2 new stories' }).waitFor();
    await feed.do('kill', `${wrong}`, '--yes');
    await page.getByRole('button', { name: '1 new story' }).waitFor();
  });

  test('finds nothing left to be told of after scrolling up', async () => {
    const { feed, page } = await openDown();
    await feed.push('A new one');
    const button = page.getByRole('button', { name: '1 new story' });
    await button.waitFor();
    await page.evaluate(() => scrollTo({ top: 0, behavior: 'instant' }));
    await button.waitFor({ state: 'hidden' });
  });

  test('at the top is shown a new story at once, without a button', async () => {
    const feed = await newsroom.feed();
    await feed.pushMany(12);
    await feed.served();
    const page = await openPage(browser, feed.url);
    const number = await feed.push('A new one');
    await story(page, number).waitFor();
    await eventually(
      () => story(page, number).evaluate((article) => article.getBoundingClientRect().top < innerHeight),
      true,
    );
    assert.ok(await page.locator('.news-above-button').isHidden());
  });
});

describe('the highlight of a new story', () => {
  test('fades', async () => {
    const feed = await newsroom.feed();
    const page = await openPage(browser, feed.url);
    const number = await feed.push('Fresh');
    await page.locator(`article.is-fresh[data-number="${number}"]`).waitFor();
    await page.locator(`article.is-fresh[data-number="${number}"]`).waitFor({ state: 'detached' });
    assert.ok(await story(page, number).isVisible());
  });

  test('does not move for those who asked for less motion [A21]', async () => {
    const feed = await newsroom.feed();
    const page = await openPage(browser, feed.url, { reducedMotion: 'reduce' });
    const number = await feed.push('Fresh');
    await page.locator(`article.is-fresh[data-number="${number}"]`).waitFor();
    const running = await page.evaluate(() => document.getAnimations().length);
    assert.equal(running, 0);
  });
});

describe('screen readers', () => {
  test('are told of a new story by its headline', async () => {
    const feed = await newsroom.feed();
    const page = await openPage(browser, feed.url);
    const heard = await listen(page);
    await feed.push('Talks begin');
    await eventually(heard, ['New story: Talks begin']);
  });

  test('are told of many at once in one sentence [A20]', async () => {
    const feed = await newsroom.feed();
    const page = await openPage(browser, feed.url);
    const heard = await listen(page);
    await feed.pushMany(40, 'Short.');
    await eventually(heard, ['40 new stories']);
  });

  test('are told of a correction and a withdrawal, and not of a mended typing error [A20]', async () => {
    const feed = await newsroom.feed();
    const number = await feed.push('Talsk begin');
    await feed.served();
    const page = await openPage(browser, feed.url);
    const heard = await listen(page);
    await feed.do('refile', `${number}`, '--headline', 'Talks begin');
    await feed.do('correct', `${number}`, '--headline', 'Talks begin on Friday', '--note', 'The day.');
    await eventually(heard, ['Corrected: Talks begin on Friday']);
    await feed.do('kill', `${number}`, '--yes');
    await says(page, number, /withdrawn/);
    assert.doesNotMatch(await page.locator('.announcer').innerText(), /Friday/);
    await eventually(heard, ['Corrected: Talks begin on Friday', 'A story was withdrawn']);
  });
});
