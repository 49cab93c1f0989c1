"""Stories' revisions, read from the log in Redis when somebody asks for them.

What was read is kept, in the form that readers get it in, until its story changes; whoever asks
while it is being read waits for the same answer. So Redis is asked once for each change of a story,
a few stories at a time, however many readers there are.

A withdrawal may come while a story's texts are on their way here. So they are only handed on where
the story still is as it was read.
"""

import asyncio
from enum import StrEnum

from livefeed.entry import Entry
from livefeed.render import html, revisions
from livefeed.server.feed import Feed
from livefeed.server.not_served import RETRY, NotServed
from livefeed.server.upstream import Upstream

MOST_REVISIONS = 100  # of one story, the newest
_MOST_ASKED = 64  # stories that are waited for
_MOST_TRIES = 3
_AT_A_TIME = 2  # so that likes and returning readers find Redis free


class Form(StrEnum):
    """How a history is told."""

    HTML = "html"
    JSON = "json"


class Histories:
    """The histories of all feeds' stories."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self._turn = asyncio.Semaphore(_AT_A_TIME)
        self._asked: dict[tuple[Feed, int, Form], asyncio.Task[bytes | None]] = {}

    async def of(self, feed: Feed, number: int, form: Form) -> bytes | None:
        """The history of a story as it stands in `feed`; None if it is withdrawn.

        Raises:
            LivefeedError: Redis is out of reach.
            NotServed: it changes, or others are asked for, faster than Redis is read.
        """
        for _ in range(_MOST_TRIES):
            entry = feed.fold.stories.get(number)
            if entry is None or entry.story is None:
                return None
            made = feed.prepared.history(number, form) or await self._ask(feed, number, form)
            if made is not None:
                return made
        raise _busy()

    async def _ask(self, feed: Feed, number: int, form: Form) -> bytes | None:
        key = (feed, number, form)
        if (asked := self._asked.get(key)) is None:
            if len(self._asked) >= _MOST_ASKED:
                raise _busy()
            asked = self._asked[key] = asyncio.create_task(self._read(feed, number, form))
            asked.add_done_callback(lambda _: self._asked.pop(key))
        return await asyncio.shield(asked)

    async def _read(self, feed: Feed, number: int, form: Form) -> bytes | None:
        """Read a story's history and keep it; None if the story changed meanwhile."""
        async with self._turn:
            entries = await self._upstream.revisions(feed.name, number, most=MOST_REVISIONS)
            if not entries:  # Redis is ahead of us by a withdrawal
                raise NotServed(410, "page-story-withdrawn")
            made = await asyncio.to_thread(_made, feed, entries, form)
        newest = feed.fold.stories.get(number)
        if newest is None or newest.seq > entries[-1].seq:
            return None
        feed.prepared.keep_history(number, form, made)
        return made


def _busy() -> NotServed:
    return NotServed(503, "out-of-reach", headers=RETRY)


def _made(feed: Feed, entries: list[Entry], form: Form) -> bytes:
    if form is Form.JSON:
        return revisions.history_document(feed.name, entries)
    return html.history(feed.fold, entries).encode()
