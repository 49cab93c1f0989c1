/** A newsroom for tests: `livefeed serve` with its own Valkey, and the real `publisher`. */

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const CHECKOUT = new URL('../../../', import.meta.url).pathname;
const BIN = join(CHECKOUT, '.venv/bin');
const PLANTED = new URL('planted.py', import.meta.url).pathname;
const UP_WITHIN = 60_000; // ms
const run = promisify(execFile);

/**
 * @typedef {{number: number, rev: number, seq: number, position: string}} Receipt
 * @typedef {{demonstration?: boolean, environment?: NodeJS.ProcessEnv}} Wishes what it begins with,
 *   and what the server and the publisher find in their environment
 */

export class Newsroom {
  /** @type {import('node:child_process').ChildProcess | null} */
  #server = null;
  #feeds = 0;
  said = ''; // by the server, since its last start

  /** @param {string} folder @param {number} port @param {Wishes} [wishes] */
  constructor(folder, port, { demonstration = false, environment = {} } = {}) {
    this.folder = folder;
    this.port = port;
    this.options = demonstration ? ['--demonstration', join(CHECKOUT, 'examples/demonstration.json')] : [];
    this.environment = { ...ownEnvironment(), ...environment };
  }

  /** @param {Wishes} [wishes] */
  static async open(wishes) {
    const folder = await mkdtemp(join(tmpdir(), 'livefeed-web-'));
    const newsroom = new Newsroom(folder, await freePort(), wishes);
    await newsroom.start();
    return newsroom;
  }

  async close() {
    await this.end('SIGTERM');
    await rm(this.folder, { recursive: true, force: true });
  }

