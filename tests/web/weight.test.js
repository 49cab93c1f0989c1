import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

const WEB = new URL('../../web/', import.meta.url);
const MOST = 30 * 1024; // bytes on the wire, for the scripts and the style sheet together

test('scripts and style sheet are light', () => {
  const files = readdirSync(WEB, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(js|css)$/.test(name));
  const weights = files.map((name) => gzipSync(readFileSync(new URL(name, WEB)), { level: 9 }).length);
  const weight = weights.reduce((sum, each) => sum + each, 0);
  assert.ok(files.includes('main.js') && files.includes('style.css'));
  assert.ok(weight <= MOST, `${weight} bytes in ${files.length} files`);
});
