/** A feed with everything that a page can show. */

/** @import { Newsroom } from './newsroom.js' */

const PARAGRAPHS = ['The first.', 'The second.', 'The third.', 'The fourth.', 'The fifth.'];

/** A story with all that a body may have. */
const RICH = {
  headlines: [{ value: 'The agreement, point by point' }],
  language: 'en',
  bodies: [
    {
      contentType: 'text/html',
      value:
        '<h1>One</h1><p>A <b>word</b>, a <a href="https://example.org/">link</a>, <code>code</code>.</p>' +
        '<h2>Two</h2><ul><li>a</li><li>b</li></ul><h3>Three</h3><ol><li>a</li></ol><blockquote><p>Said.</p></blockquote>' +
        '<table><thead><tr><th scope="col">Country</th><th scope="col">Votes</th></tr></thead>' +
        '<tbody><tr><td>Japan</td><td>1,234,567</td></tr></tbody></table><hr><pre>plain\n text</pre>',
    },
  ],
  associations: [
    {
      name: 'main',
      uri: 'urn:example:picture',
      type: 'picture',
      headlines: [{ value: 'The hall in Annapolis' }],
      by: 'Kim Min-ji',
      renditions: [{ name: 'm', href: 'http://127.0.0.1:9/hall.jpg', width: 1200, height: 800 }],
    },
  ],
};

/** @param {Newsroom} newsroom @param {string[]} options of `publisher feed create` */
export async function fullFeed(newsroom, ...options) {
  const feed = await newsroom.feed('--section', 'News Update', '--description', 'As it happens.', ...options);
  const first = await feed.push('Seoul confirms the journey', '--by', 'Kim Min-ji', '--located', 'Seoul');
  const main = await feed.push(
    'The three allies meet',
    ...['--body', PARAGRAPHS.join('\n\n'), '--also-read', `${first}`, '--urgency', '1', '--key-event'],
  );
  await feed.do('correct', `${main}`, '--headline', 'The three allies are to meet', '--note', 'It is on Friday.');
  const rich = await feed.pushDocument(RICH);
  const wrong = await feed.push('A forged report');
  await feed.do('kill', `${wrong}`, '--yes', '--note', 'It was forged.', '--substitute', `${main}`);
  const held = await feed.push('A doubtful report');
  await feed.do('hold', `${held}`);
  await feed.do('pin', `${first}`);
  await feed.served();
  return { feed, first, main, rich, wrong, held };
}
