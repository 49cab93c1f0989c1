"""A reader's cursor on a feed: which message it is to be sent next.

    arrives ──hello──▶ resumes ──entry…──▶ at the head ──likes, pulse, entry…──▶
       │                  ▲                     │
       └─hello─▶ starts over ─snapshot─▶────────┘   (and from anywhere, where its position is lost)

One message at a time, and each decided anew, since the feed may change while one is being sent: so
a text withdrawn meanwhile is not sent, and a reader that was slow goes on like one that comes back.
"""

from typing import TypeAlias

import msgspec

from livefeed.cursor import Continue, go_on
from livefeed.entry import Entry
from livefeed.position import Position
from livefeed.server.feed import Feed
from livefeed.wire.messages import Encoding

# Where a cursor is: greeted, position, version of the likes, number of the pulse.
State: TypeAlias = "tuple[bool, Position | None, int | None, int]"


class Outgoing(msgspec.Struct, frozen=True):
    """A message that is due; `entry` where it is one of the log."""

    payload: bytes
    entry: Entry | None = None


class Cursor:
    """All that is kept of a reader. `position` None: it is owed a snapshot."""

    __slots__ = ("_greeted", "_likes", "_pulse", "encoding", "position")

    def __init__(self, encoding: Encoding, after: Position | None) -> None:
        self.encoding = encoding
        self.position = after
        self._greeted = False
        self._likes: int | None = None
        self._pulse = 0

    def __repr__(self) -> str:
        return f"<Cursor {self.encoding.name} at {self.position}>"

    @property
    def state(self) -> State:
        """Where it is: two cursors of one encoding in the same state take the same messages."""
        return self._greeted, self.position, self._likes, self._pulse

    @state.setter
    def state(self, state: State) -> None:
        self._greeted, self.position, self._likes, self._pulse = state

    def copy(self) -> "Cursor":
        """Another at the same place."""
        other = Cursor(self.encoding, None)
        other.state = self.state
        return other

    def take(self, feed: Feed, *, pulse_ms: int) -> Outgoing | None:
        """The next message for this reader, which counts as sent; None: it has everything."""
        if not self._greeted:
            return self._greet(feed, pulse_ms)
        if self.position is None:
            return self._take_snapshot(feed)
        return self._take_pulse(feed) or self._take_entry(feed, pulse_ms) or self._take_likes(feed)

    def _greet(self, feed: Feed, pulse_ms: int) -> Outgoing:
        resumed = isinstance(go_on(feed.tail, self.position, most=0), Continue)
        if not resumed:
            self.position = None
        self._greeted = True
        self._likes = None
        # A newcomer has no pulse to get, but for one that says that what it sees may be old.
        self._pulse = feed.pulse.number if feed.pulse.upstream else feed.pulse.number - 1
        return Outgoing(feed.prepared.hello(self.encoding, resumed=resumed, pulse_ms=pulse_ms))

    def _take_snapshot(self, feed: Feed) -> Outgoing:
        self.position = feed.position
        return Outgoing(feed.prepared.snapshot(self.encoding))

    def _take_pulse(self, feed: Feed) -> Outgoing | None:
        """The newest beat, if this reader stands where it was made; else it has none to get."""
        if self._pulse == feed.pulse.number or self.position != feed.pulse.position:
            return None
        self._pulse = feed.pulse.number
        return Outgoing(feed.prepared.pulse(self.encoding))

    def _take_entry(self, feed: Feed, pulse_ms: int) -> Outgoing | None:
        if self.position == feed.position:
            return None
        step = go_on(feed.tail, self.position, most=1)
        if not isinstance(step, Continue):
            return self._greet(feed, pulse_ms)
        entry = step.entries[0]
        self.position = entry.position
        return Outgoing(feed.prepared.entry(self.encoding, entry), entry)

    def _take_likes(self, feed: Feed) -> Outgoing | None:
        if self._likes == feed.likes.version:
            return None
        seen, self._likes = self._likes, feed.likes.version
        return Outgoing(feed.prepared.likes(self.encoding, seen=seen))
