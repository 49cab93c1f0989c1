"""How a reader goes on from its position: the one operation behind joining and coming back.

A new reader, one out of a tunnel, one after a server's restart and one that was too slow all ask
the same: *continue from this position*. The answer is a value; sending it is the server's work.
"""

import msgspec

from livefeed.entry import Entry
from livefeed.position import Position
from livefeed.tail import Tail


class Continue(msgspec.Struct, frozen=True):
    """The position is of this history: these entries follow it (none: the reader has them all).

    Of many the first only, where `go_on` was asked for no more.
    """

    entries: list[Entry]


class LookUp(msgspec.Struct, frozen=True):
    """The position is ahead of the tail: the log may know it before this server does."""

    position: Position


class StartOver(msgspec.Struct, frozen=True):
    """No position, one of another history, or one that the tail has left behind: a snapshot."""


def go_on(
    tail: Tail, position: Position | None, *, most: int | None = None
) -> Continue | LookUp | StartOver:
    """What a reader at `position` is to be sent: `most` entries at once, where that is given."""
    if position is None:
        return StartOver()
    if position.seq > tail.position.seq:
        return LookUp(position)
    entries = tail.after(position, most=most)
    return StartOver() if entries is None else Continue(entries)
