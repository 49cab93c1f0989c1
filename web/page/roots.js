/**
 * Where a live page lives: in a document of its own, or within the shadow root of somebody else's.
 */

/**
 * The document or the shadow root: what has the page's own parts, and nothing else by their names.
 * @param {Node} node of the page
 */
export function rootOf(node) {
  return /** @type {Document | ShadowRoot} */ (node.getRootNode());
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

/** @param {ParentNode} root @param {string} selector @returns {HTMLElement} */
export function part(root, selector) {
  const found = root.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`The page has no ${selector}`);
  return found;
}
