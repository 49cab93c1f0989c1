/**
 * Where a live page lives, and its parts there: in a document of its own, or within the shadow root of
 * somebody else's.
 */

/**
 * The document or the shadow root: what has the page's own parts, and nothing else by their names.
 * @param {Node} node of the page
 */
export function rootOf(node) {
  return /** @type {Document | ShadowRoot} */ (node.getRootNode());
}

/**
 * What of the page is selected. The document of some browsers does not see into a shadow root.
 * @param {Node} node of the page
 * @returns {Selection | null}
 */
export function selectionIn(node) {
  const root = /** @type {any} */ (rootOf(node));
  return (root.getSelection ? root : document).getSelection();
}

/**
 * An address of the page, or one that is written in it. A page that is not where it was rendered
 * says in `data-home` where that was.
 * @param {HTMLElement} main
 * @param {string} [written]
 */
export function addressOf({ dataset }, written = '') {
  return new URL(written, dataset.home ?? location.href);
}

/**
 * Within another's document: has links lead to where they were rendered, and the title be one of
 * several.
 * @param {HTMLElement} main
 * @param {HTMLElement} rendered the whole page, or a part of it
 */
export function leadHome(main, rendered) {
  if (!main.dataset.home) return;
  for (const link of rendered.querySelectorAll('[href]')) {
    link.setAttribute('href', addressOf(main, link.getAttribute('href') ?? '').href);
  }
  rendered.querySelector('h1')?.setAttribute('aria-level', '2');
}

/**
 * Begins again from what the server says: the document, or whoever put the page into another's.
 * @param {HTMLElement} main
 */
export function loadAnew(main) {
  if (main.dataset.home) main.dispatchEvent(new Event('outdated'));
  else location.reload();
}

/** @param {ParentNode} root @param {string} selector @returns {HTMLElement} */
export function part(root, selector) {
  const found = root.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`The page has no ${selector}`);
  return found;
}

/**
 * Writes what has changed, so that nothing is read out twice.
 * @param {Element | null} element
 * @param {string} words
 */
export function write(element, words) {
  if (element && element.textContent !== words) element.textContent = words;
}
