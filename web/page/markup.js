/**
 * The only maker of nodes from HTML: what our server rendered, and nothing else.
 *
 * The content security policy admits this one Trusted Types policy, so that a script which makes
 * nodes from text in any other place fails, in the browser and in the linter.
 */

const policy = Reflect.get(globalThis, 'trustedTypes')?.createPolicy('livefeed', {
  createHTML: (/** @type {string} */ html) => html,
});

/**
 * Nodes in a document of their own, where nothing is loaded and nothing runs. Of a whole page the
 * children of its `<head>` and `<body>`.
 * @param {string} html
 */
export function parsed(html) {
  const template = document.createElement('template');
  // eslint-disable-next-line no-restricted-syntax -- the one place
  template.innerHTML = policy ? policy.createHTML(html) : html;
  return template.content;
}
