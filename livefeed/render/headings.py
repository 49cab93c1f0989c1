"""The headings within a body, as steps below the story's own headline.

Screen readers lead from heading to heading by level; a level that is left out sounds like a part
of the story that is missing.
"""

import re

_HEADING = re.compile(r"(</?h)([1-6])\b")
_HEADLINE = 2  # the level of a story's own
_LOWEST = 6


def below_headline(html: str) -> str:
    """A sanitised body whose headings begin at `h3` and go down one level at a time.

    What was equal stays equal, and what was above stays above, as far as HTML's levels reach.
    """
    above: list[int] = []  # the given levels of the headings that the current one stands under

    def stepped(tag: re.Match[str]) -> str:
        given = int(tag[2])
        if not tag[1].startswith("</"):
            while above and above[-1] >= given:
                above.pop()
            above.append(given)
        return f"{tag[1]}{min(_HEADLINE + len(above), _LOWEST)}"

    return _HEADING.sub(stepped, html)
