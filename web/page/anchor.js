/**
 * Keeps the line that is being read where it is on the screen, whatever changes around it.
 *
 * Most browsers hold on to it by themselves (scroll anchoring), as long as the very element stays.
 * An article that is replaced is another element; and Safari does not hold on at all. So the line is
 * looked up before and after each change, and, without scroll anchoring, whenever an article has
 * grown or shrunk, as when its pictures load. Where the head of the first story is in sight nothing
 * is held: there, what is new is to be seen.
 */

/** @typedef {{number: string, line: Element, text: string | null, top: number, place: number}} Line */

const LINES = '.telling :is(h2, h3, h4, h5, h6, p, li, dt, dd, figure, pre, tr)';
const BAR = 48; // px: the masthead covers what is under it
const FLICK = 150; // ms: without another scroll event, the page has come to rest

export class Anchor {
  /** @type {HTMLElement} */
  #list;
  /** @type {Line | null} */
  #line = null;
  #isNative = CSS.supports('overflow-anchor', 'auto');
  #scrolled = -Infinity;
  #ours = NaN; // where our own doing has scrolled to, until its event comes
  #sizes = new ResizeObserver(() => this.#hold());

  /**
   * @param {HTMLElement} list the element that owns the articles
   * @param {() => void} onRest told when a flick has come to rest
   */
  constructor(list, onRest) {
    this.#list = list;
    if (this.#isNative) return;
    /** @type {number | undefined} */
    let timer;
    const onScroll = () => {
      // What has grown since our own scrolling is still to be held against.
      if (scrollY !== this.#ours) {
        this.#line = lineRead(list);
        this.#scrolled = performance.now();
      }
      this.#ours = NaN;
      clearTimeout(timer);
      timer = setTimeout(onRest, FLICK);
    };
    list.ownerDocument.addEventListener('scroll', onScroll, { passive: true });
  }

  /** While the page is being flicked, iOS drops every change of the scroll position. */
  get isFlicked() {
    return performance.now() - this.#scrolled < FLICK;
  }

  /**
   * @param {() => void} change
   * @param {boolean} [isNews] whether its place is at the top
   */
  keep(change, isNews = true) {
    this.#line = lineRead(this.#list, isNews);
    change();
    this.#hold();
    if (this.#isNative) return;
    this.#sizes.disconnect();
    for (const article of this.#list.children) this.#sizes.observe(article);
  }

  #hold() {
    const line = this.#line;
    if (!line) return;
    const moved = placeOf(line, this.#list) - line.top;
    if (Math.abs(moved) >= 0.5) {
      scrollBy({ top: moved, behavior: 'instant' });
      this.#ours = scrollY;
    }
    if (!this.#isNative) this.#line = lineRead(this.#list);
  }
}

/** The first line in sight. @param {HTMLElement} list @param {boolean} [isNews] @returns {Line | null} */
function lineRead(list, isNews = true) {
  const article = /** @type {HTMLElement | undefined} */ ([...list.children].find(isInSight));
  const isTop = isNews && article === list.firstElementChild && article.getBoundingClientRect().top >= BAR;
  if (!article || isTop) return null;
  const all = lines(article);
  const line = all.find(isInSight) ?? article;
  const number = article.dataset.number ?? '';
  const { top } = line.getBoundingClientRect();
  return { number, line, text: line.textContent, top, place: all.length - all.indexOf(line) };
}

/** Where a line stands by now. @param {Line} line @param {HTMLElement} list */
function placeOf({ number, line, text, top, place }, list) {
  if (line.isConnected) return line.getBoundingClientRect().top;
  const article = list.querySelector(`:scope > [data-number="${number}"]`);
  if (!article) return top;
  const all = lines(article);
  const same = all.filter((each) => each.textContent === text);
  // Of lines alike the one as far from the end: most of what is added stands at the beginning.
  const there = same.find((each) => all.length - all.indexOf(each) === place) ?? same[0] ?? article;
  return there.getBoundingClientRect().top;
}

/** @param {Element} article */
function lines(article) {
  return [...article.querySelectorAll(LINES)];
}

/** @param {Element} element */
function isInSight(element) {
  return element.getBoundingClientRect().bottom > BAR;
}
