"""The readers of one feed: the one place that gives all of them the same bytes.

Each reader is a cursor that takes what it has not had when the feed changes. Nothing is queued for
anybody: a reader whose connection is slow is one that takes its next message later. Readers whose
connection was handed over are served by the `fanout`; the others each by a task that waits here.
"""

import asyncio
import random
import time
from typing import Protocol

from livefeed.server.cursor import Cursor
from livefeed.server.fanout import Fanout
from livefeed.server.feed import Feed
from livefeed.server.handshake import RESTARTING
from livefeed.server.limits import Limits
from livefeed.wire import messages
from livefeed.wire.messages import Encoding

# After so many messages in a row the others get their turn: a fast connection never blocks.
_IN_A_ROW = 32
# A restart's return is spread over 2 ms a reader, within these bounds: 5,000 readers over 10 s.
_SPREAD_MS_A_READER = 2
_SHORTEST_SPREAD_MS = 1_000
_LONGEST_SPREAD_MS = 60_000
_SOONEST_RETURN_MS = 500


class ReaderGone(Exception):
    """The reader left, or was let go: no error, but how every visit ends."""


class Reader(Protocol):
    """A connection that takes messages. Sending ends with `ReaderGone` when nobody is there."""

    async def send(self, data: bytes) -> None:
        """Hand over one message; waits while the connection is above its high-water mark."""

    async def close(self, code: int, reason: str) -> None:
        """Say goodbye by a close code."""


class Audience:
    """Everybody who reads `feed` here."""

    def __init__(self, feed: Feed, limits: Limits, chance: random.Random) -> None:
        self.feed = feed
        self._limits = limits
        self._chance = chance
        self.fanout = Fanout(feed, limits)
        self._visits = 0  # of readers that were not handed over
        self._farewell: str | None = None
        self._spread_ms = _SHORTEST_SPREAD_MS
        self.visited = True  # by a page's reader; whoever reads the likes sets it back
        self.likes_seen: int | None = None  # the log's count of changes when they were last read

    def __repr__(self) -> str:
        return f"<Audience of {self.feed.name}: {self.readers} readers>"

    @property
    def readers(self) -> int:
        """How many there are, whichever way they are sent to."""
        return self._visits + len(self.fanout)

    async def serve(self, reader: Reader, cursor: Cursor) -> None:
        """Send one reader everything, from its cursor on, until it leaves.

        Raises:
            ReaderGone: always, in the end.
        """
        self._visits += 1
        try:
            await self._serve(reader, cursor)
        finally:
            self._visits -= 1

    def beat(self) -> None:
        """Give everybody at the head a pulse."""
        self.feed.beat(at=time.time_ns() // 1_000_000, readers=self.readers)

    def leave(self, reason: str) -> None:
        """Send everybody away, each with a time to come back."""
        self._spread_ms = _spread_ms(self.readers)
        self._farewell = reason
        self.fanout.dismiss(reason, lambda encoding: self._bye(encoding, reason))
        self.feed.changed.fire()

    async def _serve(self, reader: Reader, cursor: Cursor) -> None:
        pulse_ms = round(self._limits.pulse_seconds * 1000)
        sent = 0
        while self._farewell is None:
            message = cursor.take(self.feed, pulse_ms=pulse_ms)
            if message is None:
                await self.feed.changed.wait()
                continue
            await reader.send(message.payload)
            sent += 1
            if sent % _IN_A_ROW == 0:
                await asyncio.sleep(0)
        await self._dismiss(reader, cursor, self._farewell)

    async def _dismiss(self, reader: Reader, cursor: Cursor, reason: str) -> None:
        await reader.send(self._bye(cursor.encoding, reason))
        await reader.close(RESTARTING, reason)
        raise ReaderGone

    def _bye(self, encoding: Encoding, reason: str) -> bytes:
        retry_ms = _SOONEST_RETURN_MS + self._chance.randrange(self._spread_ms)
        return messages.bye(encoding, reason=reason, retry_ms=retry_ms)


def _spread_ms(readers: int) -> int:
    return min(max(readers * _SPREAD_MS_A_READER, _SHORTEST_SPREAD_MS), _LONGEST_SPREAD_MS)
