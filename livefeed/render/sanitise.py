"""Hostile HTML in, harmless HTML out. The only place that knows nh3.

A story's HTML comes from wires, word processors and other people's pages. It is never refused for
being ugly: it loses what can act (scripts, handlers, styles, ids, foreign frames) and what would
break the page around it (stray `</article>`, unclosed tags), and keeps its text.
"""

import re
from collections import Counter
from html import escape, unescape

import nh3

from livefeed.ninjs import Body
from livefeed.story import is_markup
from livefeed.text import clean_body


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BLOCKS = _words(
    "blockquote caption col colgroup dd div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p "
    "pre table tbody td tfoot th thead tr ul"
)
_INLINE = _words(
    "a abbr b bdi br cite code del dfn em i img ins kbd mark q rb rp rt ruby s samp small span "
    "strong sub sup time u var wbr"
)
# These lose their content too: it is no text for readers.
_WITH_CONTENT = _words(
    "iframe math noembed noframes noscript object script select style svg template title xmp"
)
_ATTRIBUTES = {
    "*": {"lang", "dir"},
    "a": {"href", "hreflang", "title"},
    "abbr": {"title"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"cite", "datetime"},
    "img": {"alt", "height", "src", "width"},
    "ins": {"cite", "datetime"},
    "li": {"value"},
    "ol": {"reversed", "start"},
    "q": {"cite"},
    "td": {"colspan", "rowspan"},
    "th": {"abbr", "colspan", "rowspan", "scope"},
    "time": {"datetime"},
}
_CLEANER = nh3.Cleaner(
    tags=set(_BLOCKS | _INLINE),
    clean_content_tags=set(_WITH_CONTENT),
    attributes=_ATTRIBUTES,
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel="noopener nofollow",
    # One a tag: nh3 writes several in no fixed order, and equal stories must be equal bytes.
    set_tag_attribute_values={"img": {"loading": "lazy"}},
)

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/<>]*+)")
_WHOLE_TAG = re.compile(r"<[^<>]*+>")
_BLOCK_TAG = re.compile(rf"<(?:{'|'.join(sorted(_BLOCKS))})\b")
_WITHOUT_ALT = re.compile(r'<img((?: (?!alt=)[a-z]+="[^"]*")*)>')
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")

# One round is not enough: a character reference (&#x202e;) becomes its character only when HTML is
# parsed, and what loses one is judged again, since `java&#1;script:` would be a scheme without it;
# and misnested HTML may parse in another way once it is written out. Two to three rounds do.
_MOST_ROUNDS = 8

# Cleaning takes time by the square of the nesting: 10,000 open elements take 0.1 s, 100,000 half
# a minute; and an open formatting element is made anew in each paragraph behind it. Elements that
# close their like (a paragraph, a list item) do not nest by themselves.
_MOST_NESTING = 10_000
_MOST_REPEATED = 200_000
_CLOSES_ITS_LIKE = _words(
    "br caption col colgroup dd dt h1 h2 h3 h4 h5 h6 hr img li p rb rp rt tbody td tfoot th thead "
    "tr wbr"
)
_FORMATTING = _words("a b big code em font i nobr s small strike strong tt u")


def safe_html(html: str) -> str:
    """The HTML without anything that can act or reach beyond its own element.

    Elements are closed, links are `noopener nofollow`, control characters and direction overrides
    are gone. Making it safe twice changes nothing more.
    """
    html = clean_body(html)
    if _is_absurd(html):
        html = _words_of(html)
    for _ in range(_MOST_ROUNDS):
        safe = clean_body(_CLEANER.clean(html)).strip()
        if safe == html:
            return safe
        html = safe
    return safe_html(_words_of(html))


def body_html(body: Body) -> str:
    """The body as safe HTML, whatever its content type: text becomes paragraphs.

    A picture without words of its own gets none, or its address would be read out instead.
    """
    if not is_markup(body.content_type):
        return _paragraphs(clean_body(body.value))
    html = _WITHOUT_ALT.sub(r'<img alt=""\1>', safe_html(body.value))
    return html if not html or _BLOCK_TAG.search(html) else f"<p>{html}</p>"


def has_silent_picture(html: str) -> bool:
    """Whether safe HTML has a picture of which it does not even say that it needs no words."""
    return _WITHOUT_ALT.search(html) is not None


def safe_link(uri: str) -> str | None:
    """The URI if a page may link to it (http or https), else None: a `javascript:` is a URI too."""
    return uri if uri.lower().startswith(("https://", "http://")) else None


def _paragraphs(text: str) -> str:
    """Plain text as paragraphs: blank lines part them, other line ends stay as breaks."""
    paragraphs = (part.strip() for part in _BLANK_LINES.split(text))
    return "\n".join(
        "<p>" + escape(part, quote=False).replace("\n", "<br>\n") + "</p>"
        for part in paragraphs
        if part
    )


def _words_of(html: str) -> str:
    """The text of HTML that is beyond help, as paragraphs."""
    return _paragraphs(unescape(_WHOLE_TAG.sub(" ", html)))


def _is_absurd(html: str) -> bool:
    """Whether parsing the HTML would take more time or memory than any story is worth."""
    tags = _TAG.findall(html)
    opened = Counter(name.lower() for slash, name in tags if not slash)
    closed = Counter(name.lower() for slash, name in tags if slash)
    nesting = sum(count for name, count in opened.items() if name not in _CLOSES_ITS_LIKE)
    unclosed = sum(max(0, opened[name] - closed[name]) for name in _FORMATTING)
    return nesting > _MOST_NESTING or unclosed * len(tags) > _MOST_REPEATED
