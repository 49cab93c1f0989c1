/**
 * Page Up and Page Down lead from story to story, as in every `role="feed"`: only while an article
 * itself has the focus, for somebody who reads a long story pages through it.
 */

const STEPS = new Map([
  ['PageDown', 1],
  ['PageUp', -1],
]);

/**
 * @param {HTMLElement} list
 * @param {() => HTMLElement[]} articles
 */
export function leadByKeys(list, articles) {
  list.addEventListener('keydown', (event) => {
    const step = STEPS.get(event.key);
    const all = articles();
    const index = all.findIndex((article) => article === event.target);
    const next = step === undefined || index === -1 ? undefined : all[index + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}
