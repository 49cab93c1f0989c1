/** A story handed on: what others are told of it, and the button that hands it on. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Newsroom } from './newsroom.js';
import { eventually, newPage, openBrowser, openPage, status, story } from './reader.js';

/** @import { Browser, Page } from 'playwright-core' */

const SITE = 'https://live.example.org';

/** @type {Newsroom} */
let newsroom;
/** @type {Browser} */
let browser;
before(async () => {
  [newsroom, browser] = await Promise.all([Newsroom.open({ environment: { LIVEFEED_SITE: SITE, LIVEFEED_PUBLISHER: 'The Paper' } }), openBrowser()]);
});
after(() => Promise.all([newsroom.close(), browser.close()]));

/** The page's data for search engines, as they would read it. @param {Page} page */
const data = async (page) => JSON.parse(await page.locator('script[type="application/ld+json"]').innerText());

/** @param {Page} page @param {string} property */
const told = (page, property) => page.locator(`meta[property="${property}"]`).getAttribute('content');

describe('with JavaScript off', () => {
  const options = { javaScriptEnabled: false };

  test("a story's page tells those who share it its headline, its picture and its one address", async () => {
    const feed = await newsroom.feed('--section', 'World');
    const number = await feed.pushDocument({
      headlines: [{ value: 'The </script><b>hall' }],
      bodies: [{ contentType: 'text/html', value: '<p>It is <i>full</i>.</p>' }],
      associations: [
        {
          name: 'main',
          uri: 'urn:example:picture',
          type: 'picture',
          title: 'The hall',
          renditions: [{ name: 'm', href: 'http://127.0.0.1:9/hall.jpg', width: 1200, height: 800 }],
        },
      ],
    });
    await feed.served();
    const page = await openPage(browser, feed.storyUrl(number), options);
    const address = `${SITE}/feeds/${feed.name}/stories/${number}`;
    assert.equal(await page.locator('link[rel="canonical"]').getAttribute('href'), address);
    assert.equal(await told(page, 'og:url'), address);
    assert.equal(await told(page, 'og:title'), 'The </script><b>hall');
    assert.equal(await told(page, 'og:description'), 'It is full.');
    assert.equal(await told(page, 'og:image'), 'http://127.0.0.1:9/hall.jpg');
    assert.equal(await told(page, 'og:image:alt'), 'The hall');
    const posting = await data(page);
    assert.equal(posting.headline, 'The </script><b>hall');
    assert.equal(posting.isPartOf['@type'], 'LiveBlogPosting');
  });

  test("a feed's page tells search engines its coverage, its stories and their corrections", async () => {
    const feed = await newsroom.feed('--title', 'Summit');
    const number = await feed.push('Talks begin on Thursday', '--by', 'Kim Min-ji');
    await feed.do('correct', `${number}`, '--headline', 'Talks begin on Friday', '--note', 'It is Friday.');
    await feed.served();
    const page = await openPage(browser, feed.url, options);
    const { liveBlogUpdate, ...blog } = await data(page);
    assert.equal(blog['@type'], 'LiveBlogPosting');
    assert.equal(blog.url, `${SITE}/feeds/${feed.name}`);
    assert.equal(blog.publisher.name, 'The Paper');
    assert.equal(blog.coverageStartTime, liveBlogUpdate[0].datePublished);
    assert.equal(blog.coverageEndTime, undefined);
    assert.deepEqual(liveBlogUpdate[0].author, { '@type': 'Person', name: 'Kim Min-ji' });
    assert.equal(liveBlogUpdate[0].correction[0].text, 'It is Friday.');
    await feed.do('feed', 'end', feed.name);
    await feed.served();
    await page.reload();
    assert.equal((await data(page)).coverageEndTime, liveBlogUpdate[0].dateModified);
  });
});

test('what was told elsewhere is taken from an open page with the first change, for it is of before', async () => {
  const feed = await newsroom.feed();
  const number = await feed.push('Zugspitze');
  await feed.served();
  const page = await openPage(browser, feed.storyUrl(number));
  assert.match(await page.locator('head').innerHTML(), /Zugspitze/);
  await feed.do('kill', `${number}`, '--yes');
  await eventually(() => page.title(), (title) => /^Story withdrawn/.test(title));
  assert.doesNotMatch(await page.locator('head').innerHTML(), /Zugspitze/);
});

describe('the share button', () => {
  test('gives the address to the device, where it takes one', async () => {
    const feed = await newsroom.feed();
    const number = await feed.push('Sharable');
    await feed.served();
    const page = await newPage(browser);
    await page.addInitScript(() => {
      const share = async (/** @type {ShareData} */ given) => void Object.assign(globalThis, { given });
      Object.defineProperty(Navigator.prototype, 'share', { value: share });
    });
    await page.goto(feed.url);
    await status(page, 'Live');
    await story(page, number).getByRole('button', { name: 'Share' }).click();
    const given = await page.evaluate(() => Reflect.get(globalThis, 'given'));
    assert.deepEqual(given, { title: 'Sharable', url: feed.storyUrl(number) });
  });

  test('else copies it, says so, and is itself again once left; also after the story was replaced', async () => {
    const feed = await newsroom.feed();
    const number = await feed.push('Sharable');
    await feed.served();
    const page = await openPage(browser, feed.url, { permissions: ['clipboard-read', 'clipboard-write'] });
    await feed.do('update', `${number}`, '--body', 'More is known.');
    await eventually(() => story(page, number).innerText(), (text) => text.includes('More is known.'));
    const button = story(page, number).locator('.share');
    await button.press('Enter');
    await eventually(() => button.innerText(), 'Link copied');
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), feed.storyUrl(number));
    await button.blur();
    assert.equal(await button.innerText(), 'Share');
  });

  test('hands on the summary too, in its box', async () => {
    const feed = await newsroom.feed();
    const number = await feed.push('What is known', '--summary');
    await feed.served();
    const page = await openPage(browser, feed.url, { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.locator('.summary .share').press('Enter');
    await eventually(() => page.locator('.summary .share').innerText(), 'Link copied');
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), feed.storyUrl(number));
  });
});

test('without a site of its own a server claims no address', async () => {
  const another = await Newsroom.open();
  try {
    const feed = await another.feed();
    const number = await feed.push('Somewhere');
    await feed.served();
    const page = await openPage(browser, feed.storyUrl(number), { javaScriptEnabled: false });
    assert.equal(await page.locator('link[rel="canonical"], meta[property="og:url"]').count(), 0);
    assert.doesNotMatch(JSON.stringify(await data(page)), /127\.0\.0\.1|\/feeds\//);
  } finally {
    await another.close();
  }
});
