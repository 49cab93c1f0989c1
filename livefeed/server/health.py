"""Two answers for operators: the process lives (`/healthz`); send it readers (`/readyz`)."""

import asyncio

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from livefeed.server.answers import JSON
from livefeed.server.feeds import Feeds
from livefeed.server.followed import Followed

_UNCACHED = {"cache-control": "no-store", "content-type": JSON}
# Whoever asks more often gets the same answer; Redis is not asked for each.
_ASKED_SECONDS = 1.0
# A probe waits less than a connection does: what it is told late, it takes for a server that hangs.
_ANSWER_SECONDS = 1.0


class Health:
    """What the load balancer and the operator ask for."""

    def __init__(self, feeds: Feeds) -> None:
        self._feeds = feeds

    async def alive(self, _request: Request) -> Response:
        """The event loop turns: that is all this says."""
        return Response(b'{"alive":true}', headers=_UNCACHED)

    async def ready(self, _request: Request) -> Response:
        """200 if new readers are well served here: Redis answers, and no shutdown has begun."""
        redis = await self._redis_answers()
        ready = redis and not self._feeds.leaving
        document = {
            "ready": ready,
            "redis": redis,
            "leaving": self._feeds.leaving,
            "readers": self._feeds.readers,
            "feeds": {followed.name: _feed(followed) for followed in self._feeds.followed()},
        }
        body = msgspec.json.encode(document)
        return Response(body, 200 if ready else 503, headers=_UNCACHED)

    async def _redis_answers(self) -> bool:
        """Whether Redis answers, and soon. The look goes on for others who wait longer for it."""
        if not self._feeds.leaving:  # then nobody waits for it: no is the answer anyway
            try:
                async with asyncio.timeout(_ANSWER_SECONDS):
                    await self._feeds.look_up(not_within=_ASKED_SECONDS)
            except TimeoutError:
                return False
        return self._feeds.failure is None


def _feed(followed: Followed) -> dict[str, object]:
    """One feed. `bad_messages` counts what came on its channel and was no entry."""
    audience = followed.audience
    return {
        "position": str(audience.feed.position) if audience else None,
        "upstream": bool(audience and audience.feed.upstream),
        "readers": audience.readers if audience else 0,
        "bad_messages": followed.bad_messages,
    }
