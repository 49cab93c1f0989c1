"""Text in columns of a terminal, where a letter of Chinese or Korean takes two."""

from unicodedata import combining, east_asian_width


def cells(text: str) -> int:
    """How many columns the text takes."""
    return sum(map(_width, text))


def cut(text: str, width: int | None) -> str:
    """The text, cut to `width` columns with an ellipsis; None leaves it whole."""
    if width is None or cells(text) <= width:
        return text
    kept, room = "", max(width - 1, 0)
    for letter in text:
        if (room := room - _width(letter)) < 0:
            break
        kept += letter
    return kept.rstrip() + "…"


def _width(letter: str) -> int:
    if combining(letter):
        return 0
    return 2 if east_asian_width(letter) in "WF" else 1
