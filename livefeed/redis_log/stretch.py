"""Which entries of a stretch of the log continue from a position. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from livefeed.entry import Entry
from livefeed.position import Position
from livefeed.wire.channel import Received, expected_tag


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the log from some seq on, oldest first, and where the log ends.

    A row is a seq with its entry; None stands for bytes that cannot be read. `newest` is None where
    neither head nor log is left, `root` where there is no feed of that name.
    """

    root: str | None
    newest: Position | None
    rows: tuple[tuple[int, Received | None], ...]


def continuation(position: Position, found: Stretch) -> list[Entry] | None:
    """The entries of a stretch read from `position.seq` that follow it in its own history.

    None where the history is another one, does not reach back to `position`, has a gap, or has an
    entry that cannot be read: then only a snapshot helps.
    """
    rows = list(found.rows)
    if position.seq == 0:
        ours = found.root == position.tag
    elif rows and rows[0][0] == position.seq:
        here = rows.pop(0)[1]
        # Where its own entry cannot be read, what comes next must prove the position's tag.
        ours = here.entry.position == position if here else _proves(position, rows, found.newest)
    else:
        rows, ours = [], found.newest == position
    if not ours or (not rows and found.newest != position):
        return None
    return _chained(position, rows)


def follows(position: Position, received: Received) -> bool:
    """Whether an entry is the next one after `position`, by its seq and (with its text) its tag."""
    entry = received.entry
    proven = entry.withdrawn or entry.tag == expected_tag(position.tag, received)
    return entry.seq == position.seq + 1 and proven


def _proves(
    position: Position, rows: list[tuple[int, Received | None]], newest: Position | None
) -> bool:
    if not rows:
        return newest == position
    after = rows[0][1]
    return after is not None and not after.entry.withdrawn and follows(position, after)


def _chained(position: Position, rows: Iterable[tuple[int, Received | None]]) -> list[Entry] | None:
    entries = []
    for _, received in rows:
        if received is None or not follows(position, received):
            return None
        entries.append(received.entry)
        position = received.entry.position
    return entries
