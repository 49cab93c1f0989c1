"""The tables within a body, each in a box of its own.

A table of many columns is wider than a phone. Its box scrolls sideways, by keyboard too, so that
the page need not.
"""

import re

_TABLE = re.compile(r"<table\b[^>]*>|</table>")
_BOX = '<div class="table" role="group" aria-label="{}" tabindex="0">'


def boxed(html: str, name: str) -> str:
    """A sanitised body with a box around each table; those within another are in that one's.

    `name` is what a screen reader calls it.
    """
    depth = 0
    box = _BOX.format(name)

    def with_box(tag: re.Match[str]) -> str:
        nonlocal depth
        if tag[0] == "</table>":
            depth -= 1
            return tag[0] if depth else f"{tag[0]}</div>"
        depth += 1
        return tag[0] if depth > 1 else f"{box}{tag[0]}"

    return _TABLE.sub(with_box, html)
