"""Which feeds this server follows: all there are, each by one task, new ones without a restart.

A name that nobody knows is looked up in Redis at most once a second, whoever asks and how often;
who asks in between waits for the next look, so a feed that was made just now is there.
While Redis is away everything that is here already goes on being served.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, TypeVar

from livefeed.errors import LivefeedError, Unreachable
from livefeed.feed_name import is_feed_name
from livefeed.position import Position
from livefeed.server.audience import Audience
from livefeed.server.feed import Feed
from livefeed.server.followed import Followed
from livefeed.server.limits import Limits
from livefeed.server.upstream import Upstream

log = logging.getLogger(__name__)
Result = TypeVar("Result")
_MOST_ASKED: Final = 64  # positions that the log is asked for at the same time


class Feeds:
    """All feeds. `running` is the time between a server's start and its end."""

    def __init__(self, upstream: Upstream, limits: Limits) -> None:
        self._upstream = upstream
        self._limits = limits
        self._followed: dict[str, Followed] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._asking: dict[tuple[str, Position], asyncio.Future[bool]] = {}
        self._looking: asyncio.Task[None] | None = None
        self._next_look: asyncio.Task[None] | None = None
        self._looked_at = float("-inf")
        self._left = asyncio.Event()
        self.failure: LivefeedError | None = None

    def __repr__(self) -> str:
        return f"<Feeds {', '.join(self._followed)}>"

    @property
    def leaving(self) -> bool:
        """Whether the server is about to end, and takes no new readers."""
        return self._left.is_set()

    @property
    def readers(self) -> int:
        """How many readers there are, of all feeds."""
        followed = self._followed.values()
        return sum(f.audience.readers for f in followed if f.audience is not None)

    def followed(self) -> list[Followed]:
        """Every feed, by name, those included that are not read yet."""
        return [self._followed[name] for name in sorted(self._followed)]

    def all(self) -> list[Feed]:
        """Every feed that was read, by name."""
        return [audience.feed for audience in self.audiences()]

    def audiences(self) -> list[Audience]:
        """Every feed's audience, by name."""
        return [f.audience for f in self.followed() if f.audience is not None]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Follow the feeds until the end of the block."""
        try:
            with suppress(Unreachable):  # told to end before the first one came
                await self.unless_leaving(self._begin())
            yield
        finally:
            await self._stop()

    def at_hand(self, name: str, after: Position | None) -> Audience | None:
        """The feed's audience, if nothing is to be waited for."""
        followed = self._followed.get(name)
        audience = followed.audience if followed else None
        if audience is None or after is None or after.seq <= audience.feed.position.seq:
            return audience
        return None

    async def find_and_reach(self, name: str, after: Position | None) -> Audience | None:
        """The feed's audience; None where there is no such feed. It waits to be where `after` is.

        Raises:
            Unreachable: it is not known here, and Redis cannot be asked.
        """
        audience = await self.find(name)
        if audience is not None and after is not None:
            await self.reach(audience, after)
        return audience

    async def unless_leaving(self, waiting: Coroutine[Any, Any, Result]) -> Result:
        """What is waited for.

        Raises:
            Unreachable: the server is told to end before it is there.
        """
        wanted, left = asyncio.ensure_future(waiting), asyncio.ensure_future(self._left.wait())
        try:
            await asyncio.wait({wanted, left}, return_when=asyncio.FIRST_COMPLETED)
            if not wanted.done():
                raise Unreachable("this server is about to end")
            return wanted.result()
        finally:
            wanted.cancel()
            left.cancel()

    async def find(self, name: str) -> Audience | None:
        """The feed of that name; None where there is none.

        Raises:
            Unreachable: it is not known here, and Redis cannot be asked.
        """
        if name not in self._followed:
            if not is_feed_name(name):
                return None
            await self._look_again()
        followed = self._followed.get(name)
        if followed is None and self.failure is not None:
            raise self.failure
        return await followed.read(self._limits.ready_seconds) if followed else None

    async def look_up(self, *, not_within: float = 0.0) -> None:
        """Ask Redis which feeds there are, unless that was done within so many seconds.

        `failure` is what came of it. Whoever asks meanwhile waits for the same answer.
        """
        if self._looking is None:
            if asyncio.get_running_loop().time() - self._looked_at < not_within:
                return
            self._looking = asyncio.create_task(self._look_up())
        await asyncio.shield(self._looking)

    async def reach(self, audience: Audience, position: Position) -> None:
        """Wait for `position`, if the log has it: the reader comes from a server ahead of us."""
        feed = audience.feed
        if position.seq <= feed.position.seq:
            return
        if not await self._log_has(feed.name, position):
            return
        try:
            async with asyncio.timeout(self._limits.reach_seconds):
                while feed.position.seq < position.seq:
                    await feed.changed.wait()
        except TimeoutError:
            log.warning("The log of %s has %s, and it did not come.", feed.name, position)

    def leave(self) -> None:
        """Take no new readers; those who are here stay until they are dismissed."""
        self._left.set()

    def dismiss(self, most: int | None, reason: str, retry_ms: Iterator[int]) -> int:
        """Send up to `most` readers away, or all, each with its time to return; how many."""
        gone = 0
        for audience in self.audiences():
            gone += audience.dismiss(None if most is None else most - gone, reason, retry_ms)
        return gone

    def cut_off(self) -> None:
        """End the connections of readers that were handed over and are still there."""
        for audience in self.audiences():
            audience.fanout.cut_off()

    async def like(self, audience: Audience, number: int, token: str) -> None:
        """Count a like of a story that can be read; others have none."""
        entry = audience.feed.fold.stories.get(number)
        if entry is not None and entry.story is not None:
            await self._upstream.like(audience.feed.name, number, token)

    async def _log_has(self, name: str, position: Position) -> bool:
        """Whether the log has it; asked once for all who come from there at the same time."""
        asking = self._asking.get((name, position))
        if asking is None and len(self._asking) >= _MOST_ASKED:
            return False  # so many different ones are made up
        if asking is None:
            asking = asyncio.ensure_future(self._upstream.has(name, position))
            self._asking[name, position] = asking
            asking.add_done_callback(lambda _: self._asking.pop((name, position)))
        return await asyncio.shield(asking)

    async def _look_again(self) -> None:
        """Wait for the next look-up that has not begun; whoever asks meanwhile shares it."""
        if self._next_look is None:
            self._next_look = self._start(self._look_in_turn())
        await asyncio.shield(self._next_look)

    async def _look_in_turn(self) -> None:
        due = self._looked_at + self._limits.unknown_feed_seconds
        await asyncio.sleep(due - asyncio.get_running_loop().time())
        self._next_look = None
        await self.look_up()

    async def _look_up(self) -> None:
        try:
            names = await self._upstream.names()
        except LivefeedError as error:
            if self.failure is None:
                log.warning("%s", error)
            self.failure = error
        else:
            self.failure = None
            for name in sorted(names - self._followed.keys()):
                self._follow(name)
        finally:
            self._looked_at = asyncio.get_running_loop().time()
            self._looking = None

    def _follow(self, name: str) -> None:
        followed = Followed(name, self._upstream, self._limits)
        self._followed[name] = followed
        self._start(followed.follow())

    async def _begin(self) -> None:
        await self.look_up()
        self._every(self._limits.feeds_seconds, self.look_up)
        self._every(self._limits.pulse_seconds, self._beat)
        self._every(self._limits.likes_seconds, self._count_likes)
        await self._first_read()

    async def _first_read(self) -> None:
        """Give the feeds a little time, so that the first visitors find them."""
        reads = [followed.read(self._limits.ready_seconds) for followed in self.followed()]
        for outcome in await asyncio.gather(*reads, return_exceptions=True):
            if isinstance(outcome, LivefeedError):
                log.warning("%s", outcome)

    async def _beat(self) -> None:
        for audience in self.audiences():
            audience.beat()

    async def _count_likes(self) -> None:
        """Read the likes of each feed that somebody has before their eyes."""
        for audience in self.audiences():
            if audience.readers or audience.visited:
                audience.visited = False
                await self._count_likes_of(audience)

    async def _count_likes_of(self, audience: Audience) -> None:
        feed = audience.feed
        changes = await self._upstream.likes_changes(feed.name)
        if changes != audience.likes_seen:
            audience.likes_seen, counts = await self._upstream.likes(feed.name)
            feed.count_likes(counts)

    def _every(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        self._start(self._repeat(seconds, work))

    async def _repeat(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await work()
            except LivefeedError as error:
                # The followers and the next look-up say at once, and once, that Redis is away.
                log.debug("%s", error)
            except Exception:
                log.exception("What is done every %s s failed.", seconds)

    def _start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._upstream.close()
