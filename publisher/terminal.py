"""The terminal, or what stands in its place: answers go to `out`, advice and questions to `err`.

Whoever prints text from a story or from Redis hands it through `livefeed.text.printable` first.
"""

import json
import os
import re
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO


class AnswerLost(Exception):
    """The answer cannot be written: its reader has gone (`| head`), or the disk is full."""

    def __init__(self, error: OSError) -> None:
        super().__init__(error.strerror or type(error).__name__)
        self.reader_gone = isinstance(error, BrokenPipeError)


# What JSON may hold unescaped, but a terminal may obey: C1 controls, overrides and isolates of
# direction. Lone surrogates have no UTF-8.
_OBEYED = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33"}


@dataclass(frozen=True, slots=True)
class Stream:
    """One output; `styled` when a person looks at it and wants colours."""

    file: TextIO
    styled: bool

    def line(self, text: str = "") -> None:
        """Print a line, at once: a program or a colleague may be waiting for it.

        Raises:
            AnswerLost: if it cannot be written.
        """
        try:
            self.file.write(text + "\n")
            self.file.flush()
        except OSError as error:
            raise AnswerLost(error) from error

    def object(self, document: object, *, indent: int | None = None) -> None:
        """Print a document as JSON: for programs on one line, for people with an `indent`.

        Raises:
            AnswerLost: if it cannot be written.
        """
        utf_8 = (self.file.encoding or "").lower().replace("-", "") == "utf8"
        self.line(json_text(document, any_letter=utf_8, indent=indent))

    def style(self, text: str, *names: str) -> str:
        """The text, in a style where this output has styles."""
        if not self.styled or not text:
            return text
        return f"\x1b[{';'.join(_STYLES[name] for name in names)}m{text}\x1b[0m"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """`asks` when somebody is there to answer a question; `width` None when nothing is cut."""

    out: Stream
    err: Stream
    typed: TextIO
    asks: bool
    width: int | None

    def ask(self, question: str) -> str:
        """What was typed, without the spaces around it; nothing at the end of input."""
        self.err.file.write(question)
        self.err.file.flush()
        answer = self.typed.readline()
        if not answer.endswith("\n"):
            self.err.line()
        return answer.strip()


def this_terminal(
    environ: Mapping[str, str], *, plain: bool = False, no_input: bool = False
) -> Terminal:
    """The terminal of this process."""
    for file in (sys.stdout, sys.stderr):
        _never_fails_on_letters(file)
    colours = not plain and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
    shown = sys.stdout.isatty() and not plain
    return Terminal(
        out=Stream(sys.stdout, styled=colours and sys.stdout.isatty()),
        err=Stream(sys.stderr, styled=colours and sys.stderr.isatty()),
        typed=sys.stdin,
        asks=not no_input and sys.stdin.isatty() and sys.stderr.isatty(),
        width=shutil.get_terminal_size().columns if shown else None,
    )


def open_closed_streams() -> None:
    """Give a process that was started without some of its streams (`>&-`) ones to nowhere."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115 - as long as we run


def hush(file: TextIO) -> None:
    """Let what is still buffered for a closed pipe go nowhere, so that Python's exit is quiet."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, file.fileno())
    os.close(nowhere)


def json_text(document: object, *, any_letter: bool = True, indent: int | None = None) -> str:
    """The document as JSON; on one line unless `indent` says otherwise.

    Without `any_letter` only ASCII is used, for outputs that have no more.
    """
    text = json.dumps(document, ensure_ascii=not any_letter, indent=indent)
    return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _never_fails_on_letters(file: TextIO) -> None:
    if reconfigure := getattr(file, "reconfigure", None):
        reconfigure(errors="backslashreplace")
