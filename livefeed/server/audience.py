"""The readers of one feed: the one place that gives all of them the same bytes.

Each reader is a cursor that takes what it has not had when the feed changes. Nothing is queued for
anybody: a reader whose connection is slow is one that takes its next message later. Readers whose
connection was handed over are served by the `fanout`; the others each by a task that waits here.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from typing import Protocol

from livefeed.server.cursor import Cursor
from livefeed.server.fanout import Fanout
from livefeed.server.feed import Feed
from livefeed.server.handshake import RESTARTING
from livefeed.server.limits import Limits
from livefeed.server.signal import Signal
from livefeed.wire import messages
from livefeed.wire.messages import Encoding

# After so many messages in a row the others get their turn: a fast connection never blocks.
_IN_A_ROW = 32


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

    def __init__(self, feed: Feed, limits: Limits) -> None:
        self.feed = feed
        self._limits = limits
        self.fanout = Fanout(feed, limits)
        self._visits: dict[Visit, None] = {}  # of readers that were not handed over
        self.visited = True  # by a page's reader; whoever reads the likes sets it back
        self.likes_seen: int | None = None  # the log's count of changes when they were last read

    def __repr__(self) -> str:
        return f"<Audience of {self.feed.name}: {self.readers} readers>"

    @property
    def readers(self) -> int:
        """How many there are, whichever way they are sent to."""
        return len(self._visits) + len(self.fanout)

    @contextmanager
    def visit(self, encoding: Encoding) -> Iterator["Visit"]:
        """A reader that is not handed over, from now to the end of the block."""
        visit = Visit(encoding)
        self._visits[visit] = None
        try:
            yield visit
        finally:
            del self._visits[visit]

    def beat(self) -> None:
        """Give everybody at the head a pulse."""
        self.feed.beat(at=time.time_ns() // 1_000_000, readers=self.readers)

    def dismiss(self, most: int | None, reason: str, retry_ms: Iterator[int]) -> int:
        """Send up to `most` readers away, or all, each with its time to return; how many."""

        def bye(encoding: Encoding) -> bytes:
            return messages.bye(encoding, reason=reason, retry_ms=next(retry_ms))

        gone = self.fanout.dismiss(most, reason, bye)
        staying = (visit for visit in self._visits if visit.bye is None)
        going = list(islice(staying, None if most is None else most - gone))
        for visit in going:
            visit.dismiss(bye(visit.encoding), reason)
        return gone + len(going)

    async def serve(self, reader: Reader, cursor: Cursor, visit: "Visit") -> None:
        """Send one reader everything, from its cursor on, until it leaves.

        Raises:
            ReaderGone: always, in the end.
        """
        pulse_ms = round(self._limits.pulse_seconds * 1000)
        sent = 0
        while visit.bye is None:
            message = cursor.take(self.feed, pulse_ms=pulse_ms)
            if message is None:
                await visit.wait(self.feed.changed)
                continue
            await reader.send(message.payload)
            sent += 1
            if sent % _IN_A_ROW == 0:
                await asyncio.sleep(0)
        await reader.send(visit.bye)
        await reader.close(RESTARTING, visit.reason)
        raise ReaderGone


class Visit:
    """A reader that was not handed over, for whoever sends it away. `bye`: it is to go."""

    __slots__ = ("_waiting", "bye", "encoding", "reason")

    def __init__(self, encoding: Encoding) -> None:
        self.encoding = encoding
        self.bye: bytes | None = None
        self.reason = ""
        self._waiting: asyncio.Timeout | None = None

    async def wait(self, changed: Signal) -> None:
        """Wait for the next change, or to be dismissed."""
        with suppress(TimeoutError):
            async with asyncio.timeout(None) as self._waiting:
                await changed.wait()
        self._waiting = None

    def dismiss(self, bye: bytes, reason: str) -> None:
        """It is to say this and go, now or when its connection takes something again."""
        self.bye, self.reason = bye, reason
        if self._waiting is not None:
            self._waiting.reschedule(asyncio.get_running_loop().time())
