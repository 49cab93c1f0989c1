/** A feed in the pages of another site, by its element and by an iframe: without JavaScript first. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';

import { Newsroom } from './newsroom.js';
import { OtherSite } from './other_site.js';
import { barriers, eventually, newPage, numbers, openBrowser, openPage, status, story } from './reader.js';

/** @import { Browser, Page } from 'playwright-core' */
/** @import { Feed } from './newsroom.js' */

/** @type {Newsroom} */
let newsroom;
/** @type {OtherSite} */
let site;
/** @type {Browser} */
let browser;
before(async () => {
  site = await OtherSite.open();
  [newsroom, browser] = await Promise.all([Newsroom.open({ environment: { LIVEFEED_ORIGINS: site.origin } }), openBrowser()]);
});
after(() => Promise.all([newsroom.close(), site.close(), browser.close()]));

const DOC = readFileSync(new URL('../../../docs/embedding.md', import.meta.url), 'utf8');
const FALLBACK = 'The latest from Annapolis';

/** @param {Feed} feed */
function element({ name, url }) {
  const script = `<script type="module" src="${newsroom.url('/embed.js')}"></script>`;
  return `${script}<live-feed feed="${name}"><a href="${url}">${FALLBACK}</a></live-feed>`;
}

/** @param {Feed} feed */
function frame({ name }) {
  return `<iframe src="${newsroom.url(`/feeds/${name}/embed`)}" title="Live news" width="400" height="500"></iframe>`;
}

/** The least that another site can allow. */
function strict() {
  const ours = newsroom.url('');
  const connections = `connect-src ${ours} ${ours.replace('http', 'ws')}`;
  return `script-src ${ours}; ${connections}; frame-src ${ours}; trusted-types livefeed`;
}

/** @param {string} within the page's <main> @param {{style?: string, policy?: string}} [page] */
function put(within, { style = '', policy = strict() } = {}) {
  const body = `<main><h1>Talks in Annapolis</h1><p class="own">Our own words.</p>${within}</main>`;
  return site.page({ body, style, policy });
}

/** @param {Feed} feed @param {string} [style] */
async function openElement(feed, style = '') {
  return openPage(browser, put(element(feed), { style }));
}

/**
 * The code of that language in the documentation, for this newsroom and feed.
 * @param {string} language
 * @param {Feed} feed
 */
function documented(language, feed) {
  const blocks = DOC.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'));
  const code = [...blocks].map(([, text]) => text).join('');
  assert.ok(code, language);
  return code
    .replaceAll('https://feed.example', newsroom.url(''))
    .replaceAll('wss://feed.example', newsroom.url('').replace('http', 'ws'))
    .replaceAll('feeds/news', `feeds/${feed.name}`)
    .replaceAll('"news"', `"${feed.name}"`);
}

/** @param {Page} page the colour, the font and the size of a headline */
function look(page) {
  return page
    .locator('.headline')
    .first()
    .evaluate((headline) => {
      const { color, fontFamily, fontSize, letterSpacing, textAlign, display } = getComputedStyle(headline);
      return { color, fontFamily, fontSize, letterSpacing, textAlign, display };
    });
}

/** Waits until the element says something of itself. @param {Page} page @param {RegExp} words */
async function told(page, words) {
  await eventually(
    () => page.locator('live-feed').evaluate((live) => live.shadowRoot?.textContent ?? ''),
    (text) => words.test(text),
  );
}

describe('with JavaScript off', () => {
  const options = { javaScriptEnabled: false };

  test('the element shows what stands within it', async () => {
    const feed = await newsroom.feed();
    const page = await openPage(browser, put(element(feed)), options);
    assert.ok(await page.getByRole('link', { name: FALLBACK }).isVisible());
  });

  test('an iframe has the stories, without a masthead, and its links open in its place in the window', async () => {
    const feed = await newsroom.feed();
    const number = await feed.push('Talks begin');
    await feed.served();
    const page = await openPage(browser, put(frame(feed)), options);
    const framed = page.frameLocator('iframe');
    assert.match(await framed.locator('main').innerText(), /Reload for newer stories\s+Live News Feed[^]*Talks begin/);
    assert.equal(await framed.locator('.masthead, .skip, button:visible').count(), 0);
    await framed.getByRole('link', { name: 'Talks begin' }).click();
    await page.waitForURL(feed.storyUrl(number));
  });
});

