/** A live page within another site's document: a section in a shadow root, with styles of its own. */

import { FeedPage } from './feed_page.js';
import { parsed } from './markup.js';
import { part } from './roots.js';

const UNIT = '--livefeed-unit';

// A length, so that it is measured where it is set: by the element's own size of text.
CSS.registerProperty?.({ name: UNIT, syntax: '<length>', inherits: true, initialValue: '16px' });

/**
 * What the shadow root of `host` is to hold.
 * @param {HTMLElement} host
 * @param {string} html the feed's page for other sites
 * @param {string} home where that is
 */
export async function embedded(host, html, home) {
  const sheet = await styleSheet(getComputedStyle(host).colorScheme);
  const section = asSection(parsed(html));
  section.dataset.home = home;
  return { sheet, section, page: new FeedPage(section) };
}

/**
 * The other site has a `<main>` of its own.
 * @param {ParentNode} page
 */
function asSection(page) {
  const main = part(page, 'main');
  const section = document.createElement('section');
  for (const { name, value } of main.attributes) section.setAttribute(name, value);
  section.className = 'embedded';
  section.setAttribute('aria-labelledby', 'title');
  section.append(...main.childNodes, part(page, '.colophon'));
  nameLandmarks(section);
  return section;
}

/**
 * After the feed as well: another page has landmarks of its own, and perhaps more feeds.
 * @param {HTMLElement} section
 */
function nameLandmarks(section) {
  const title = part(section, '.title').textContent?.trim();
  for (const landmark of section.querySelectorAll('nav, section')) {
    const [label, ids] = [landmark.getAttribute('aria-label'), landmark.getAttribute('aria-labelledby')];
    if (label) landmark.setAttribute('aria-label', `${label} – ${title}`);
    else landmark.setAttribute('aria-labelledby', `${ids} title`);
  }
}

/**
 * The page's style sheet, measured by the element instead of the window and the root's text, and
 * dark only where the other page can be.
 * @param {string} schemes
 */
async function styleSheet(schemes) {
  const answer = await fetch(new URL('../style.css', import.meta.url));
  if (!answer.ok) throw new Error(`${answer.status}`);
  const sheet = new CSSStyleSheet();
  const style = (await answer.text())
    .replaceAll(/(-?[\d.]+)rem\b/g, `calc($1 * var(${UNIT}))`)
    .replaceAll(/@media ?(?=\((min|max)-width)/g, '@container ');
  sheet.replaceSync(schemes.includes('dark') ? style : style.replace(/\(prefers-color-scheme: ?dark\)/, '(max-width: 0)'));
  return sheet;
}
