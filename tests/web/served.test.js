/** What is sent of the scripts is what stands in `web/`, without the comments. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import ts from 'typescript';

import { Newsroom } from './browser/newsroom.js';

const WEB = new URL('../../web/', import.meta.url);

/** @type {Newsroom} */
let newsroom;
before(async () => {
  newsroom = await Newsroom.open();
});
after(() => newsroom.close());

/** A program's syntax tree, without comments and without where anything stands. @param {string} text */
function tree(text) {
  const file = ts.createSourceFile('module.mjs', text, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS);
  assert.deepEqual(Reflect.get(file, 'parseDiagnostics'), []);
  return branch(file);
}

/** @param {ts.Node} node @returns {unknown[]} */
function branch(node) {
  /** @type {unknown[]} */
  const branches = [];
  node.forEachChild((child) => void branches.push(branch(child)));
  const leaf = branches.length === 0 ? (Reflect.get(node, 'text') ?? null) : null;
  return [ts.SyntaxKind[node.kind], leaf, branches];
}

test('every script is sent as the same program', async () => {
  const names = readdirSync(WEB, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));
  assert.ok(names.includes('main.js'));
  for (const name of names) {
    const source = readFileSync(new URL(name, WEB), 'utf8');
    const served = await (await fetch(newsroom.url(`/static/${name}`))).text();
    assert.ok(served.length < source.length, name);
    assert.deepEqual(tree(served), tree(source), name);
  }
});
