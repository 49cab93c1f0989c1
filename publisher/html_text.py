"""A story's HTML as text for a terminal: paragraphs, lists, links with their address.

It is for reading, and cannot be turned back.
"""

from html.parser import HTMLParser

_PARAGRAPHS = frozenset(
    {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "pre"}
    | {"table", "figure", "hr"}
)
_LINES = frozenset({"li", "tr", "br", "dt", "dd", "figcaption"})
_UNREAD = frozenset({"script", "style"})


def html_text(html: str) -> str:
    """The text, with an empty line between paragraphs."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._blocks: list[list[str]] = [[""]]
        self._address: str | None = None
        self._unread = 0

    def text(self) -> str:
        blocks = ("\n".join(_lines(lines)) for lines in self._blocks)
        return "\n\n".join(block for block in blocks if block)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._break_at(tag)
        if tag == "li":
            self._blocks[-1][-1] += "- "
        elif tag == "a":
            self._address = dict(attrs).get("href")
        elif tag in _UNREAD:
            self._unread += 1

    def handle_endtag(self, tag: str) -> None:
        self._break_at(tag)
        if tag == "a" and self._address:
            self._blocks[-1][-1] += f" <{self._address}>"
            self._address = None
        elif tag in _UNREAD:
            self._unread = max(0, self._unread - 1)

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self._blocks[-1][-1] += data

    def _break_at(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self._blocks.append([""])
        elif tag in _LINES:
            self._blocks[-1].append("")


def _lines(lines: list[str]) -> list[str]:
    joined = (" ".join(line.split()) for line in lines)
    return [line for line in joined if line]
