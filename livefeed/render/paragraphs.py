"""A story's text without its markup, paragraph by paragraph.

The blocks of HTML are its paragraphs, whatever they are made of; bold type, links and the like are
passed over.
"""

import re
from html.parser import HTMLParser

from livefeed.render.sanitise import body_html
from livefeed.story import Story, main_body

_BLOCK = re.compile(
    "blockquote|caption|d[dlt]|div|figcaption|figure|h[1-6]|hr|li|[ou]l|p|pre|table|tr"
)
_BREAKS = frozenset({"br", "td", "th"})


def story_paragraphs(story: Story) -> list[str]:
    """Those of a story's main body; none where it has no body."""
    body = main_body(story)
    return html_paragraphs(body_html(body)) if body else []


def html_paragraphs(html: str) -> list[str]:
    """The text of each block of safe HTML that has one; a picture is told by its words."""
    reader = _Blocks()
    reader.feed(html)
    reader.close()
    texts = (" ".join("".join(block).split()) for block in reader.blocks)
    return [text for text in texts if text]


class _Blocks(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[list[str]] = [[]]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_endtag(tag)
        if tag == "img" and (alt := dict(attrs).get("alt")):
            self.blocks.append([f"[{alt}]"])
            self.blocks.append([])

    def handle_endtag(self, tag: str) -> None:
        if _BLOCK.fullmatch(tag):
            self.blocks.append([])
        elif tag in _BREAKS:
            self.blocks[-1].append(" ")

    def handle_data(self, data: str) -> None:
        self.blocks[-1].append(data)
