/** What dies in the middle of a stream of pushes: open pages catch up by themselves and miss nothing. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Newsroom } from './newsroom.js';
import { eventually, numbers, openBrowser, openPage, status } from './reader.js';

/** @import { Browser } from 'playwright-core' */
/** @import { Feed } from './newsroom.js' */

/** @type {Newsroom} */
let newsroom;
/** @type {Browser} */
let browser;
before(async () => {
  [newsroom, browser] = await Promise.all([Newsroom.open(), openBrowser()]);
});
after(() => Promise.all([newsroom.close(), browser.close()]));

/** Pushes one story after another; what got no answer is pushed again, with its id. */
class Stream {
  /** @type {number[]} */
  acknowledged = [];
  #ended = false;
  /** @type {Promise<void>} */
  #running;

  /** @param {Feed} feed */
  constructor(feed) {
    this.feed = feed;
    this.#running = this.#run();
  }

  /** Waits until three more stories are acknowledged. */
  async goOn() {
    const seen = this.acknowledged.length;
    await eventually(() => this.acknowledged.length, (count) => count >= seen + 3, 60_000);
  }

  end() {
    this.#ended = true;
    return this.#running;
  }

  async #run() {
    for (let count = 1; !this.#ended; count += 1) this.acknowledged.push(await this.#push(`Story ${count}`));
  }

  /** @param {string} headline @param {string[]} identity @returns {Promise<number>} */
  async #push(headline, ...identity) {
    try {
      return await this.feed.push(headline, '--timeout', '1', ...identity);
    } catch (failed) {
      const { code, stdout } = /** @type {{code: number, stdout: string}} */ (failed);
      if (code !== 5 && code !== 6) throw failed;
      return await this.#push(headline, '--id', JSON.parse(stdout).error.id);
    }
  }
}

describe('amid a stream of pushes', () => {
  for (const [victim, kill] of /** @type {const} */ ([
    ['the embedded Valkey', async () => process.kill(await newsroom.valkey(), 'SIGKILL')],
    [
      'the server',
      async () => {
        await newsroom.end('SIGKILL');
        await newsroom.start();
      },
    ],
  ])) {
    test(`${victim} is killed, twice, and two open pages have every story once`, async () => {
      const feed = await newsroom.feed();
      const pages = await Promise.all([openPage(browser, feed.url), openPage(browser, feed.url)]);
      const stream = new Stream(feed);
      for (let time = 0; time < 2; time += 1) {
        await stream.goOn();
        await kill();
      }
      await stream.goOn();
      await stream.end();
      const newestFirst = stream.acknowledged.toReversed();
      assert.equal(new Set(newestFirst).size, newestFirst.length);
      for (const page of pages) {
        await eventually(() => numbers(page), newestFirst, 60_000);
        await status(page, 'Live');
      }
    });
  }
});
