"""The readers that were handed over: one write of the same bytes to each, at each change.

    head of an encoding    one cursor for all live readers: they stand where it stands
    behind                 who has a cursor of its own and room: newcomers, and those that drained
    (paused)               over the high-water mark, with a cursor of its own: waits, in no list

A change schedules one round for the loop's next turn; whatever else changes before it goes out
with it. A round gives the live readers all there is, and each that is behind one batch. Who is
behind and gets nothing any more is at the head, and joins the live ones. No reader has a task, a
timer or a queue; slow ones are waited for together (`patience.py`).
"""

import asyncio
import logging
from collections.abc import Callable
from itertools import islice

from livefeed.server.batches import Batches
from livefeed.server.cursor import Cursor
from livefeed.server.feed import Feed
from livefeed.server.handshake import RESTARTING
from livefeed.server.limits import Limits
from livefeed.server.patience import Patience
from livefeed.server.reader import OnLike, Reader
from livefeed.wire import frames
from livefeed.wire.messages import Encoding, Like

log = logging.getLogger(__name__)


class _Head:
    """The live readers of one encoding. `slowed` are to leave it, behind the walk over them."""

    __slots__ = ("cursor", "live", "slowed")

    def __init__(self, encoding: Encoding) -> None:
        self.cursor = Cursor(encoding, None)
        self.live: dict[Reader, asyncio.Transport] = {}
        self.slowed: dict[Reader, None] = {}

    def join(self, reader: Reader, cursor: Cursor) -> None:
        """`cursor` is at the head, as is everybody's here after a round."""
        if not self.live:
            self.cursor = cursor
        self.live[reader] = reader.transport
        reader.cursor = None

    def let_slowed_go(self) -> None:
        """Each with a cursor of its own, at what it was written last."""
        for reader in self.slowed:
            if self.live.pop(reader, None) is not None:
                reader.cursor = self.cursor.copy()
        self.slowed.clear()

    def forget(self, reader: Reader) -> None:
        self.live.pop(reader, None)
        self.slowed.pop(reader, None)


class Fanout:
    """All handed-over readers of `feed`."""

    def __init__(self, feed: Feed, limits: Limits) -> None:
        self.rules = frames.Rules(largest=limits.message_bytes)
        self._limits = limits
        self._batches = Batches(feed, pulse_ms=round(limits.pulse_seconds * 1000))
        self._readers: set[Reader] = set()
        self._heads = {encoding: _Head(encoding) for encoding in Encoding}
        self._behind: dict[Reader, None] = {}
        self._patience = Patience(limits)
        self._likes: set[asyncio.Task[None]] = set()
        self._scheduled = False
        feed.changed.calls(self._feed_changed)

    def __len__(self) -> int:
        return len(self._readers)

    def __repr__(self) -> str:
        live = sum(len(head.live) for head in self._heads.values())
        return f"<Fanout: {len(self)} readers, {live} live, {len(self._behind)} catching up>"

    def reader(self, cursor: Cursor, on_like: OnLike) -> Reader:
        """A protocol to hand a connection over to."""
        return Reader(self, cursor, on_like)

    def dismiss(self, most: int | None, reason: str, bye: Callable[[Encoding], bytes]) -> int:
        """Send up to `most` readers, or all, a message of their own, and close; how many."""
        going = list(islice((reader for reader in self._readers if not reader.closed), most))
        for reader in going:
            opcode = frames.TEXT if reader.encoding.is_text else frames.BINARY
            message = frames.frame(opcode, bye(reader.encoding))
            reader.close(RESTARTING, reason, saying=message)
        return len(going)

    def cut_off(self) -> None:
        """End every connection that is still there."""
        for reader in list(self._readers):
            reader.transport.abort()

    # A reader's calls.

    def enter(self, reader: Reader) -> None:
        """It came."""
        self._readers.add(reader)
        self._catch_up(reader)

    def slowed(self, reader: Reader) -> None:
        """It takes nothing more just now."""
        self._patience.blocked(reader)
        if reader.cursor is None:
            self._heads[reader.encoding].slowed[reader] = None
        self._behind.pop(reader, None)

    def drained(self, reader: Reader) -> None:
        """It has room again; if nothing was written meanwhile, it never left the head."""
        self._patience.moves(reader)
        self._heads[reader.encoding].slowed.pop(reader, None)
        if reader.cursor is not None:
            self._catch_up(reader)

    def liked(self, reader: Reader, like: Like) -> None:
        """It likes a story."""
        task = asyncio.get_running_loop().create_task(self._like(reader, like))
        self._likes.add(task)
        task.add_done_callback(self._likes.discard)

    def closing(self, reader: Reader) -> None:
        """It is sent nothing more, and has a little time to end."""
        self._leave(reader)
        self._patience.ends(reader)

    def lost(self, reader: Reader) -> None:
        """It is gone."""
        self._readers.discard(reader)
        self._leave(reader)
        self._patience.gone(reader)

    # A round.

    def _feed_changed(self) -> None:
        # At once: what is kept may hold a text that was withdrawn.
        self._batches.clear()
        if self._readers:
            self._schedule()

    def _schedule(self) -> None:
        if not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._round)

    def _round(self) -> None:
        self._scheduled = False
        for head in self._heads.values():
            self._serve_live(head)
        for reader in list(self._behind):
            self._serve_behind(reader)
        if self._behind:
            self._schedule()

    def _serve_live(self, head: _Head) -> None:
        head.let_slowed_go()
        while head.live and (batch := self._batches.take(head.cursor)):
            for transport in head.live.values():
                transport.write(batch)
            head.let_slowed_go()

    def _serve_behind(self, reader: Reader) -> None:
        cursor = reader.cursor
        if cursor is None:
            raise AssertionError("who is behind has a cursor")
        if batch := self._batches.take(cursor):
            reader.transport.write(batch)
            return
        del self._behind[reader]
        self._heads[reader.encoding].join(reader, cursor)

    def _catch_up(self, reader: Reader) -> None:
        self._behind[reader] = None
        self._schedule()

    def _leave(self, reader: Reader) -> None:
        self._behind.pop(reader, None)
        self._heads[reader.encoding].forget(reader)

    async def _like(self, reader: Reader, like: Like) -> None:
        try:
            await reader.on_like(like)
            await asyncio.sleep(self._limits.like_pause_seconds)
        finally:
            reader.rested()
