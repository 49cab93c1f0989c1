/** Another site: pages of an origin of their own, under a content security policy of their own. */

import { once } from 'node:events';
import { createServer } from 'node:http';

export class OtherSite {
  #server = createServer((request, response) => this.#answer(request.url ?? '/', response));
  /** @type {Map<string, {type: string, text: string, policy: string}>} */
  #files = new Map();

  static async open() {
    const site = new OtherSite();
    site.#server.listen(0, '127.0.0.1');
    await once(site.#server, 'listening');
    return site;
  }

  async close() {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  get origin() {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The site is not open');
    return `http://127.0.0.1:${address.port}`;
  }

  /** The same pages under another name, which is another origin. */
  get otherOrigin() {
    return this.origin.replace('127.0.0.1', 'localhost');
  }

  /**
   * @param {{body: string, style: string, policy: string}} page what may be loaded in it beside its style sheet
   * @returns its address
   */
  page({ body, style, policy }) {
    const path = `/${this.#files.size}`;
    const head = `<meta charset="utf-8"><title>Another site</title><link rel="stylesheet" href="${path}.css">`;
    const text = `<!doctype html><html lang="en"><head>${head}</head><body>${body}</body></html>`;
    this.#files.set(path, { type: 'text/html', text, policy });
    this.#files.set(`${path}.css`, { type: 'text/css', text: style, policy });
    return this.origin + path;
  }

  /** @param {string} path @param {import('node:http').ServerResponse} response */
  #answer(path, response) {
    const file = this.#files.get(path);
    if (!file) return response.writeHead(404).end();
    const policy = `default-src 'none'; style-src 'self'; require-trusted-types-for 'script'; ${file.policy}`;
    return response.writeHead(200, { 'content-type': file.type, 'content-security-policy': policy }).end(file.text);
  }
}