describe('the element', () => {
  test('is live with the feed\'s own page: stories, corrections, kills and likes', async () => {
    const feed = await newsroom.feed();
    const first = await feed.push('Talks begin');
    await feed.served();
    const [page, own] = await Promise.all([openElement(feed), openPage(browser, feed.url)]);
    const second = await feed.push('A forged report');
    for (const each of [page, own]) await eventually(() => numbers(each), [second, first]);
    await feed.do('correct', `${first}`, '--headline', 'Talks begin at noon', '--note', 'It was noon.');
    await feed.do('kill', `${second}`, '--yes');
    await story(page, first).getByRole('link', { name: 'Talks begin at noon' }).waitFor();
    await story(page, second).getByText('withdrawn').waitFor();
    assert.doesNotMatch(await page.locator('live-feed .embedded').innerHTML(), /forged/);
    await story(page, first).getByRole('button', { name: 'Like' }).click();
    await story(own, first).getByText('1 reader likes this').waitFor();
    await feed.do('feed', 'end', feed.name);
    await status(page, 'Ended');
    assert.equal(await page.title(), 'Another site');
  });

  test('asks the policy of the other page for nothing more', async () => {
    const feed = await newsroom.feed();
    const number = await feed.push('Talks begin');
    await feed.served();
    const page = await newPage(browser);
    const refused = /** @type {string[]} */ ([]);
    page.on('console', (message) => message.text().includes('Content Security Policy') && refused.push(message.text()));
    await page.goto(put(element(feed)));
    await status(page, 'Live');
    await story(page, number).getByRole('button', { name: 'Like' }).click();
    await story(page, number).getByText('1 reader likes this').waitFor();
    assert.deepEqual(refused, []);
  });

  test('leads to the feed\'s site by every link, also of stories that come later', async () => {
    const feed = await newsroom.feed();
    const all = await feed.pushMany(60, 'Short.');
    await feed.served();
    const page = await openElement(feed);
    const last = await feed.push('The next', '--also-read', `${all[3]}`);
    await story(page, last).waitFor();
    const addresses = await page
      .locator('live-feed section a')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
    assert.deepEqual(addresses.filter((address) => !address.startsWith(`${feed.url}`)), []);
    await page.getByRole('link', { name: 'Older stories' }).click();
    await eventually(() => numbers(page), [last, ...all.toReversed()]);
    const link = page.getByRole('link', { name: 'Story 1', exact: true });
    assert.equal(await link.getAttribute('href'), feed.storyUrl(all[0] ?? 0));
  });

  test('tells of a new story above, and leads to it', async () => {
    const feed = await newsroom.feed();
    await feed.pushMany(20);
    await feed.served();
    const page = await openElement(feed);
    await page.locator('.stories > article').nth(10).scrollIntoViewIfNeeded();
    const number = await feed.push('The next');
    await page.getByRole('button', { name: '1 new story' }).click();
    await eventually(() => story(page, number).evaluate((article) => {
      const { top } = article.getBoundingClientRect();
      const root = article.getRootNode();
      return top >= 0 && top < innerHeight / 2 && root instanceof ShadowRoot && root.activeElement === article;
    }), true);
    await eventually(() => page.locator('.announcer').innerText(), 'New story: The next');
  });

  test('keeps the focus where it was when a story is replaced', async () => {
    const feed = await newsroom.feed();
    const number = await feed.push('Talks begin');
    await feed.served();
    const page = await openElement(feed);
    await story(page, number).focus();
    await feed.do('correct', `${number}`, '--headline', 'Talks begin at noon', '--note', 'It was noon.');
    await story(page, number).getByRole('link', { name: 'Talks begin at noon' }).waitFor();
    assert.ok(await story(page, number).evaluate((article) => {
      const root = article.getRootNode();
      return root instanceof ShadowRoot && root.activeElement === article;
    }));
  });

  test('leaves a story alone in which text is selected', async () => {
    const feed = await newsroom.feed();
    const number = await feed.push('Talks begin');
    await feed.served();
    const page = await openElement(feed);
    await story(page, number).locator('.body p').click({ clickCount: 3 });
    await feed.do('correct', `${number}`, '--headline', 'Talks begin at noon', '--note', 'It was noon.');
    await page.locator('.news-above-button').waitFor();
    assert.equal(await story(page, number).getByRole('link', { name: 'Talks begin', exact: true }).count(), 1);
    await page.locator('.own').click();
    await story(page, number).getByRole('link', { name: 'Talks begin at noon' }).waitFor();
  });

  test('looks the same whatever the styles of the other page, which keeps its own', async () => {
    const feed = await newsroom.feed();
    await feed.push('Talks begin');
    await feed.served();
    const plain = await openElement(feed);
    const loud = await openElement(
      feed,
      `html { font-size: 62.5%; text-align: center; text-transform: uppercase }
       * { color: lime; letter-spacing: 3px; line-height: 3; font-family: fantasy }
       h2, article, .story, .headline { display: none !important }
       :root { --ink: lime; --serif: fantasy }`,
    );
    assert.deepEqual(await look(loud), await look(plain));
    const own = await loud.locator('.own').evaluate((paragraph) => {
      const { color, fontFamily, marginTop } = getComputedStyle(paragraph);
      return { color, fontFamily, marginTop };
    });
    assert.deepEqual(own, { color: 'rgb(0, 255, 0)', fontFamily: 'fantasy', marginTop: '10px' });
  });

  test('takes colours, fonts and its size of text from the page that names them', async () => {
    const feed = await newsroom.feed();
    await feed.push('Talks begin');
    await feed.served();
    const plain = await openElement(feed);
    const page = await openElement(
      feed,
      `live-feed { --livefeed-ink: rgb(0, 0, 200); --livefeed-heading-font: fantasy; font-size: 8px }`,
    );
    const { color, fontFamily, fontSize } = await look(page);
    assert.deepEqual([color, fontFamily], ['rgb(0, 0, 200)', 'fantasy']);
    assert.equal(parseFloat(fontSize), parseFloat((await look(plain)).fontSize) / 2);
  });

  test('is dark only in a page that can be', async () => {
    const feed = await newsroom.feed();
    const paper = async (/** @type {string} */ style) => {
      const page = await openPage(browser, put(element(feed), { style }), { colorScheme: 'dark' });
      return page.locator('live-feed .embedded').evaluate((section) => getComputedStyle(section).backgroundColor);
    };
    assert.equal(await paper(''), 'rgb(253, 252, 249)');
    assert.equal(await paper(':root { color-scheme: light dark }'), 'rgb(20, 19, 17)');
  });

  test('lays itself out by its own width, and never wider', async () => {
    const feed = await newsroom.feed();
    const number = await feed.push('Donaudampfschifffahrtsgesellschaft'.repeat(8));
    await feed.served();
    const page = await openElement(feed, 'live-feed { width: 300px }');
    const box = await story(page, number).evaluate((article) => getComputedStyle(article).display);
    assert.equal(box, 'block');
    const wider = await page.locator('live-feed').evaluate((live) => live.scrollWidth - live.clientWidth);
    assert.ok(wider <= 0, `${wider} pixels too wide`);
    await page.locator('live-feed').evaluate((live) => live.style.setProperty('width', '1100px'));
    await eventually(() => story(page, number).evaluate((article) => getComputedStyle(article).display), 'grid');
  });

  test('stands on a page several times, each with a feed of its own', async () => {
    const [one, other] = [await newsroom.feed(), await newsroom.feed('--title', 'Another feed')];
    const [first, second] = [await one.push('Of the one'), await other.push('Of the other')];
    await Promise.all([one.served(), other.served()]);
    const page = await newPage(browser);
    await page.goto(put(element(one) + element(other)));
    const [left, right] = [page.locator('live-feed').nth(0), page.locator('live-feed').nth(1)];
    await left.getByText('Of the one', { exact: true }).waitFor();
    await right.getByText('Of the other', { exact: true }).waitFor();
    assert.equal(first, second);
    await right.locator('.status[data-status="live"]').waitFor();
    await right.getByRole('button', { name: 'Like' }).click();
    await right.getByText('1 reader likes this').waitFor();
    assert.equal(await left.getByText('1 reader likes this').count(), 0);
    assert.deepEqual(await barriers(page), []);
  });

  test('that is taken away says nothing to the server, and goes on where it was when it is put back', async () => {
    const feed = await newsroom.feed();
    const first = await feed.push('Talks begin');
    await feed.served();
    const page = await newPage(browser);
    /** @type {string[]} */
    const sockets = [];
    page.on('websocket', (socket) => {
      sockets.push('open');
      socket.on('close', () => sockets.push('closed'));
    });
    await page.goto(put(element(feed)));
    await status(page, 'Live');
    const live = await page.locator('live-feed').elementHandle();
    await live?.evaluate((node) => node.remove());
    await eventually(() => sockets, ['open', 'closed']);
    const second = await feed.push('The next');
    await live?.evaluate((node) => document.querySelector('main')?.append(node));
    await eventually(() => numbers(page), [second, first]);
    await status(page, 'Live');
    assert.deepEqual(sockets, ['open', 'closed', 'open']);
  });

  test('shows another feed as soon as it is told to', async () => {
    const [one, other] = [await newsroom.feed(), await newsroom.feed()];
    await one.push('Of the one');
    await other.push('Of the other');
    await Promise.all([one.served(), other.served()]);
    const page = await openElement(one);
    await page.locator('live-feed').evaluate((live, name) => live.setAttribute('feed', name), other.name);
    await page.getByText('Of the other', { exact: true }).waitFor();
    assert.equal(await page.getByText('Of the one', { exact: true }).count(), 0);
    await status(page, 'Live');
  });

  test('says that its server is out of reach, shows what stands within it, and comes when it can', async () => {
    const feed = await newsroom.feed();
    await feed.push('Talks begin');
    await feed.served();
    const page = await newPage(browser);
    await page.goto(put(element(feed)));
    await page.route('**/embed', (route) => route.abort());
    await page.reload();
    await told(page, /its server is out of reach/);
    assert.ok(await page.getByRole('link', { name: FALLBACK }).isVisible());
    assert.deepEqual(await barriers(page), []);
    await page.unroute('**/embed');
    await page.getByText('Talks begin', { exact: true }).waitFor();
    assert.ok(await page.getByRole('link', { name: FALLBACK }).isHidden());
  });

  test('has no barriers, in the light and in the dark', async () => {
    const feed = await newsroom.feed('--section', 'News Update', '--description', 'As it happens.');
    const number = await feed.push('Talks begin', '--urgency', '1', '--key-event', '--by', 'Ada Byron');
    await feed.do('correct', `${number}`, '--note', 'It was noon.', '--headline', 'Talks begin at noon');
    await feed.served();
    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      const address = put(element(feed), { style: ':root { color-scheme: light dark }' });
      const page = await openPage(browser, address, { colorScheme });
      assert.deepEqual(await barriers(page), [], colorScheme);
    }
  });
});

