"""Which other sites may show the feeds, and what their readers' browsers are told of it.

A browser lets a page of another origin frame an answer, or read it, only where the answer says so.
Without a word of ours it may do neither, so nothing has to be refused here.
"""

from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from livefeed.server.security import policy, with_headers

ALL = "*"


class Embedding:
    """The sites that may show the feeds: their origins as browsers write them, or `*` for all."""

    def __init__(self, origins: Iterable[str]) -> None:
        self.origins = frozenset(origins)

    @property
    def framed(self) -> dict[str, str]:
        """The headers of a page that they may frame."""
        if not self.origins:
            return {}
        framers = ALL if ALL in self.origins else " ".join(["'self'", *sorted(self.origins)])
        return {
            "content-security-policy": policy(frame_ancestors=framers),
            # Pages that are cut off from other origins frame nothing without it.
            "cross-origin-resource-policy": "cross-origin",
        }

    def reader(self, origin: str | None) -> str | None:
        """Whose pages may read what a page of `origin` asked for; None for those of nobody else."""
        if ALL in self.origins:
            return ALL
        return origin if origin in self.origins else None


class AllowedReaders:
    """An ASGI middleware that lets the pages of those sites read the answers."""

    def __init__(self, app: ASGIApp, embedding: Embedding) -> None:
        self._app = app
        self._embedding = embedding

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; an answer's start gets the headers."""
        if scope["type"] != "http" or not self._embedding.origins:
            await self._app(scope, receive, send)
            return
        reader = self._embedding.reader(Headers(scope=scope).get("origin"))

        def add(headers: MutableHeaders) -> None:
            if reader is not None:
                headers.setdefault("access-control-allow-origin", reader)
            if reader != ALL:
                # On every answer: a cache must not give one site's copy to another.
                headers.add_vary_header("origin")

        await self._app(scope, receive, with_headers(send, add))
