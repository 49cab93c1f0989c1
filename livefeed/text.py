"""Text hygiene: what a text may hold before it reaches a log, a page or a terminal.

Three places, three answers: a headline that holds control characters is refused, a body loses
them, and what goes to a terminal shows them. ANSI escapes are control characters with more behind
them; a body loses them whole, so that no `[31m` stays.
"""

import re

LONGEST_HEADLINE = 300  # characters

# Cc of Unicode without tab and newline; U+202A to U+202E embed or override the direction of all
# that follows, while isolates (U+2066 to U+2069) and marks end with their own text.
_CONTROL = "\x00-\x08\x0b-\x1f\x7f-\x9f"
_OVERRIDE = "\u202a-\u202e"
_SURROGATE = "\ud800-\udfff"

# ECMA-48, most special first: control sequences (colours, cursor), operating system commands and
# other strings with their terminator, character sets. No string runs past its line, so that a
# missing terminator cannot take the rest of the text along, nor past the next control character.
_ESCAPE = (
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    rf"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\n{_CONTROL}]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]+[0-~]"
)
_UNWANTED = re.compile(f"{_ESCAPE}|[{_CONTROL}{_OVERRIDE}]")
_DANGEROUS = re.compile(f"[{_CONTROL}{_OVERRIDE}{_SURROGATE}]")
_NOT_IN_HEADLINES = re.compile(f"[\\t\\n{_CONTROL}{_OVERRIDE}{_SURROGATE}]")
_UNSTORABLE = re.compile(f"[\\x00{_SURROGATE}]")


def clean_body(text: str) -> str:
    """The text without control characters, ANSI escapes and direction overrides.

    Tab and newline stay; every line end becomes a newline. Cleaning twice changes nothing more.
    """
    return _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def printable(text: str) -> str:
    """The text for a terminal: nothing in it can move the cursor, colour or reorder the rest.

    Each control character shows as its Unicode picture (␛ for ESC), each override and each
    surrogate as `�`. Tab and newline stay.
    """
    return _DANGEROUS.sub(_picture, text)


def one_line(text: str) -> str:
    """The text as `printable` shows it, on one line: every run of white space is one space."""
    return printable(" ".join(text.split()))


def headline_problem(text: str) -> str | None:
    """Why the text cannot be a headline, or None if it can."""
    if not text.strip():
        return "is empty; a headline has 1 to 300 characters"
    if len(text) > LONGEST_HEADLINE:
        return f"has {len(text)} characters; a headline has 300 at most"
    if found := _NOT_IN_HEADLINES.search(text):
        place = found.start() + 1
        return f"holds {_named(found[0])} as its character {place}; take it out"
    return None


def storage_problem(text: str) -> str | None:
    """Why the text cannot be stored at all (a NUL, half of a surrogate pair), or None."""
    if found := _UNSTORABLE.search(text):
        return f"holds {_named(found[0])} as its character {found.start() + 1}; take it out"
    return None


def _picture(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else "�"


def _named(character: str) -> str:
    code = ord(character)
    if "\u202a" <= character <= "\u202e":
        return f"the direction override U+{code:04X}"
    if "\ud800" <= character <= "\udfff":
        return f"half a character (the surrogate U+{code:04X})"
    return {
        0: "a NUL",
        9: "a tab",
        10: "a line break",
        13: "a line break",
        27: "an ANSI escape",
    }.get(code, f"the control character U+{code:04X}")
