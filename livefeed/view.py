"""A view of a feed: which of its stories, in which order, and between which numbers.

A view is an address too: `?order=oldest&key=1&before=812&after=12`. The bounds are numbers of
stories whatever the order, and are not among those shown.
"""

from dataclasses import dataclass
from enum import StrEnum

from livefeed.entry import Entry, Facts, FeedState, Mark


class Order(StrEnum):
    """Which stories stand on top."""

    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """All stories, or the key events alone; those below `before` and above `after`."""

    order: Order = Order.NEWEST
    key: bool = False
    before: int | None = None
    after: int | None = None

    @property
    def from_newest(self) -> bool:
        """Whether a page of this view is filled from its newest story on.

        One that has a bound begins there; else the order says.
        """
        if (self.before is None) == (self.after is None):
            return self.order is Order.NEWEST
        return self.before is not None

    @property
    def edge(self) -> int:
        """Above which number there are only newer stories, where nothing is between the bounds."""
        return self.before - 1 if self.before is not None else self.after or 0

    def shows(self, entry: Entry) -> bool:
        """Whether a story is of this view, wherever its bounds are."""
        return not self.key or is_key_event(entry)

    def reaches(self, number: int) -> bool:
        """Whether a number is between the bounds."""
        above = self.after is None or number > self.after
        return above and (self.before is None or number < self.before)


def is_key_event(entry: Entry) -> bool:
    """Whether the story is marked as one. A withdrawn story is not."""
    return Mark.KEY in entry.marks and entry.story is not None


def usual_order(facts: Facts) -> Order:
    """What a reader gets who asks for none: what is over is read from its beginning."""
    return Order.OLDEST if facts.state is FeedState.ENDED else Order.NEWEST
