"""Redis as the server uses it: which feeds there are, what they tell, who likes what.

Commands run in tasks of their own and a few at a time, so that a reader who leaves in the middle of
one never leaves a connection behind whose next answer belongs to somebody else.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from livefeed.entry import Entry
from livefeed.errors import BadMessage
from livefeed.position import Position
from livefeed.redis_log.connect import connect_async
from livefeed.redis_log.follow import Reset, follow_together
from livefeed.redis_log.follow import Upstream as State
from livefeed.redis_log.likes import like_async, like_changes_async, read_likes_async
from livefeed.redis_log.read import (
    feed_names_async,
    read_after_async,
    read_revisions_async,
)
from livefeed.tail import DEFAULT_KEEP

Result = TypeVar("Result")
_AT_A_TIME = 8


class Upstream:
    """One Redis. Every question raises `LivefeedError` where it is out of reach."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = connect_async(url)
        self._turn = asyncio.Semaphore(_AT_A_TIME)
        self._asking: set[asyncio.Task[Any]] = set()

    async def names(self) -> frozenset[str]:
        """The names of all feeds."""
        return frozenset(await self._ask(feed_names_async(self._client)))

    async def has(self, feed: str, position: Position) -> bool:
        """Whether the log has this position, of this history."""
        after = read_after_async(self._client, feed, position, limit=1)
        return await self._ask(after) is not None

    async def revisions(self, feed: str, number: int, *, most: int) -> list[Entry]:
        """A story's entries that have their text, oldest first."""
        return await self._ask(read_revisions_async(self._client, feed, number, most=most))

    async def like(self, feed: str, number: int, token: str) -> None:
        """Count a like, once for each token."""
        await self._ask(like_async(self._client, feed, number, token))

    async def likes_changes(self, feed: str) -> int:
        """How often the likes have changed."""
        return await self._ask(like_changes_async(self._client, feed))

    async def likes(self, feed: str) -> tuple[int, Mapping[int, int]]:
        """How often the likes have changed, and the counts."""
        return await self._ask(read_likes_async(self._client, feed))

    def follow(
        self,
        feed: str,
        after: Position | None,
        *,
        on_state: Callable[[State], object],
        on_bad: Callable[[BadMessage], object],
    ) -> AsyncGenerator[Sequence[Reset | Entry], None]:
        """What the feed tells after `after`; a reset brings as many entries as a tail keeps."""
        return follow_together(
            self._url, feed, after, tail=DEFAULT_KEEP, on_state=on_state, on_bad=on_bad
        )

    async def close(self) -> None:
        """Let go of the connections, whatever is still being asked."""
        for task in self._asking:
            task.cancel()
        await asyncio.gather(*self._asking, return_exceptions=True)
        await self._client.aclose()

    async def _ask(self, question: Coroutine[Any, Any, Result]) -> Result:
        task = asyncio.create_task(self._in_turn(question))
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)
        return await asyncio.shield(task)

    async def _in_turn(self, question: Coroutine[Any, Any, Result]) -> Result:
        async with self._turn:
            return await question
