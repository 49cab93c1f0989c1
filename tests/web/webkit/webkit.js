/**
 * A real WebKit for tests: the engine of every phone's browser that Apple makes.
 *
 * WebKitGTK's MiniBrowser on a screen of its own (Xvfb), driven by W3C WebDriver: a request each.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { freePort } from '../browser/newsroom.js';
import { eventually, onPath } from '../browser/reader.js';

/** @import { ChildProcess } from 'node:child_process' */

const WINDOW = { width: 900, height: 900 };
/** Software alone draws here. */
const SOFTWARE = { LIBGL_ALWAYS_SOFTWARE: '1', WEBKIT_DISABLE_DMABUF_RENDERER: '1', GDK_BACKEND: 'x11', NO_AT_BRIDGE: '1' };

export class WebKit {
  /** The only one that there may be at a time. @type {Window | null} */
  #page = null;

  /** @param {ChildProcess} screen @param {ChildProcess} driver @param {string} url of the driver */
  constructor(screen, driver, url) {
    this.screen = screen;
    this.driver = driver;
    this.url = url;
  }

  static async open() {
    const screen = spawn(onPath('Xvfb'), ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    const port = await freePort();
    const driver = spawn(onPath('WebKitWebDriver'), [`--port=${port}`, '--host=127.0.0.1'], {
      env: { ...process.env, ...SOFTWARE, DISPLAY: `:${await firstLine(screen.stdio[3])}` },
      stdio: 'ignore',
    });
    const webkit = new WebKit(screen, driver, `http://127.0.0.1:${port}`);
    await eventually(() => fetch(`${webkit.url}/status`).then(({ ok }) => ok, () => false), true);
    return webkit;
  }

  async close() {
    await this.#page?.close();
    await Promise.all([this.driver, this.screen].map(end));
  }

  /** A window with a profile of its own; the one before it is closed. @returns {Promise<Window>} */
  async page() {
    await this.#page?.close();
    const { sessionId } = await command('POST', `${this.url}/session`, { capabilities: {} });
    this.#page = new Window(`${this.url}/session/${sessionId}`);
    await this.#page.command('POST', 'window/rect', WINDOW);
    return this.#page;
  }

  /** A page in such a window, once it says that it is live. @param {string} url */
  async openPage(url) {
    const page = await this.page();
    await page.goto(url);
    await eventually(() => page.status(), 'Live');
    return page;
  }
}

export class Window {
  /** @param {string} session its address */
  constructor(session) {
    this.session = session;
  }

  /** @param {string} method @param {string} path @param {object} [body] @returns {Promise<any>} */
  command(method, path, body) {
    return command(method, `${this.session}/${path}`, body);
  }

  /** @param {string} url */
  goto(url) {
    return this.command('POST', 'url', { url });
  }

  back() {
    return this.command('POST', 'back', {});
  }

  forward() {
    return this.command('POST', 'forward', {});
  }

  /**
   * What `look` returns in the page.
   * @template T
   * @template {unknown[]} Args
   * @param {(...args: Args) => T} look
   * @param {Args} args
   * @returns {Promise<T>}
   */
  evaluate(look, ...args) {
    return this.command('POST', 'execute/sync', { script: `return (${look})(...arguments)`, args });
  }

  /** @returns {Promise<string>} */
  status() {
    return this.evaluate(() => document.querySelector('.status-words')?.textContent?.trim() ?? '');
  }

  /** The numbers of the stories, from the top. @returns {Promise<number[]>} */
  numbers() {
    return this.evaluate(() => [...document.querySelectorAll('article')].map(({ dataset }) => Number(dataset['number'])));
  }

  close() {
    return command('DELETE', this.session);
  }
}

/** @param {string} method @param {string} url @param {object} [body] @returns {Promise<any>} */
async function command(method, url, body) {
  const answer = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
  const { value } = /** @type {{value: any}} */ (await answer.json());
  if (!answer.ok) throw new Error(`${method} ${url}: ${value.error}: ${value.message}`);
  return value;
}

/** @param {unknown} stream @returns {Promise<string>} */
async function firstLine(stream) {
  const [line] = await once(createInterface({ input: /** @type {NodeJS.ReadableStream} */ (stream) }), 'line');
  return line;
}

/** @param {ChildProcess} child */
async function end(child) {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill();
  await ended;
}
