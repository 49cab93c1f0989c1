"""Where a story's body may be parted, so that *Also read* stands inside the story.

A body is parted between two paragraphs of its own and never within a list, a table or a quotation.
"""

from html.parser import HTMLParser

# Elements without an end tag.
_VOID = frozenset({"br", "col", "embed", "hr", "img", "input", "source", "track", "wbr"})
FEWEST_PARAGRAPHS = 4  # a shorter story is one breath: its links stand behind it


class _Paragraphs(HTMLParser):
    """Finds the ends of the paragraphs that stand at the top of a well-formed fragment."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.ends: list[int] = []
        self._depth = 0
        self._line_starts: list[int] = []

    def ends_in(self, html: str) -> list[int]:
        self._line_starts = [0]
        for line in html.split("\n"):
            self._line_starts.append(self._line_starts[-1] + len(line) + 1)
        self.feed(html)
        return self.ends

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's own signature
        if tag not in _VOID:
            self._depth += 1

    def handle_endtag(self, tag: str) -> None:
        self._depth -= 1
        if tag == "p" and self._depth == 0:
            line, column = self.getpos()
            self.ends.append(self._line_starts[line - 1] + column + len("</p>"))


def halves(html: str) -> tuple[str, str]:
    """A sanitised body in two parts, parted behind the middle one of its paragraphs.

    The second part is empty when the story has fewer than `FEWEST_PARAGRAPHS` paragraphs.
    """
    ends = _Paragraphs().ends_in(html)
    if len(ends) < FEWEST_PARAGRAPHS:
        return html, ""
    middle = ends[(len(ends) - 1) // 2]
    return html[:middle], html[middle:]
