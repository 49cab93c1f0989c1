"""The newest part of a log in memory: what a reader who was away is sent without asking Redis.

The tail knows the position before its oldest entry too, so a reader who stands exactly there can
continue. A withdrawal takes the story's text out of the entries that are already here.
"""

from collections.abc import Iterable

from livefeed.entry import Entry
from livefeed.position import Position

DEFAULT_KEEP = 2_000


class Tail:
    """The entries after `start`, in order, at most `keep` of them."""

    __slots__ = ("_entries", "_start", "keep")

    def __init__(
        self, start: Position, entries: Iterable[Entry] = (), *, keep: int = DEFAULT_KEEP
    ) -> None:
        self._start = start
        self._entries: list[Entry] = []
        self.keep = keep
        for entry in entries:
            self.apply(entry)

    def __repr__(self) -> str:
        return f"<Tail {self._start}…{self.position}, {len(self)} entries>"

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def start(self) -> Position:
        """The position before the oldest entry here: the oldest that can continue."""
        return self._start

    @property
    def position(self) -> Position:
        """The position of the newest entry."""
        return self._entries[-1].position if self._entries else self._start

    def apply(self, entry: Entry) -> None:
        """Append the next entry; one that is here already changes nothing.

        Raises:
            ValueError: where entries are missing before this one. The follower never lets that be.
        """
        newest = self.position.seq
        if entry.seq <= newest:
            return
        if entry.seq != newest + 1:
            raise ValueError(f"entry {entry.seq} cannot follow entry {newest} of {entry.feed}")
        if entry.withdraws:
            self._withdraw(entry.number)
        self._entries.append(entry)
        if len(self._entries) > self.keep:
            self._start = self._entries.pop(0).position

    def after(self, position: Position, *, most: int | None = None) -> list[Entry] | None:
        """The entries after `position`, the oldest `most` of them where that is given.

        None where this history does not hold the position (any more).
        """
        index = position.seq - self._start.seq
        if not 0 <= index <= len(self._entries):
            return None
        held = self._start if index == 0 else self._entries[index - 1].position
        if held != position:
            return None
        return self._entries[index : None if most is None else index + most]

    def _withdraw(self, number: int) -> None:
        self._entries = [
            entry.without_text() if entry.number == number else entry for entry in self._entries
        ]
