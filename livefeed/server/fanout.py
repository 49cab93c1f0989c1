"""The readers that were handed over: one write of the same bytes to each, at each change.

    heads      the live readers, by encoding: they stand at one place (`head.py`)
    behind     who has a cursor of its own and room: newcomers, and those that drained
    (paused)   who has not taken what it was written last: waits with its cursor, in no list

A change is due to the live readers in the loop's next turn, and whatever else changes before that
goes out with it. After a round they rest for a few times as long as it took, and in a burst, when
something is due again at the end of each rest, longer each time: so many stories share a write, and
the last is no later than an eye notices. Who is behind gets a batch at a time, and joins the live
ones when nothing is due to either. No reader has a task, a timer or a queue; slow ones are waited
for together (`patience.py`).
"""

import asyncio
import logging
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from livefeed.server.batches import Batches
from livefeed.server.cursor import Cursor
from livefeed.server.feed import Feed
from livefeed.server.handshake import RESTARTING
from livefeed.server.head import Head
from livefeed.server.limits import Limits
from livefeed.server.patience import Patience
from livefeed.server.reader import OnLike, Reader
from livefeed.wire import frames
from livefeed.wire.compression import Agreement
from livefeed.wire.messages import Encoding, Like

log = logging.getLogger(__name__)
_REST: Final = 4  # times as long as the round took: the loop is free for the greater part
_LONGEST_REST: Final = 0.02  # seconds, after a round by itself: a screen's picture or so
_IN_A_TURN: Final = 256  # readers who are behind, each given up to 64 KiB
_LONGEST_REST_IN_A_BURST: Final = 0.1  # what still looks like at once


