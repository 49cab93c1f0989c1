"""The stories of a fold: a map that is a value, and of which the next one costs little.

    old    many stories, shared by all maps that were made of it since, and never changed
    new    the few that came or changed since then
    gone   the few of the old that are not kept any more

A fold is a value, so each entry needs a map of its own; copying ten thousand stories for it would
take longer than all else that a follower does. So only the few are copied, and now and then, when
they are not few any more, everything is. So it is with a withdrawal too, for the old stories would
still hold the text.
"""

from collections.abc import ItemsView, Iterator, Mapping, ValuesView
from itertools import islice

from livefeed.entry import Entry

_FEW = 128


class Stories(Mapping[int, Entry]):
    """Entries by their story's number, the first that came first. Behaves as a dict would."""

    __slots__ = ("_gone", "_new", "_old", "_size")

    def __init__(self, stories: Mapping[int, Entry]) -> None:
        self._old: dict[int, Entry] = dict(stories)
        self._new: dict[int, Entry] = {}
        self._gone: frozenset[int] = frozenset()
        self._size = len(self._old)

    def __repr__(self) -> str:
        return f"<Stories: {len(self)}>"

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[int]:
        return iter(self._all())

    def __contains__(self, number: object) -> bool:
        return number in self._new or (number in self._old and number not in self._gone)

    def __getitem__(self, number: int) -> Entry:
        if (entry := self._new.get(number)) is not None:
            return entry
        if number in self._gone:
            raise KeyError(number)
        return self._old[number]

    def items(self) -> ItemsView[int, Entry]:
        """At once, and not one by one."""
        return self._all().items()

    def values(self) -> ValuesView[Entry]:
        """At once, and not one by one."""
        return self._all().values()

    def having(self, entry: Entry, *, keep: int) -> "Stories":
        """This map with `entry`, and without the first ones beyond `keep`."""
        after = object.__new__(Stories)
        after._old, after._gone = self._old, self._gone
        after._new = {**self._new, entry.number: entry}
        after._size = self._size + (entry.number not in self)
        if surplus := max(0, after._size - keep):
            after._drop(surplus)
        if entry.withdraws or len(after._new) + len(after._gone) > _FEW:
            return Stories(after._all())
        return after

    def _drop(self, surplus: int) -> None:
        left = len(self._old) - len(self._gone)
        if surplus > _FEW or left < surplus:
            self._old, self._new, self._gone = self._all(), {}, frozenset()
        kept = (number for number in self._old if number not in self._gone)
        dropped = list(islice(kept, surplus))
        self._gone = self._gone.union(dropped)
        self._new = {number: e for number, e in self._new.items() if number not in dropped}
        self._size -= surplus

    def _all(self) -> dict[int, Entry]:
        stories = dict(self._old)
        for number in self._gone:
            del stories[number]
        stories.update(self._new)
        return stories
