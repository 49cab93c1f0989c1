"""One followed feed as this server holds it: its fold, its tail, its likes, and who waits for news.

Every change happens between two awaits, so readers always see one state. They wait for `changed`.
"""

from collections.abc import Iterable, Mapping

from livefeed.entry import Entry
from livefeed.fold import Fold, apply
from livefeed.position import Position
from livefeed.server.likes import Likes
from livefeed.server.prepared import Prepared
from livefeed.server.pulse import Pulse
from livefeed.server.signal import Signal
from livefeed.tail import Tail


class Feed:
    """A feed with a fold. `upstream` is whether the log is within reach."""

    __slots__ = ("changed", "fold", "likes", "prepared", "pulse", "resets", "tail", "upstream")

    def __init__(self, fold: Fold, tail: Iterable[Entry] = ()) -> None:
        self.changed = Signal()
        self.fold = fold
        self.tail = _tail(fold, tail)
        self.likes = Likes()
        self.prepared = Prepared(fold)
        self.pulse = Pulse(number=0, position=fold.position, at=0, readers=0, upstream=True)
        self.upstream = True
        self.resets = 0

    def __repr__(self) -> str:
        return f"<Feed {self.name} at {self.position}, upstream={self.upstream}>"

    @property
    def name(self) -> str:
        """The feed's name."""
        return self.fold.feed

    @property
    def position(self) -> Position:
        """Where this server stands."""
        return self.fold.position

    def reset(self, fold: Fold, tail: Iterable[Entry]) -> None:
        """Take another history, or the same one anew. Readers find out by their position."""
        self.fold = fold
        self.tail = _tail(fold, tail)
        self.prepared.reset(fold)
        self.resets += 1
        self.changed.fire()

    def apply(self, entry: Entry) -> None:
        """Take the next entry; one that is here already changes nothing."""
        if entry.seq <= self.position.seq:
            return
        fold = apply(self.fold, entry)
        self.tail.apply(entry)
        self.fold = fold
        self.prepared.entry_came(self.fold, entry, left=self.tail.start.seq)
        self.changed.fire()

    def count_likes(self, counts: Mapping[int, int]) -> None:
        """Take the counts as they were read."""
        likes = self.likes.with_counts(counts)
        if likes is not self.likes:
            self.likes = likes
            self.prepared.likes_came(likes)
            self.changed.fire()

    def beat(self, *, at: int, readers: int) -> None:
        """Make the next pulse. `at` is ms since 1970."""
        self.pulse = Pulse(
            number=self.pulse.number + 1,
            position=self.position,
            at=at,
            readers=readers,
            upstream=self.upstream,
        )
        self.prepared.pulse_came(self.pulse)
        self.changed.fire()


def _tail(fold: Fold, entries: Iterable[Entry]) -> Tail:
    """A tail whose start is the first entry's position: the one before it is not known."""
    all_entries = list(entries)
    start = all_entries[0].position if all_entries else fold.position
    return Tail(start, all_entries[1:])
