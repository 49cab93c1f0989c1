"""A follower at work in the background of a test."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from typing import Any, Self

from livefeed.entry import Entry
from livefeed.errors import BadMessage
from livefeed.fold import Fold, apply_all
from livefeed.redis_log.follow import Reset, Upstream, follow


class Following:
    """Collects what `follow` yields and tells; `until` waits for it."""

    def __init__(self, url: str, feed: str = "news", after: Any = None, **options: Any) -> None:
        self.events: list[Reset | Entry] = []
        self.states: list[Upstream] = []
        self.bad: list[BadMessage] = []
        self._news = asyncio.Event()
        self._stream = follow(
            url,
            feed,
            after,
            on_state=self._noted(self.states),
            on_bad=self._noted(self.bad),
            **options,
        )
        self._task: asyncio.Task[None] | None = None

    def _noted(self, into: list[Any]) -> Callable[[Any], None]:
        def note(thing: Any) -> None:
            into.append(thing)
            self._news.set()

        return note

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        note = self._noted(self.events)
        async with aclosing(self._stream) as stream:
            async for event in stream:
                note(event)

    async def until(self, condition: Callable[[], object], *, within: float = 20.0) -> None:
        """Wait until `condition` holds; what the follower raises is raised here."""
        assert self._task is not None
        async with asyncio.timeout(within):
            while not condition():
                self._news.clear()
                waiting = asyncio.create_task(self._news.wait())
                await asyncio.wait({waiting, self._task}, return_when=asyncio.FIRST_COMPLETED)
                waiting.cancel()
                if self._task.done():
                    self._task.result()

    async def until_state(self, state: Upstream) -> None:
        await self.until(lambda: self.states and self.states[-1] is state)

    async def until_seq(self, seq: int) -> None:
        await self.until(lambda: self.seqs and self.seqs[-1] >= seq)

    @property
    def resets(self) -> list[Reset]:
        return [event for event in self.events if isinstance(event, Reset)]

    @property
    def entries(self) -> list[Entry]:
        return [event for event in self.events if isinstance(event, Entry)]

    @property
    def seqs(self) -> list[int]:
        """Where each event leaves the reader."""
        return [e.fold.position.seq if isinstance(e, Reset) else e.seq for e in self.events]

    @property
    def fold(self) -> Fold:
        """What a reader of all events has."""
        last = max(i for i, event in enumerate(self.events) if isinstance(event, Reset))
        rest = [event for event in self.events[last:] if isinstance(event, Entry)]
        return apply_all(self.resets[-1].fold, rest)
