/** Hands a story's address on: by the device's own means, else to the clipboard. */

/** @import { Say } from '../feed/words.js' */

const canShare = () => Reflect.has(navigator, 'share');

/** Shows an article's button where this browser can do either. @param {HTMLElement} article */
export function dressShare(article) {
  const button = /** @type {HTMLElement | null} */ (article.querySelector('.share'));
  if (button) button.hidden = !(canShare() || navigator.clipboard);
}

/** @param {Event} event a click somewhere on the page @param {Say} say */
export function shareStory({ target }, say) {
  const button = target instanceof Element ? target.closest('.share') : null;
  const link = button?.closest('article')?.querySelector('.headline a');
  if (button && link instanceof HTMLAnchorElement) void shared(button, link, say('page-link-copied'));
}

/** @param {Element} button @param {HTMLAnchorElement} link @param {string} done */
async function shared(button, link, done) {
  try {
    if (canShare()) await navigator.share({ title: link.text, url: link.href });
    else await navigator.clipboard.writeText(link.href).then(() => sayFor(button, done));
  } catch {
    // The reader thought better of it, or does not let pages write to the clipboard.
  }
}

/** Lets a button say something else until the focus leaves it. @param {Element} button @param {string} done */
function sayFor(button, done) {
  const words = button.textContent;
  if (words === done) return;
  button.textContent = done;
  button.addEventListener('blur', () => (button.textContent = words), { once: true });
}
