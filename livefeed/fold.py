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

from livefeed.entry import CARRIES_STORY, Entry, Facts, Mark, Op
from livefeed.position import Position
from livefeed.stories import Stories
from livefeed.view import Order, View

SNAPSHOT_STORIES = 50
_UNKNOWN = -1
_WHOLE = View()


class Fold(msgspec.Struct, frozen=True, kw_only=True):
    """A feed as it stands at `position`.

    `stories` maps each story's number to its entry, oldest first; `pinned` lists those that are
    pinned, the newest pin first; of `stories` only the newest `keep` remain. `summary` is the
    newest story that is marked so and has its text, 0 where there is none.
    """

    feed: str
    position: Position
    facts: Facts = Facts()
    stories: Mapping[int, Entry] = msgspec.field(default_factory=lambda: Stories({}))
    pinned: tuple[int, ...] = ()
    summary: int = _UNKNOWN
    keep: int = 10_000

    def __post_init__(self) -> None:
        # A pin outlives its story: one that is not kept, or whose entry in Redis is damaged.
        if self.pinned:
            pinned = tuple(number for number in self.pinned if number in self.stories)
            force_setattr(self, "pinned", pinned)
        if self.summary == _UNKNOWN:
            force_setattr(self, "summary", _summary_of(self.stories))

    def newest_first(self) -> list[Entry]:
        """All stories' entries, the newest story first."""
        return list(self.stories.values())[::-1]

    def page(self, view: View = _WHOLE, *, limit: int = SNAPSHOT_STORIES) -> "Page":
        """At most `limit` stories of a view, in its order."""
        shown = [entry for entry in self.newest_first() if view.shows(entry)]
        within = [entry for entry in shown if view.reaches(entry.number)]
        chosen = within[:limit] if view.from_newest else within[-limit:]
        newest = chosen[0].number if chosen else view.edge
        oldest = chosen[-1].number if chosen else newest + 1
        newer = next((n for n, entry in enumerate(shown) if entry.number <= newest), len(shown))
        return Page(
            view=view,
            stories=chosen if view.order is Order.NEWEST else chosen[::-1],
            newest=newest,
            oldest=oldest,
            newer=newer,
            older=len(shown) - newer - len(chosen),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some stories of a view, in its order, and how many of it are newer and older than those.

    `newest` and `oldest` are the numbers between which the page has all there is.
    """

    view: View
    stories: list[Entry]
    newest: int
    oldest: int
    newer: int
    older: int

    @property
    def more(self) -> bool:
        """Whether older ones follow."""
        return self.older > 0


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
    changed = {"stories": stories, "summary": _summary_after(fold, entry, stories)}
    if entry.op in CARRIES_STORY:
        return changed
    return {**changed, "pinned": _without(fold.pinned, entry.number)}


def _summary_after(fold: Fold, entry: Entry, stories: Mapping[int, Entry]) -> int:
    """Looks through all stories only where the summary itself changed."""
    before = fold.summary
    if entry.number in stories and _is_summary(entry) and entry.number >= before:
        return entry.number
    if before and (before == entry.number or before not in stories):
        return _summary_of(stories)
    return before


def _summary_of(stories: Mapping[int, Entry]) -> int:
    return max((number for number, entry in stories.items() if _is_summary(entry)), default=0)


def _is_summary(entry: Entry) -> bool:
    return Mark.SUMMARY in entry.marks and entry.story is not None


def _without(numbers: tuple[int, ...], number: int) -> tuple[int, ...]:
    return tuple(n for n in numbers if n != number)
