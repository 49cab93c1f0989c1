"""The file that a story is read from, or standard input for `-`."""

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from livefeed.entry import LARGEST_ENTRY
from livefeed.errors import Problem, StoryInvalid, UsageError
from publisher.terminal import Terminal

if TYPE_CHECKING:
    from publisher.story_input import Draft

STDIN = "-"
# Marked-up sources are longer than the entry that they become, but not by much.
LARGEST_SOURCE = 8 * LARGEST_ENTRY


def draft_in(source: str, terminal: Terminal) -> "Draft":
    """The story in the file.

    Raises:
        UsageError: if the file cannot be read.
        StoryInvalid: with every problem of the story.
    """
    from publisher.story_input import read_story  # noqa: PLC0415 - not before it is needed

    try:
        return read_story(source_bytes(source, terminal), name=source_name(source))
    except StoryInvalid as invalid:
        what = "the story" if source == STDIN else source
        mend = f"Nothing was published; mend {what} and try again."
        raise StoryInvalid(invalid.problems, hint=f"{invalid.hint}\n{mend}".strip()) from invalid


@contextmanager
def opened(source: str) -> Iterator[BinaryIO]:
    """The file, to read line by line as the lines come.

    Raises:
        UsageError: if it cannot be opened.
    """
    if source == STDIN:
        yield sys.stdin.buffer
        return
    with _open(Path(source)) as file:
        yield file


def source_bytes(source: str, terminal: Terminal) -> bytes:
    """What is in the file.

    Raises:
        UsageError: if it cannot be read; names a file with a like name.
        StoryInvalid: if it is far too long for any story.
    """
    content = _from_stdin(terminal) if source == STDIN else _from_file(Path(source))
    if len(content) > LARGEST_SOURCE:
        raise StoryInvalid(
            [Problem(source_name(source), f"longer than {LARGEST_SOURCE:,} bytes")],
            hint="Is this the right file?",
        )
    return content


def source_name(source: str) -> str:
    """What the source is called in problems."""
    return "standard input" if source == STDIN else source


def _from_stdin(terminal: Terminal) -> bytes:
    if terminal.asks:
        terminal.err.line("Type or paste the story; end it with Ctrl-D on a line of its own.")
    return sys.stdin.buffer.read(LARGEST_SOURCE + 1)


def _from_file(path: Path) -> bytes:
    with _open(path) as file:
        return file.read(LARGEST_SOURCE + 1)


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise UsageError(f"There is no file {str(path)!r}", hint=_meant(path)) from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageError(f"{str(path)!r} cannot be read: {why}") from None


def _meant(path: Path) -> str:
    if " " in path.name and not path.suffix:
        return f"A headline needs its flag: --headline {shlex.quote(path.name)}"
    try:
        names = [other.name for other in path.parent.iterdir() if other.is_file()]
    except OSError:
        return f"There is no folder {str(path.parent)!r} either."
    near = get_close_matches(path.name, names, 1)
    return f"Did you mean {str(path.with_name(near[0]))!r}?" if near else ""
