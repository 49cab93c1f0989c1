"""Following a feed: every entry once and in order, whatever happens to the connection.

The channel is the signal, the log is the truth. A follower subscribes first, then reads the log
from where it stands, then takes what the channel brings as long as it joins on:

    message, the next in seq and tag      → an entry
    message of an entry that it has       → nothing
    any other message; a quiet second in
    which the head moved; a reconnection  → the log, from where it stands
    a log that does not hold its position → a reset: the feed as it stands, and on from there
    a feed with neither head nor log left → nothing: what readers have is better

A message is never believed alone: a withdrawn or forged one, or one behind a gap, sends it to the
log. So pub/sub's at-most-once delivery, a restart or a failover never show.
"""

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from enum import StrEnum

import redis.asyncio

from livefeed.entry import Entry
from livefeed.errors import (
    BadMessage,
    LivefeedError,
    MalformedPosition,
    UnknownFeed,
    UsageError,
)
from livefeed.fold import Fold
from livefeed.position import Position
from livefeed.redis_log import questions
from livefeed.redis_log.connect import PATIENCE, connect_async
from livefeed.redis_log.keys import Keys
from livefeed.redis_log.read import ask_async
from livefeed.redis_log.stretch import continuation, follows
from livefeed.redis_log.subscription import Subscription

QUIET = 1.0  # seconds without a message after which the head is looked at
_AT_ONCE = 200  # entries read from the log in one go: some 100 MiB at the very worst
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 2.0  # seconds between attempts to connect
_REASONS_LOGGED = 100  # kinds of bad messages; the rest is only counted

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reset:
    """Forget what you have: the feed stands like this. `tail` are the newest entries up to it."""

    fold: Fold
    tail: tuple[Entry, ...] = ()


class Upstream(StrEnum):
    """How a follower stands to Redis."""

    FOLLOWING = "following"
    LOST = "lost"  # out of reach; it is tried again
    GONE = "gone"  # within reach, but neither head nor log of the feed are left


async def follow(
    url: str,
    feed: str,
    after: Position | str | None = None,
    *,
    tail: int = 0,
    on_state: Callable[[Upstream], object] | None = None,
    on_bad: Callable[[BadMessage], object] | None = None,
    patience: float = PATIENCE,
) -> AsyncGenerator[Reset | Entry, None]:
    """Every entry of `feed` after the position `after`, for ever, once and in order.

    Without a position, or with one that the log does not hold, a `Reset` with the feed as it stands
    (and its `tail` newest entries) comes first; it may come again, when the log is lost or restored
    from a backup. Redis being out of reach raises nothing: it is tried again, and `on_state` told.
    `on_bad` is told of each message on the channel that was none of ours and skipped. `patience`
    is how many seconds a silent Redis counts as there. Leave with `contextlib.aclosing`, so that
    the connections are closed at once.

    Raises:
        UsageError: the address or the feed's name is malformed.
        UnknownFeed: there is no such feed to begin with; names the nearest.
    """
    following = follow_together(
        url, feed, after, tail=tail, on_state=on_state, on_bad=on_bad, patience=patience
    )
    async with aclosing(following) as batches:
        async for batch in batches:
            for event in batch:
                yield event


def follow_together(
    url: str,
    feed: str,
    after: Position | str | None = None,
    *,
    tail: int = 0,
    on_state: Callable[[Upstream], object] | None = None,
    on_bad: Callable[[BadMessage], object] | None = None,
    patience: float = PATIENCE,
) -> AsyncGenerator[Sequence[Reset | Entry], None]:
    """As `follow`; what came at the same moment is given together."""
    return _Follower(
        url=url,
        feed=feed,
        position=_position(after),
        tail=tail,
        on_state=on_state,
        on_bad=on_bad,
        patience=patience,
    ).batches()


def _position(after: Position | str | None) -> Position | None:
    if not isinstance(after, str):
        return after
    try:
        return Position.parse(after)
    except MalformedPosition:
        return None