class Fanout:
    """All handed-over readers of `feed`."""

    def __init__(self, feed: Feed, limits: Limits) -> None:
        self._limits = limits
        self._batches = Batches(feed, pulse_ms=round(limits.pulse_seconds * 1000))
        self._readers: set[Reader] = set()
        self._heads = {encoding: Head(encoding) for encoding in Encoding}
        self._behind: dict[Reader, None] = {}
        self._patience = Patience(limits)
        self._likes: set[asyncio.Task[None]] = set()
        self._round_due: asyncio.Handle | None = None  # as long as the heads have not had it all
        self._rest = 0.0
        self._rested_at = 0.0
        self._catching_up = False
        self._more_behind = False
        self._feed = feed
        self._resets = feed.resets
        feed.changed.calls(self._feed_changed)

    def __len__(self) -> int:
        return len(self._readers)

    def __repr__(self) -> str:
        live = sum(map(len, self._heads.values()))
        return f"<Fanout: {len(self)} readers, {live} live, {len(self._behind)} catching up>"

    def reader(self, cursor: Cursor, on_like: OnLike, deflate: Agreement | None = None) -> Reader:
        """A protocol to hand a connection over to. `deflate`: what was agreed on with it."""
        return Reader(self, cursor, on_like, deflate)

    def dismiss(self, most: int | None, reason: str, bye: Callable[[Encoding], bytes]) -> int:
        """Send up to `most` readers, or all, a message of their own, and close; how many."""
        going = list(islice((reader for reader in self._readers if not reader.closed), most))
        for reader in going:
            message = frames.message(reader.encoding.is_text, bye(reader.encoding))
            reader.close(RESTARTING, reason, saying=message)
        return len(going)

    def cut_off(self) -> None:
        """End every connection that is still there."""
        for reader in list(self._readers):
            reader.transport.abort()

    # A reader's calls.

    def rules(self, reader: Reader) -> frames.Rules:
        """What it may say."""
        return self._limits.rules(reader.deflate)

    def enter(self, reader: Reader, answer: bytes) -> None:
        """It came. Its greeting goes out with the handshake's answer."""
        self._readers.add(reader)
        if reader.paused:  # by what was written before it came here
            reader.transport.write(answer)
            return
        self._behind[reader] = None
        self._serve_behind(reader, answer)

    def slowed(self, reader: Reader) -> None:
        """It takes nothing more just now."""
        self._patience.blocked(reader)
        if reader.cursor is None:
            self._heads[reader.encoding].slow(reader)
        self._behind.pop(reader, None)

    def drained(self, reader: Reader) -> None:
        """It has room again."""
        self._patience.moves(reader)
        self._heads[reader.encoding].let_slowed_go()
        if reader.cursor is not None and not reader.closed:
            self._behind[reader] = None
            self._catch_up()

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
        if self._resets != self._feed.resets:
            self._resets = self._feed.resets
            for head in self._heads.values():
                head.forget_texts()
        if self._round_due is None and self._readers:
            loop = asyncio.get_running_loop()
            if self._rested_at > loop.time():
                self._round_due = loop.call_at(self._rested_at, self._round)
            else:
                self._rest = 0.0
                self._round_due = loop.call_soon(self._round)

    def _round(self) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        self._round_due = None
        unfinished = [head for head in self._heads.values() if self._served(head)]
        if unfinished:  # a long way to go, and others have their turn in between
            self._round_due = loop.call_soon(self._round)
            return
        ended = loop.time()
        once = min(_REST * (ended - began), _LONGEST_REST)
        self._rest = max(once, min(2 * self._rest, _LONGEST_REST_IN_A_BURST))
        self._rested_at = ended + self._rest
        if self._behind:
            self._catch_up()

    def _served(self, head: Head) -> bool:
        """Give the live readers what is due to them; whether there is more."""
        try:
            return self._serve_live(head)
        except Exception:
            log.exception("%r could not be served; its readers are cut off.", head)
            # What they missed is known by their positions alone: they come back with these.
            head.cut_off()
            return False

    def _serve_live(self, head: Head) -> bool:
        head.let_slowed_go()
        if not head:
            return False
        messages, more = self._batches.messages(head.cursor)
        if messages:
            head.write(messages)
            head.let_slowed_go()
        return more and bool(head)

    def _catch_up(self) -> None:
        """Go through all who are behind, in the loop's next turns; once more, if that is done."""
        self._more_behind = True
        if not self._catching_up:
            self._catching_up = True
            asyncio.get_running_loop().call_soon(self._serve_some, None)

    def _serve_some(self, going_on: Iterator[Reader] | None) -> None:
        """Serve as many as may be in one turn, so that a kill never waits for a storm."""
        if going_on is None:
            self._more_behind = False
            going_on = iter(list(self._behind))
        some = list(islice(going_on, _IN_A_TURN))
        for reader in some:
            if reader in self._behind:
                self._serve_behind(reader)
        if len(some) == _IN_A_TURN:
            asyncio.get_running_loop().call_soon(self._serve_some, going_on)
        elif self._more_behind:
            asyncio.get_running_loop().call_soon(self._serve_some, None)
        else:
            self._catching_up = False

    def _serve_behind(self, reader: Reader, answer: bytes = b"") -> None:
        try:
            self._give_batch(reader, answer)
        except Exception:
            log.exception("%r could not be served, and is cut off.", reader)
            self._leave(reader)
            reader.transport.abort()

    def _give_batch(self, reader: Reader, answer: bytes) -> None:
        """Give it one batch, behind the handshake's `answer`; who has all of it is live."""
        if (cursor := reader.cursor) is None:
            raise AssertionError("who is behind has a cursor")
        batch = self._batches.take(cursor)
        if batch.data or answer:
            # Not by `writelines`, which pauses nobody in asyncio before 3.12.9 and 3.13.2.
            reader.transport.write(answer + batch.data)
        if reader.paused:
            return
        if not batch.is_last:
            self._catch_up()
        elif self._round_due is None:
            del self._behind[reader]
            self._heads[reader.encoding].join(reader, cursor)

    def _leave(self, reader: Reader) -> None:
        self._behind.pop(reader, None)
        self._heads[reader.encoding].forget(reader)

    async def _like(self, reader: Reader, like: Like) -> None:
        try:
            await reader.on_like(like)
            await asyncio.sleep(self._limits.like_pause_seconds)
        finally:
            reader.rested()
