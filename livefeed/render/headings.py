"""The headings within a body, as steps below the story's own headline.

Screen readers lead from heading to heading by level; a level that is left out sounds like a part
of the story that is missing.
"""

import re

_HEADING = re.compile(r"(</?h)([1-6])\b")
_HEADLINE = 2  # the level of a story's own


def below_headline(html: str) -> str:
    """A sanitised body whose headings begin at `h3` and go down one level at a time."""
    level = _HEADLINE

    def stepped(tag: re.Match[str]) -> str:
        nonlocal level
        if not tag[1].startswith("</"):
            level = min(max(int(tag[2]) - 1, _HEADLINE + 1), level + 1)
        return f"{tag[1]}{level}"

    return _HEADING.sub(stepped, html)