  /** @param {string} path */
  url(path) {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  /** Starts the server, also again after it was ended, and waits until it answers. */
  async start() {
    const options = ['serve', '--data', join(this.folder, 'data'), '--port', `${this.port}`, ...this.options];
    const server = spawn(join(BIN, 'livefeed'), options, { env: this.environment, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#server = server;
    this.said = '';
    for (const stream of [server.stdout, server.stderr]) stream.on('data', (data) => (this.said += data));
    const deadline = Date.now() + UP_WITHIN;
    while (!(await this.#answers())) {
      if (server.exitCode !== null || Date.now() > deadline) throw new Error(`The server does not start:\n${this.said}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** @param {'SIGTERM' | 'SIGKILL'} how */
  async end(how) {
    const server = this.#server;
    this.#server = null;
    if (!server || server.exitCode !== null) return;
    const ended = once(server, 'exit');
    server.kill(how);
    await ended;
  }

  /** Lets the server keep its connections and say nothing. */
  pause() {
    this.#server?.kill('SIGSTOP');
  }

  resume() {
    this.#server?.kill('SIGCONT');
  }

  /** The process of the embedded Valkey, for tests that stop it. */
  async valkey() {
    for (const pid of await offspring(this.#server?.pid ?? 0)) {
      const name = await readFile(`/proc/${pid}/comm`, 'utf8');
      if (/^(valkey|redis)/.test(name)) return pid;
    }
    throw new Error('The server has no Valkey of its own');
  }

  /**
   * A feed of its own for one test.
   * @param {string[]} options of `publisher feed create`
   */
  async feed(...options) {
    this.#feeds += 1;
    const feed = new Feed(this, `feed-${this.#feeds}`);
    const title = options.includes('--title') ? [] : ['--title', 'Live News Feed'];
    const { position } = await this.publish('feed', 'create', feed.name, ...title, ...options);
    await feed.served(position);
    return feed;
  }

  /** @param {string[]} words of one command that must succeed @returns {Promise<Receipt>} */
  async publish(...words) {
    const options = ['--data', join(this.folder, 'data'), '--json', '--no-input'];
    const { stdout } = await run(join(BIN, 'publisher'), [...words, ...options], { env: this.environment });
    return JSON.parse(stdout);
  }

  async #answers() {
    try {
      return (await fetch(this.url('/readyz'))).ok;
    } catch {
      return false;
    }
  }
}

/** One feed of a newsroom, and what its editors do. */
export class Feed {
  #newsroom;
  #position = '';

  /** @param {Newsroom} newsroom @param {string} name */
  constructor(newsroom, name) {
    this.#newsroom = newsroom;
    this.name = name;
  }

  get url() {
    return this.#newsroom.url(`/feeds/${this.name}`);
  }

  /** @param {number} number */
  storyUrl(number) {
    return `${this.url}/stories/${number}`;
  }

  /**
   * Waits until the server has what was published last: somebody who loads a page without a script
   * a moment earlier would have to load it again.
   */
  async served(position = this.#position) {
    const deadline = Date.now() + UP_WITHIN;
    let served = '';
    while (served !== position) {
      if (Date.now() > deadline) throw new Error(`${this.name} is served at ${served}, not at ${position}`);
      const answer = await fetch(`${this.url}/stories?limit=1`);
      served = answer.ok ? (await answer.json()).position : `${answer.status}`;
    }
  }

  /** @param {string} headline @param {string[]} options @returns {Promise<number>} the story's number */
  async push(headline, ...options) {
    const body = options.includes('--body') ? [] : ['--body', `The text of “${headline}”.`];
    return (await this.do('push', '--headline', headline, ...body, ...options)).number;
  }

  /**
   * @param {object} document ninjs; a `uri` is added
   * @returns {Promise<number>} the story's number
   */
  async pushDocument(document) {
    const [number] = await this.#pushLines([{ uri: `urn:example:${this.name}:document`, ...document }]);
    return number ?? 0;
  }

  /**
   * Puts a story straight into Redis, behind the publisher and its sanitising.
   * @param {object} document ninjs; a `uri` is added
   * @returns {Promise<number>} the story's number
   */
  async plant(document) {
    const options = [PLANTED, join(this.#newsroom.folder, 'data'), this.name];
    const planting = run(join(BIN, 'python'), options, { env: this.#newsroom.environment });
    planting.child.stdin?.end(JSON.stringify({ uri: `urn:example:${this.name}:planted`, ...document }));
    const { number, position } = JSON.parse((await planting).stdout);
    this.#position = position;
    return number;
  }

  /**
   * Publishes many stories over one connection.
   * @param {number} count
   * @param {string} [body]
   * @returns {Promise<number[]>} their numbers
   */
  pushMany(count, body = 'A paragraph of the text. '.repeat(20)) {
    const documents = Array.from({ length: count }, (_, index) => ({
      uri: `urn:example:${this.name}:${index + 1}`,
      headlines: [{ value: `Story ${index + 1}` }],
      bodies: [{ contentType: 'text/plain', value: body }],
    }));
    return this.#pushLines(documents);
  }

  /** @param {object[]} documents @returns {Promise<number[]>} */
  async #pushLines(documents) {
    const lines = documents.map((document) => JSON.stringify(document));
    const options = ['push', '--jsonl', '-', '--feed', this.name, '--data', join(this.#newsroom.folder, 'data')];
    const publisher = spawn(join(BIN, 'publisher'), options, { env: this.#newsroom.environment });
    publisher.stdin.end(lines.join('\n'));
    let said = '';
    publisher.stdout.on('data', (data) => (said += data));
    const [code] = await once(publisher, 'close');
    if (code !== 0) throw new Error(`publisher push --jsonl ended with ${code}: ${said}`);
    /** @type {Receipt[]} */
    const receipts = said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    this.#position = receipts.at(-1)?.position ?? this.#position;
    return receipts.map(({ number }) => number);
  }

  /**
   * Moves all that was published into the past, as if it had been published then.
   * @param {number} seconds
   */
  async backdate(seconds) {
    const program = join(CHECKOUT, 'tests/backdate.py');
    const options = [program, join(this.#newsroom.folder, 'data'), this.name, `${seconds}`];
    const { stdout } = await run(join(BIN, 'python'), options, { env: ownEnvironment() });
    this.#position = stdout.trim();
    await this.served();
  }

  /** @param {string} headline @returns {Promise<number>} */
  async numberOf(headline) {
    const { stories } = await (await fetch(`${this.url}/stories`)).json();
    const isIt = /** @param {any} entry */ ({ story }) => story?.headlines?.[0].value === headline;
    return stories.find(isIt).number;
  }

  /** @param {string[]} words @returns {Promise<Receipt>} */
  async do(...words) {
    const receipt = await this.#newsroom.publish(...words, '--feed', this.name);
    this.#position = receipt.position;
    return receipt;
  }
}

/** This environment without settings of livefeed from outside. */
function ownEnvironment() {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('LIVEFEED_'));
  return { ...Object.fromEntries(own), NO_COLOR: '1' };
}

/** @param {number} pid @returns {Promise<number[]>} the processes that it started, and theirs */
async function offspring(pid) {
  const threads = await readdir(`/proc/${pid}/task`);
  const lists = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8')));
  const children = lists.join(' ').split(' ').filter(Boolean).map(Number);
  return [...children, ...(await Promise.all(children.map(offspring))).flat()];
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}
