/** Starts the live page. The only module that does something by being imported. */

import { FeedPage } from './page/feed_page.js';

const main = document.querySelector('main[data-live]');
if (main instanceof HTMLElement) {
  const page = new FeedPage(main);
  page.start();
  // An open socket keeps a page out of the back/forward cache, and dies there unnoticed.
  addEventListener('pagehide', () => page.stop());
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) page.start();
  });
}
