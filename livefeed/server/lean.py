"""Scripts and style sheets without what only people read: their comments, and the space around."""

import rcssmin
import rjsmin


def lean_script(text: str) -> str:
    """The same program, shorter: `tests/web/served.test.js` compares the two."""
    script: str = rjsmin.jsmin(text)
    return script


def lean_style(text: str) -> str:
    """The same rules, shorter: `tests/web/browser/served.test.js` compares the two."""
    style: str = rcssmin.cssmin(text)
    return style
