"""One feed and the task that follows it, from before its log was read for the first time."""

import asyncio
import logging
from contextlib import aclosing

from livefeed.entry import Entry
from livefeed.errors import BadMessage, LivefeedError, Unreachable
from livefeed.position import Position
from livefeed.redis_log.follow import Reset
from livefeed.redis_log.follow import Upstream as State
from livefeed.server.audience import Audience
from livefeed.server.feed import Feed
from livefeed.server.limits import Limits
from livefeed.server.upstream import Upstream

log = logging.getLogger(__name__)
_PAUSE_SECONDS = 1.0  # before a follower that ended in an error is started anew


class Followed:
    """The feed `name`. `audience` is None until the log was read once."""

    def __init__(self, name: str, upstream: Upstream, limits: Limits) -> None:
        self.name = name
        self.audience: Audience | None = None
        self.bad_messages = 0
        self._upstream = upstream
        self._limits = limits
        self._read = asyncio.Event()
        self._trouble = ""
        self._following = True
        self._after: Position | None = None

    def __repr__(self) -> str:
        return f"<Followed {self.name}: {self.audience or 'not read yet'}>"

    async def read(self, seconds: float) -> Audience:
        """The audience, once the log was read.

        Raises:
            Unreachable: that took longer than `seconds`.
        """
        if self.audience is not None:
            return self.audience  # at once, and without a task for the waiting
        try:
            await asyncio.wait_for(self._read.wait(), seconds)
        except TimeoutError:
            raise Unreachable(f"the log of {self.name} could not be read yet") from None
        return self._known()

    async def follow(self) -> None:
        """Follow the feed for ever."""
        while True:
            try:
                await self._follow()
            except LivefeedError as error:
                self._report(str(error))
            except Exception:
                log.exception("The follower of %s failed and is started anew.", self.name)
                self._after = None  # whatever is held here may be half done: read it all again
            self._state_is(State.LOST)
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _follow(self) -> None:
        following = self._upstream.follow(
            self.name, self._after, on_state=self._state_is, on_bad=self._count_bad
        )
        async with aclosing(following) as batches:
            async for batch in batches:
                for event in batch:
                    self._take(event)

    def _take(self, event: Reset | Entry) -> None:
        self._trouble = ""
        if isinstance(event, Reset):
            self._reset(event)
            self._after = event.fold.position
        elif self.audience is not None:
            self.audience.feed.apply(event)
            self._after = event.position

    def _reset(self, event: Reset) -> None:
        if self.audience is None:
            feed = Feed(event.fold, event.tail)
            feed.upstream = self._following
            self.audience = Audience(feed, self._limits)
            self._read.set()
        else:
            log.warning("The log of %s was read anew, at %s.", self.name, event.fold.position)
            self.audience.feed.reset(event.fold, event.tail)
            self.audience.likes_seen = None  # its likes may have changed as often as these

    def _state_is(self, state: State) -> None:
        # The follower has logged it.
        self._following = state is State.FOLLOWING
        if self.audience is not None and self.audience.feed.upstream != self._following:
            self.audience.feed.upstream = self._following
            self.audience.beat()  # readers learn at once that what they see may be old, or is not

    def _count_bad(self, _: BadMessage) -> None:
        # The follower has logged it, once for each reason.
        self.bad_messages += 1

    def _report(self, trouble: str) -> None:
        """Log a trouble once, however often it comes again before the feed goes on."""
        if trouble != self._trouble:
            log.warning("The feed %s cannot be followed: %s", self.name, trouble)
            self._trouble = trouble

    def _known(self) -> Audience:
        if self.audience is None:
            raise AssertionError("read means that there is an audience")
        return self.audience
