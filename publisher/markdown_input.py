"""A story in Markdown: its head in YAML, its text in CommonMark with tables. Knows markdown-it."""

import re
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from livefeed.errors import Problem
from livefeed.render.sanitise import safe_html
from publisher.front_matter import NAME, FrontMatter, is_field, read_front_matter

DEEPEST = 100  # levels of quotes and lists; what lies deeper, markdown-it leaves out

_FENCE = re.compile(r"---[ \t]*")
_END = re.compile(r"(?:---|\.\.\.)[ \t]*")


def read_markdown(source: str) -> FrontMatter:
    """The story's fields, its text among them, and the problems found so far.

    Without a `headline` at the head, a heading `#` that begins the text is taken.
    """
    head, text, text_line = _parted(source)
    found = read_front_matter(head, 2)
    if text is None:
        found.problems.append(Problem(NAME, "begins with --- and never ends", 1))
        found.readable = False
        return found
    _read_text(found, text, text_line)
    if "headlines" not in found.document and is_field(source):
        found.problems.append(Problem(NAME, "stands between two lines of ---", 1))
        found.readable = False
    return found


def _parted(source: str) -> tuple[str, str | None, int]:
    """The head, the text (None where the head has no end), and the text's first line."""
    lines = source.split("\n")
    if not _FENCE.fullmatch(lines[0]):
        return "", source, 1
    for number, line in enumerate(lines[1:], start=1):
        if _END.fullmatch(line):
            return "\n".join(lines[1:number]) + "\n", "\n".join(lines[number + 1 :]), number + 2
    return "", None, 1


def _read_text(found: FrontMatter, text: str, text_line: int) -> None:
    markdown = MarkdownIt("commonmark", {"html": True, "maxNesting": DEEPEST})
    markdown.enable(["table", "strikethrough"])
    tokens = markdown.parse(text)
    if "headlines" not in found.document and _begins_with_heading(tokens):
        _take_heading(found.document, tokens)
        found.lines["headlines"] = text_line + (tokens[0].map or [0])[0]
        del tokens[:3]
    for token in tokens:
        if any(child.type == "image" and not child.content for child in token.children or ()):
            message = "has a picture without words; write ![what it shows](…)"
            found.problems.append(Problem("body", message, text_line + (token.map or [0])[0]))
        if token.level >= DEEPEST - 1 and token.map:
            message = f"is nested more than {DEEPEST} levels deep"
            found.problems.append(Problem("body", message, text_line + token.map[0]))
            return
    html = safe_html(markdown.renderer.render(tokens, markdown.options, {}))
    if html:
        found.document["bodies"] = [{"role": "main", "contentType": "text/html", "value": html}]


def _begins_with_heading(tokens: list[Token]) -> bool:
    return bool(tokens) and tokens[0].type == "heading_open" and tokens[0].tag == "h1"


def _take_heading(document: dict[str, Any], tokens: list[Token]) -> None:
    words = "".join(
        " " if child.type == "softbreak" else child.content for child in tokens[1].children or ()
    )
    document["headlines"] = [{"role": "main", "value": words}]
