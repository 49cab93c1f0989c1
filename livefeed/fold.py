"""The fold of a log: the feed as it stands after its entries.

A fold is a value; `apply` gives the next one. Of each story it keeps the newest entry that has its
text, or its hold or kill; a pin or a change of the feed's facts leaves the stories as they are.
Folding a log from the start, and folding the rest of it onto a fold made earlier, give the same.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec.structs import force_setattr, replace

from livefeed.entry import CARRIES_STORY, Entry, Facts, Op
from livefeed.position import Position
from livefeed.stories import Stories

SNAPSHOT_STORIES = 50


class Fold(msgspec.Struct, frozen=True, kw_only=True):
    """A feed as it stands at `position`.

    `stories` maps each story's number to its entry, oldest first; `pinned` lists those that are
    pinned, the newest pin first; of `stories` only the newest `keep` remain.
    """

    feed: str
    position: Position
    facts: Facts = Facts()
    stories: Mapping[int, Entry] = msgspec.field(default_factory=lambda: Stories({}))
    pinned: tuple[int, ...] = ()
    keep: int = 10_000

    def __post_init__(self) -> None:
        # A pin outlives its story: one that is not kept, or whose entry in Redis is damaged.
        if self.pinned:
            pinned = tuple(number for number in self.pinned if number in self.stories)
            force_setattr(self, "pinned", pinned)

    def newest_first(self) -> list[Entry]:
        """All stories' entries, the newest story first."""
        return list(self.stories.values())[::-1]

    def page(self, *, before: int | None = None, limit: int = SNAPSHOT_STORIES) -> "Page":
        """The `limit` newest stories whose number is below `before`."""
        older = [e for e in self.newest_first() if before is None or e.number < before]
        return Page(stories=older[:limit], more=len(older) > limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some stories in a row, newest first; `more` says whether older ones follow."""

    stories: list[Entry]
    more: bool


def apply(fold: Fold, entry: Entry) -> Fold:
    """The fold after `entry`; an entry that it already holds changes nothing."""
    if entry.seq <= fold.position.seq:
        return fold
    return replace(fold, position=entry.position, **_changed(fold, entry))


def apply_all(fold: Fold, entries: Iterable[Entry]) -> Fold:
    """The fold after `entries`, in their order."""
    for entry in entries:
        fold = apply(fold, entry)
    return fold


def _changed(fold: Fold, entry: Entry) -> dict[str, Any]:
    """What of the fold is another after the entry, besides its position."""
    if entry.op is Op.FEED:
        return {"facts": fold.facts.updated(entry.facts or Facts())}
    if entry.op is Op.PIN:
        return {"pinned": (entry.number, *_without(fold.pinned, entry.number))}
    if entry.op is Op.UNPIN:
        return {"pinned": _without(fold.pinned, entry.number)}
    held = fold.stories if isinstance(fold.stories, Stories) else Stories(fold.stories)
    stories = held.having(entry, keep=fold.keep)
    if entry.op in CARRIES_STORY:
        return {"stories": stories}
    return {"stories": stories, "pinned": _without(fold.pinned, entry.number)}


def _without(numbers: tuple[int, ...], number: int) -> tuple[int, ...]:
    return tuple(n for n in numbers if n != number)
