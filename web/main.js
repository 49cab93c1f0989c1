/** Starts the live page. Beside `embed.js` the only module that does something by being imported. */

import { FeedPage } from './page/feed_page.js';

const main = document.querySelector('main[data-live]');
if (main instanceof HTMLElement) new FeedPage(main).start();
