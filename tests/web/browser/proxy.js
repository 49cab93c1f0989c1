/** A proxy before the server, as they stand in offices, hotels and tunnels: for tests of what those do. */

import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** @import { Server, Socket } from 'node:net' */

const SOCKET = /^GET \S+\/live\b/;

export class Proxy {
  #server;
  #port;
  /** @type {Set<Socket>} */
  #open = new Set();
  /** Whether WebSockets are refused, as by a proxy that does not know them. */
  blocksSockets = false;
  /** @type {string[]} the requests' first lines, and the answers' */
  said = [];

  /** @param {Server} server @param {number} port of what is behind it */
  constructor(server, port) {
    this.#server = server;
    this.#port = port;
    server.on('connection', (client) => this.#pass(client));
  }

  /** @param {number} port of what is behind it */
  static async open(port) {
    const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Proxy(server, port);
  }

  /** @param {string} url of the server itself @returns {string} the same through here */
  url(url) {
    const through = new URL(url);
    through.port = `${/** @type {import('node:net').AddressInfo} */ (this.#server.address()).port}`;
    return through.href;
  }

  /** Ends all connections, as of idle ones. */
  cut() {
    for (const socket of this.#open) socket.destroy();
  }

  /** Lets the connections of now stand and says nothing on them any more, as after a change of networks. */
  drop() {
    for (const socket of this.#open) socket.unpipe().pause();
  }

  async close() {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** @param {Socket} client */
  #pass(client) {
    const server = connect(this.#port, '127.0.0.1');
    for (const socket of [client, server]) {
      this.#open.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        this.#open.delete(socket);
        client.destroy();
        server.destroy();
      });
    }
    client.once('data', (head) => {
      if (this.blocksSockets && SOCKET.test(head.toString('latin1'))) {
        client.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
        return;
      }
      server.write(head);
      client.pipe(server);
      server.pipe(client);
    });
    client.on('data', (data) => this.#note(data));
    server.on('data', (data) => this.#note(data));
    client.resume();
  }

  /** @param {Buffer} data */
  #note(data) {
    const [line = ''] = data.toString('latin1').split('\r\n', 1);
    if (/^(GET \S+ HTTP|HTTP\/1\.1 \d+)/.test(line)) this.said.push(line);
  }
}
