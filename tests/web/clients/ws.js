/**
 * Readers with npm's `ws`, for tests in another language: commands come as JSON, one a line, and
 * what happens goes out so.
 *
 *     {do: 'open', id, url, subprotocol, deflate}    → {id, opened: extensions}
 *     {do: 'pause' | 'resume', id}
 *     {do: 'close', id}                              → {id, closed: code, read: bytes}
 *                                                    → {id, message}
 */

import { createInterface } from 'node:readline';

import { WebSocket } from 'ws';

/** @typedef {import('ws').ClientOptions['perMessageDeflate']} Deflate */
/** @typedef {{do: string, id: number, url: string, subprotocol: string, deflate: Deflate}} Command */

/** @type {Map<number, WebSocket>} */
const sockets = new Map();

/** @param {object} told */
function say(told) {
  process.stdout.write(`${JSON.stringify(told)}\n`);
}

/** @param {Command} command */
function open({ id, url, subprotocol, deflate }) {
  const socket = new WebSocket(url, [subprotocol], { perMessageDeflate: deflate });
  sockets.set(id, socket);
  /** @type {import('node:http').IncomingMessage} */
  let answer;
  socket.on('upgrade', (response) => (answer = response));
  socket.on('open', () => say({ id, opened: answer.headers['sec-websocket-extensions'] ?? '' }));
  socket.on('message', (data) => say({ id, message: `${data}` }));
  socket.on('error', (error) => say({ id, failed: error.message }));
  socket.on('close', (code) => say({ id, closed: code, read: answer?.socket.bytesRead ?? 0 }));
}

createInterface({ input: process.stdin }).on('line', (line) => {
  /** @type {Command} */
  const command = JSON.parse(line);
  const socket = sockets.get(command.id);
  if (command.do === 'open') open(command);
  else if (command.do === 'pause') socket?.pause();
  else if (command.do === 'resume') socket?.resume();
  else socket?.close();
});