describe('an iframe', () => {
  test('is live, leads out of itself, and has no barriers', async () => {
    const feed = await newsroom.feed();
    await feed.served();
    const page = await newPage(browser);
    await page.goto(put(frame(feed)));
    const framed = page.frameLocator('iframe');
    await framed.locator('.status[data-status="live"]').waitFor();
    const number = await feed.push('Talks begin');
    const link = framed.getByRole('link', { name: 'Talks begin' });
    await link.waitFor();
    const inside = page.frames()[1];
    assert.ok(inside);
    assert.deepEqual(await barriers(page), []);
    assert.deepEqual(await barriers(inside), []);
    await link.click();
    await page.waitForURL(feed.storyUrl(number));
  });

  test('is as large as the other page has it', async () => {
    const feed = await newsroom.feed();
    const number = await feed.push('Donaudampfschifffahrtsgesellschaft'.repeat(8));
    await feed.pushMany(5);
    await feed.served();
    const page = await newPage(browser);
    await page.goto(put(frame(feed)));
    const inside = page.frames()[1];
    await inside?.locator('.status[data-status="live"]').waitFor();
    for (const [width, height] of [[280, 200], [1000, 900]]) {
      await page.locator('iframe').evaluate((each, size) => Object.assign(each, size), { width: `${width}`, height: `${height}` });
      await eventually(() => inside?.evaluate(() => [innerWidth, document.documentElement.scrollWidth]), [width, width]);
    }
    await page.goto(newsroom.url(`/feeds/${feed.name}/embed#story-${number}`));
    assert.ok(await story(page, number).evaluate((article) => article.matches(':target')));
  });
});

