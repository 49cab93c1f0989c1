"""In which language a text is, and which way it runs, so that every browser lays it out rightly.

A story says its language, or is taken to be in its feed's; and when it did not say so itself, its
letters have the last word. Browsers' own `dir="auto"` asks the first letter alone: an Arabic
paragraph that begins with “NATO” would run from left to right.
"""

import re
from dataclasses import dataclass
from html import unescape
from typing import Literal
from unicodedata import bidirectional

from livefeed.render.words import direction_of
from livefeed.story import Association, Story

Direction = Literal["ltr", "rtl", "auto"]

_LONGEST = 400  # characters: which way a text runs is clear by then
_BLOCK = re.compile(
    r"</?(?:blockquote|caption|dd|div|dl|dt|figcaption|figure|h[1-6]|hr|li|ol|p|pre|table|tbody|td"
    r"|tfoot|th|thead|tr|ul)\b"
)
# Not list items, whose markers would stand on the other side of their list.
_TURNED = re.compile(r"<(caption|dd|dt|figcaption|h[3-6]|p|pre|td|th)((?: [^<>]*)?)>")
_INLINE = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """What stands in `lang` and `dir`: no tag where nothing was said, an empty one for unknown."""

    tag: str | None
    direction: Direction


def language_of(item: Story | Association, text: str, feeds: str | None) -> Language:
    """The language of a story whose headline is `text`, in a feed in the language `feeds`."""
    if item.language:
        return Language(tag=item.language, direction=direction_of(item.language) or way(text))
    found, usual = way(text), direction_of(feeds)
    if found == "auto":
        return Language(tag=feeds, direction=usual or "auto")
    # A voice of the other script would read nothing of it rightly.
    return Language(tag=feeds if usual in (None, found) else "", direction=found)


def way(text: str | None) -> Direction:
    """Which way most of a text's letters run; `auto` where none does."""
    kinds = [bidirectional(letter) for letter in (text or "")[:_LONGEST]]
    rightwards, leftwards = kinds.count("L"), kinds.count("R") + kinds.count("AL")
    if rightwards == leftwards:
        return "auto"
    return "ltr" if rightwards > leftwards else "rtl"


def turned(html: str, direction: Direction) -> str:
    """A sanitised body that runs in `direction`; its paragraphs in the other script say so."""

    def with_its_own(tag: re.Match[str]) -> str:
        most = tag.end() + 4 * _LONGEST  # with markup
        end = _BLOCK.search(html, tag.end(), most)
        own = way(unescape(_INLINE.sub("", html[tag.end() : end.start() if end else most])))
        if own in ("auto", direction) or ' dir="' in tag[2]:
            return tag[0]
        return f'<{tag[1]} dir="{own}"{tag[2]}>'

    return _TURNED.sub(with_its_own, html)