class _Follower:
    """`position` is where it stands; None until the first reset."""

    def __init__(
        self,
        *,
        url: str,
        feed: str,
        position: Position | None,
        tail: int,
        on_state: Callable[[Upstream], object] | None,
        on_bad: Callable[[BadMessage], object] | None,
        patience: float,
    ) -> None:
        self._url = url
        self._feed = feed
        self._channel = Keys(feed).channel
        self.position = position
        self._tail = tail
        self._on_state = on_state
        self._on_bad = on_bad
        self._patience = patience
        self._state: Upstream | None = None
        self._met = False
        self._suspect: Entry | None = None
        self._reasons: set[str] = set()

    def __repr__(self) -> str:
        return f"<follower of {self._feed} at {self.position}, {self._state or 'starting'}>"

    async def batches(self) -> AsyncGenerator[Sequence[Reset | Entry], None]:
        """Sessions, one after another, with growing and jittered pauses between those that fail."""
        pause = _FIRST_PAUSE
        while True:
            try:
                async with aclosing(self._session()) as session:
                    async for batch in session:
                        yield batch
            except UsageError:
                raise
            except UnknownFeed as error:
                if not self._met:
                    raise
                self._lose(Upstream.GONE, error)
            except LivefeedError as error:
                if self._state is Upstream.FOLLOWING:
                    pause = _FIRST_PAUSE
                self._lose(Upstream.LOST, error)
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - no secret
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def _session(self) -> AsyncGenerator[Sequence[Reset | Entry], None]:
        """Events of one connection; it ends with the error that ends the connection."""
        now = asyncio.get_running_loop().time
        async with connect_async(self._url, patience=self._patience) as client:
            subscription = await Subscription.to(self._channel, client, self._patience)
            sure, behind = now(), True  # when it last knew that it missed nothing; whether it does
            while True:
                if behind:
                    while events := await self._read_on(client):
                        self._stand(events[-1])
                        yield events
                    self._doubt_suspect()
                    sure, behind = now(), False
                entries, behind = self._judge_all(await subscription.messages(QUIET))
                if entries:
                    yield entries
                    sure = now()
                elif not behind and now() - sure >= QUIET:
                    sure, behind = now(), await self._head_moved(client)

    def _judge_all(self, messages: Sequence[bytes]) -> tuple[list[Entry], bool]:
        """The entries that join on; and whether the log must be read, which has the rest, too."""
        entries: list[Entry] = []
        for message in messages:
            entry, behind = self._judge(message)
            if behind:
                return entries, True
            if entry is not None:
                self._stand(entry)
                entries.append(entry)
        return entries, False

    def _judge(self, message: bytes) -> tuple[Entry | None, bool]:
        """The entry that a message is, if it is the next; and whether the log must be read."""
        if self.position is None:
            return None, False
        try:
            received = questions.decode_of(self._feed, message)
        except BadMessage as bad:
            self._skip(bad)
            return None, False
        entry = received.entry
        if entry.seq <= self.position.seq:
            return None, False
        # Only in the log are entries withdrawn, and only there may a tag go unproven.
        if not entry.withdrawn and follows(self.position, received):
            return entry, False
        self._suspect = entry
        return None, True

    async def _head_moved(self, client: redis.asyncio.Redis) -> bool:
        head = await ask_async(client, questions.newest(self._feed))
        return head != self.position or self._state is Upstream.GONE

    async def _read_on(self, client: redis.asyncio.Redis) -> Sequence[Reset | Entry]:
        """What the log has behind the position; nothing where there is nothing more."""
        if self.position is None:
            return [await self._reset(client)]
        first, limit = self.position.seq, _AT_ONCE + 1
        found = await ask_async(client, questions.stretch(self._feed, first=first, limit=limit))
        if found.newest is None:
            if not self._met and found.root is None:
                raise await ask_async(client, questions.unknown_feed(self._feed))
            self._lose(Upstream.GONE, questions.log_gone(self._feed))
            return []
        entries = continuation(self.position, found)
        if entries is None:
            return [await self._reset(client)]
        if not entries:
            self._met = True
            self._say(Upstream.FOLLOWING)
        return entries

    async def _reset(self, client: redis.asyncio.Redis) -> Reset:
        snapshot = await ask_async(client, questions.snapshot(self._feed, tail=self._tail))
        return Reset(snapshot.fold, snapshot.tail)

    def _stand(self, event: Reset | Entry) -> None:
        self.position = event.fold.position if isinstance(event, Reset) else event.position

    def _doubt_suspect(self) -> None:
        """Call a message bad that sent us to a log which does not have its entry."""
        suspect, self._suspect = self._suspect, None
        if suspect and self.position and suspect.seq > self.position.seq:
            self._skip(BadMessage(f"entry {suspect.position} is announced, but not in the log"))

    def _skip(self, bad: BadMessage) -> None:
        if self._on_bad:
            self._on_bad(bad)
        if bad.message not in self._reasons and len(self._reasons) < _REASONS_LOGGED:
            self._reasons.add(bad.message)
            _log.warning("Skipped a message on %s: %s", self._channel, bad.message)

    def _lose(self, state: Upstream, error: LivefeedError) -> None:
        if self._state is not state:
            _log.warning("Lost the feed %s: %s. %s", self._feed, error.message, error.hint)
        self._say(state)

    def _say(self, state: Upstream) -> None:
        if state is self._state:
            return
        self._state = state
        if self._on_state:
            self._on_state(state)