test('the examples of the documentation work together', async () => {
  const feed = await newsroom.feed();
  await feed.pushMany(9);
  await feed.push('Talks begin');
  await feed.served();
  const [style, body, policy] = ['css', 'html', 'http'].map((language) => documented(language, feed));
  const page = await newPage(browser);
  await page.goto(put(`${body}`, { style: `${style}`, policy: `${policy?.split(': ')[1]?.trim()}; frame-src ${newsroom.url('')}` }));
  await page.locator('live-feed').getByText('Talks begin', { exact: true }).waitFor();
  await page.locator('live-feed .status[data-status="live"]').waitFor();
  await page.frameLocator('iframe').locator('.status[data-status="live"]').waitFor();
  const height = await page.locator('live-feed').evaluate((live) => live.clientHeight);
  assert.equal(height, 40 * 16);
});

describe('a site that is not allowed', () => {
  /** The same page under an origin that the setting does not name. @param {string} within */
  const elsewhere = (within) => put(within).replace(site.origin, site.otherOrigin);

  test('has the element say so, above what stands within it', async () => {
    const feed = await newsroom.feed();
    const page = await newPage(browser);
    await page.goto(elsewhere(element(feed)));
    await told(page, /this site may not show it/);
    assert.ok(await page.getByRole('link', { name: FALLBACK }).isVisible());
    assert.deepEqual(await barriers(page), []);
  });

  test('has nothing in its iframe', async () => {
    const feed = await newsroom.feed();
    await feed.push('Talks begin');
    await feed.served();
    const page = await newPage(browser);
    const refused = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'));
    await page.goto(elsewhere(frame(feed)));
    await refused;
    assert.equal(await page.frameLocator('iframe').getByText('Talks begin').count(), 0);
  });

  test('can read no address of the server, and one that is allowed can', async () => {
    const feed = await newsroom.feed();
    const addresses = [feed.url, `${feed.url}/stories`, `${feed.url}/embed`, newsroom.url('/static/main.js')];
    const read = async (/** @type {string} */ address) => {
      const page = await newPage(browser);
      await page.goto(address);
      return page.evaluate(
        (all) => Promise.all(all.map((each) => fetch(each).then(({ status: code }) => code, () => 'refused'))),
        addresses,
      );
    };
    assert.deepEqual(await read(elsewhere('')), addresses.map(() => 'refused'));
    assert.deepEqual(await read(put('')), addresses.map(() => 200));
  });
});
