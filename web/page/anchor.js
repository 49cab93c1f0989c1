/** Keeps the line that is being read where it is, while the page changes above it. */

/**
 * Browsers hold on to that line by themselves, but not at the very top of a page, and Safari not at all.
 * @param {() => Iterable<Element>} lines what may be read, from the top; asked again after the change
 * @param {() => void} change
 */
export function keepingPlace(lines, change) {
  if (CSS.supports('overflow-anchor: auto') && scrollY > 0) return change();
  const line = [...lines()].find((each) => each.getBoundingClientRect().bottom > 0);
  const before = line?.getBoundingClientRect().top ?? 0;
  change();
  if (line?.isConnected) scrollBy({ top: line.getBoundingClientRect().top - before, behavior: 'instant' });
}
