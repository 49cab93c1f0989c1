/** The page's own words, as far as scripts say them. `words/` has the texts, `templates/` say them too. */

/** @typedef {'upcoming' | 'live' | 'ended'} FeedState */
/** @typedef {{[key: string]: string | {[category: string]: string}}} Catalogue texts, or texts by plural category */
/** @typedef {{[name: string]: string | number}} Values */
/** @typedef {(key: string, values?: Values) => string} Say */

/**
 * The locale in which dates and numbers are written: with the digits 0 to 9, by the calendar of the news.
 * @param {string} language
 */
export function localeOf(language) {
  return `${language}-u-ca-gregory-nu-latn`;
}

/**
 * @param {Catalogue} catalogue
 * @param {string} language
 * @returns {Say} the text of a key; numbers among the values are written out, `count` counts
 */
export function wordsOf(catalogue, language) {
  const plurals = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(localeOf(language));
  return (key, values = {}) => {
    const texts = catalogue[key] ?? '';
    const text = typeof texts === 'string' ? texts : (texts[plurals.select(Number(values.count))] ?? '');
    return text.replace(/\{(\w+)\}/g, (_, name) => written(values[name] ?? '', numbers));
  };
}

/** @param {string | number} value @param {Intl.NumberFormat} numbers */
function written(value, numbers) {
  return typeof value === 'number' ? numbers.format(value) : value;
}

/** @param {number} count @param {Say} say */
export function likesWords(count, say) {
  return count === 0 ? say('page-no-likes') : say('page-likes', { count });
}

/**
 * @param {string} title of the feed
 * @param {string} section
 */
export function feedTitle(title, section) {
  return section ? `${title} – ${section}` : title;
}
