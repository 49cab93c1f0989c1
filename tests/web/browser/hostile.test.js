/** What is planted in a feed does nothing: not in a story, and not in whatever else might let it through. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Newsroom } from './newsroom.js';
import { eventually, newPage, numbers, openBrowser, openPage, status, story } from './reader.js';

/** @import { Browser, Page } from 'playwright-core' */

/** @type {Newsroom} */
let newsroom;
/** @type {Browser} */
let browser;
before(async () => {
  [newsroom, browser] = await Promise.all([Newsroom.open(), openBrowser()]);
});
after(() => Promise.all([newsroom.close(), browser.close()]));

/** Everything that a browser can be brought to run. */
const ACTING = [
  `<script>ran('a script')</script><script src="data:text/javascript,ran('a script elsewhere')"></script>`,
  `<img src="/nothing.png" alt="" onerror="ran('an onerror')"><svg onload="ran('an onload')"></svg>`,
  `<iframe srcdoc="<script>parent.ran('a frame')</script>"></iframe><details open ontoggle="ran('a toggle')"></details>`,
  `<p><a href="javascript:ran('a link')">Press here</a></p>`,
].join('');

/** What would get out of its article, over the page, or in the place of the page's own parts. */
const REACHING = [
  '<p id="main">First words.</p></div></div></article></div></main><p>Beyond.</p>',
  '<style>body { display: none }</style><link rel="stylesheet" href="data:text/css,body{display:none}">',
  '<p class="visually-hidden is-withdrawn" style="position: fixed; inset: 0">Over the page.</p>',
  '<form id="words" name="body"><input name="dataset"></form><a name="trustedTypes" id="customElements">Taken</a>',
  '<template><p>Unclosed</p><!-- <p>and commented <textarea>',
].join('');

const PLANTED = {
  headlines: [{ value: `Planted <script>ran('a headline')</script>` }],
  by: `<img src="/nothing.png" onerror="ran('a byline')">`,
  bodies: [{ contentType: 'text/html', value: ACTING + REACHING }],
};

/** A page that keeps what ran. @param {Page} page @returns {Promise<() => Promise<string[]>>} */
async function watch(page) {
  await page.addInitScript(() => {
    /** @type {string[]} */
    const all = [];
    Object.assign(globalThis, { all, ran: (/** @type {string} */ what) => all.push(what) });
  });
  return () => page.evaluate(() => Reflect.get(globalThis, 'all'));
}

/** Presses the planted link, as far as it leads anywhere, and waits for what would have come of it. @param {Page} page */
async function press(page) {
  await page.getByText('Press here').first().click({ noWaitAfter: true });
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
}

describe('a story that was planted in Redis, behind the sanitising', () => {
  test('can be read with JavaScript off, stands in its article, and leaves the page as it is', async () => {
    const feed = await newsroom.feed();
    const older = await feed.push('Before');
    const planted = await feed.plant(PLANTED);
    await feed.served();
    for (const javaScriptEnabled of [false, true]) {
      const page = await openPage(browser, feed.url, { javaScriptEnabled });
      assert.deepEqual(await numbers(page), [planted, older]);
      const told = await story(page, planted).innerText();
      assert.match(told, /Planted <script>[^]*First words\.[^]*Beyond\.[^]*Over the page\./);
      const taken = await story(page, planted)
        .locator('.body :is([id], [name], [class], [style])')
        .evaluateAll((elements) => elements.map((element) => element.outerHTML));
      assert.deepEqual(taken, []);
      const over = await page.getByText('Over the page.').boundingBox();
      const article = await story(page, planted).boundingBox();
      assert.ok(over && article && over.y > article.y && over.y + over.height < article.y + article.height);
      assert.ok(await story(page, older).isVisible());
      const ids = await page.locator('[id]').evaluateAll((elements) => elements.map(({ id }) => id));
      assert.equal(new Set(ids).size, ids.length, `${ids}`);
    }
  });

  test('runs nothing, on a page that was open and on one that is opened, and both stay live', async () => {
    const feed = await newsroom.feed();
    const [open, opened] = [await newPage(browser), await newPage(browser)];
    const whatRan = [await watch(open), await watch(opened)];
    await open.goto(feed.url);
    await status(open, 'Live');
    const planted = await feed.plant(PLANTED);
    await eventually(() => numbers(open), [planted]);
    await opened.goto(feed.url);
    await status(opened, 'Live');
    for (const page of [open, opened]) await press(page);
    const next = await feed.push('The next one');
    for (const page of [open, opened]) await eventually(() => numbers(page), [next, planted]);
    for (const ran of whatRan) assert.deepEqual(await ran(), []);
  });
});

describe('what would get past the server too', () => {
  /** What the browser refused, by directive. @param {Page} page */
  async function refusals(page) {
    await page.addInitScript(() => {
      const refused = new Set();
      Object.assign(globalThis, { refused });
      addEventListener('securitypolicyviolation', ({ effectiveDirective }) => refused.add(effectiveDirective));
    });
    return () => page.evaluate(() => [...Reflect.get(globalThis, 'refused')].sort());
  }

  test('in a page, is refused by the browser, and the page works', async () => {
    const feed = await newsroom.feed();
    // To Chromium a page that came by way of a test is from nowhere, and would have to ask.
    const page = await newPage(browser, { permissions: ['local-network-access'] });
    const [ran, refused] = [await watch(page), await refusals(page)];
    await page.route(feed.url, async (route) => {
      const response = await route.fetch();
      const headers = response.headers();
      delete headers['content-encoding'];
      const body = (await response.text()).replace('<footer', `${ACTING}<style>body { display: none }</style><footer`);
      await route.fulfill({ response, headers, body });
    });
    await page.goto(feed.url);
    await status(page, 'Live');
    await press(page);
    const number = await feed.push('The next one');
    await eventually(() => numbers(page), [number]);
    assert.deepEqual(await ran(), []);
    assert.deepEqual(await refused(), ['script-src-attr', 'script-src-elem', 'style-src-elem']);
    assert.ok(await story(page, number).isVisible());
  });

  test('in a message, is refused by the browser, and the page works', async () => {
    const feed = await newsroom.feed();
    const page = await newPage(browser);
    const ran = await watch(page);
    await page.routeWebSocket(/\/live/, (socket) => {
      const server = socket.connectToServer();
      server.onMessage((text) => socket.send(`${text}`.replaceAll('The bait', JSON.stringify(ACTING).slice(1, -1))));
    });
    await page.goto(feed.url);
    await status(page, 'Live');
    const number = await feed.push('A story', '--body', 'The bait');
    await eventually(() => numbers(page), [number]);
    await press(page);
    const next = await feed.push('The next one');
    await eventually(() => numbers(page), [next, number]);
    assert.deepEqual(await ran(), []);
  });

  test('as a script that makes nodes from text, fails: only the one policy may, and it is taken', async () => {
    const feed = await newsroom.feed();
    const page = await openPage(browser, feed.url);
    const failures = await page.evaluate(() => {
      const tries = [
        () => (document.createElement('p').innerHTML = '<b>text</b>'),
        () => new DOMParser().parseFromString('<p>text', 'text/html'),
        () => Reflect.get(globalThis, 'trustedTypes').createPolicy('another', {}),
        () => Reflect.get(globalThis, 'trustedTypes').createPolicy('livefeed', {}),
      ];
      return tries.map((attempt) => {
        try {
          attempt();
          return 'done';
        } catch (error) {
          return error instanceof TypeError ? 'refused' : `${error}`;
        }
      });
    });
    assert.deepEqual(failures, ['refused', 'refused', 'refused', 'refused']);
  });
});
