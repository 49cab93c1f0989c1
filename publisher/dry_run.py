"""What `--dry-run` shows: the entry as it would stand in the log, as far as it is known before."""

from typing import Any

from livefeed.entry import Entry
from livefeed.request import Request, pairs
from livefeed.wire.channel import packed
from publisher.desk import Answers, Desk


def show(desk: Desk, request: Request, current: Entry | None) -> None:
    """Print the entry; nothing is published.

    Raises:
        StoryInvalid: if it would be too big.
    """
    packed(request, current)
    entry = as_object(request, current)
    if desk.answers is Answers.PEOPLE:
        desk.terminal.out.object(entry, indent=2)
        desk.terminal.err.line("Dry run: nothing was published.")
    else:
        desk.terminal.out.object(entry)


def as_object(request: Request, current: Entry | None) -> dict[str, Any]:
    """The entry's pairs; `number` and `rev` only of a story that has them already."""
    known = {"feed": request.feed}
    if current is None:
        return {**known, **pairs(request, current)}
    rev = current.rev if request.op in {"pin", "unpin"} else current.rev + 1
    return {**known, "number": current.number, "rev": rev, **pairs(request, current)}
