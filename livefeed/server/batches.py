"""What goes out in one write: a cursor's next messages as frames, made once for all there.

Two cursors in the same state take the same messages. So what one took, and where it led, is kept
until the feed changes: of ten thousand readers that come back at once, few are worked for.
"""

from collections.abc import Hashable
from typing import Final

from livefeed.server.cursor import Cursor, State
from livefeed.server.feed import Feed
from livefeed.wire import frames

_ENOUGH: Final = 64 * 1024  # bytes: a reader's high-water mark; with the last message it is passed
_MOST_KEPT: Final = 16 * 1024 * 1024


class Batches:
    """Of one feed."""

    __slots__ = ("_feed", "_kept", "_pulse_ms", "_size")

    def __init__(self, feed: Feed, *, pulse_ms: int) -> None:
        self._feed = feed
        self._pulse_ms = pulse_ms
        self._kept: dict[Hashable, tuple[bytes, State]] = {}
        self._size = 0

    def __repr__(self) -> str:
        return f"<Batches of {self._feed.name}: {len(self._kept)}, {self._size:,} bytes>"

    def clear(self) -> None:
        """The feed changed; a text may have been withdrawn."""
        self._kept.clear()
        self._size = 0

    def take(self, cursor: Cursor) -> bytes:
        """The next frames for this cursor, which count as sent; none: it is at the head."""
        before = (cursor.encoding, cursor.state)
        if (kept := self._kept.get(before)) is not None:
            cursor.state = kept[1]
            return kept[0]
        batch = self._make(cursor)
        if self._size > _MOST_KEPT:
            self.clear()
        self._kept[before] = (batch, cursor.state)
        self._size += len(batch)
        return batch

    def _make(self, cursor: Cursor) -> bytes:
        opcode = frames.TEXT if cursor.encoding.is_text else frames.BINARY
        made: list[bytes] = []
        size = 0
        while size < _ENOUGH:
            message = cursor.take(self._feed, pulse_ms=self._pulse_ms)
            if message is None:
                break
            made.append(frames.frame(opcode, message))
            size += len(message)
        return made[0] if len(made) == 1 else b"".join(made)
