"""What goes out in one write: a cursor's next messages as frames, made once for all there.

Two cursors in the same state take the same messages. So what one took, and where it led, is kept
until the feed changes: of ten thousand readers that come back at once, few are worked for.
"""

from collections.abc import Hashable
from typing import Final

import msgspec

from livefeed.server.cursor import Cursor, Outgoing, State
from livefeed.server.feed import Feed
from livefeed.wire import frames

_ENOUGH: Final = 64 * 1024  # bytes: with the last message they are passed
_MOST_KEPT: Final = 16 * 1024 * 1024


class Batch(msgspec.Struct, frozen=True):
    """The frames, where they lead, and whether nothing is due behind them."""

    data: bytes
    state: State
    is_last: bool


class Batches:
    """Of one feed."""

    __slots__ = ("_feed", "_kept", "_pulse_ms", "_size")

    def __init__(self, feed: Feed, *, pulse_ms: int) -> None:
        self._feed = feed
        self._pulse_ms = pulse_ms
        self._kept: dict[Hashable, Batch] = {}
        self._size = 0

    def __repr__(self) -> str:
        return f"<Batches of {self._feed.name}: {len(self._kept)}, {self._size:,} bytes>"

    def clear(self) -> None:
        """The feed changed; a text may have been withdrawn."""
        self._kept.clear()
        self._size = 0

    def take(self, cursor: Cursor) -> Batch:
        """The next frames for this cursor, which count as sent."""
        before = (cursor.encoding, cursor.state)
        if (kept := self._kept.get(before)) is None:
            kept = self._make(cursor)
            self._keep(before, kept)
        cursor.state = kept.state
        return kept

    def messages(self, cursor: Cursor) -> tuple[list[Outgoing], bool]:
        """The next messages for this cursor, which count as sent; and whether more are due."""
        taken: list[Outgoing] = []
        size = 0
        while size < _ENOUGH:
            message = cursor.take(self._feed, pulse_ms=self._pulse_ms)
            if message is None:
                return taken, False
            taken.append(message)
            size += len(message.payload)
        return taken, True

    def _make(self, cursor: Cursor) -> Batch:
        is_text = cursor.encoding.is_text
        taken, more = self.messages(cursor)
        data = b"".join(frames.message(is_text, message.payload) for message in taken)
        return Batch(data, cursor.state, is_last=not more)

    def _keep(self, before: Hashable, batch: Batch) -> None:
        if self._size > _MOST_KEPT:
            self.clear()
        self._kept[before] = batch
        self._size += len(batch.data)
