"""An error as it is told: in words on stderr; with `--json` also as one object on stdout.

The shell is told by one exit code for each kind of error.
"""

from contextlib import suppress
from typing import Any

from livefeed.errors import LivefeedError
from publisher.terminal import AnswerLost, Stream, Terminal

DONE = 0
EXIT_CODES = {
    "failed": 1,  # nothing was published
    "usage": 2,
    "invalid": 3,
    "conflict": 4,
    "unreachable": 5,  # nothing was published
    "unknown": 6,  # the same --id again cannot publish twice
    "taken-back": 7,
}


class Failed(Exception):
    """What stopped a command, and the publication id it ran under, if it had one."""

    def __init__(self, error: LivefeedError, publication_id: str | None = None) -> None:
        super().__init__(error.message)
        self.error = error
        self.publication_id = publication_id


def report(failed: Failed, terminal: Terminal, *, as_json: bool) -> int:
    """Tell of it; the exit code, which stands even if nobody can be told."""
    with suppress(AnswerLost):
        _in_words(failed.error, terminal.err)
    with suppress(AnswerLost):
        if as_json:
            terminal.out.object(as_object(failed))
    return EXIT_CODES[failed.error.code]


def as_object(failed: Failed) -> dict[str, Any]:
    """The object that `--json` prints for it."""
    error = failed.error
    told = {"code": error.code, "message": error.message, "hint": error.hint}
    return {"error": {**told, "id": failed.publication_id}}


def _in_words(error: LivefeedError, err: Stream) -> None:
    from livefeed.text import printable  # noqa: PLC0415 - `--help` does without it

    for line in (error.message or type(error).__name__).split("\n"):
        err.line(f"{err.style('Error:', 'red', 'bold')} {printable(line)}")
    for line in filter(None, error.hint.split("\n")):
        err.line(f"  {err.style(printable(line), 'dim')}")
