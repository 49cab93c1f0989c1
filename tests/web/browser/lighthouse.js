/** Lighthouse, which judges a page as search engines and browser makers see it, on its mobile setting. */

import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';

import { FLAGS, onPath } from './reader.js';

const run = promisify(execFile);
const LIGHTHOUSE = createRequire(import.meta.url).resolve('lighthouse/cli/index.js');

/**
 * @typedef {'accessibility' | 'best-practices' | 'seo' | 'performance'} Category
 * @typedef {object} Report
 * @property {{[category: string]: number}} scores from 0 to 100
 * @property {string[]} faults what kept a score from being 100: a line each
 * @property {{[audit: string]: string}} figures what was measured, in words
 * @property {string} version of Lighthouse
 */

/** @param {string} url @param {Category[]} categories @returns {Promise<Report>} */
export async function judged(url, ...categories) {
  const options = ['--quiet', '--output=json', '--output-path=stdout', `--only-categories=${categories}`];
  const flags = `--chrome-flags=${FLAGS.join(' ')}`;
  const env = { ...process.env, CHROME_PATH: onPath('chromium') };
  const { stdout } = await run(process.execPath, [LIGHTHOUSE, url, ...options, flags], { env, maxBuffer: 64 << 20 });
  const report = JSON.parse(stdout);
  if (report.runtimeError) throw new Error(report.runtimeError.message);
  return {
    scores: Object.fromEntries(categories.map((name) => [name, Math.round(report.categories[name].score * 100)])),
    faults: categories.flatMap((name) => faults(report, name)),
    figures: Object.fromEntries(Object.keys(report.audits).map((name) => [name, report.audits[name].displayValue ?? ''])),
    version: report.lighthouseVersion,
  };
}

/** @param {any} report @param {Category} category @returns {string[]} */
function faults({ categories, audits }, category) {
  const counting = categories[category].auditRefs.filter((/** @type {any} */ { weight }) => weight > 0);
  return counting
    .map((/** @type {any} */ { id }) => audits[id])
    .filter((/** @type {any} */ { score }) => score !== null && score < 1)
    .map((/** @type {any} */ { id, title, details }) => `${category}: ${id}: ${title} ${selectors(details)}`);
}

/** @param {any} details */
function selectors(details) {
  return (details?.items ?? []).map((/** @type {any} */ item) => item.node?.selector ?? item.url ?? item.description ?? '').join(', ');
}
