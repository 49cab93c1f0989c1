"""The application: routes, and what they are made of."""

import os
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route, WebSocketRoute
from starlette.types import Receive, Scope, Send

from livefeed import render
from livefeed import settings as the_settings
from livefeed.errors import LivefeedError
from livefeed.redis_log.data_folder import url_of
from livefeed.render.structured_data import Site
from livefeed.server.answers import on_crash, on_http_error, on_our_error
from livefeed.server.build_mark import build_mark
from livefeed.server.embedding import AllowedReaders, Embedding
from livefeed.server.feeds import Feeds
from livefeed.server.health import Health
from livefeed.server.histories import Histories
from livefeed.server.limits import Limits
from livefeed.server.live import Live
from livefeed.server.pages import Pages
from livefeed.server.security import SecurityHeaders
from livefeed.server.static import Static
from livefeed.server.upstream import Upstream
from livefeed.settings import Settings
from livefeed.web_folder import web_folder


class _App(Starlette):
    """Readers who come by thousands are led straight to their route.

    What stands in front of the router is for answers of HTTP; a WebSocket would only pass through.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, or the lifespan."""
        if scope["type"] == "websocket":
            scope["app"] = self
            await self.router(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(settings: Settings | None = None, *, limits: Limits | None = None) -> Starlette:
    """The application for any ASGI server; without settings it reads the environment's.

    `app.state.feeds` has the feeds and their readers. Without a Redis named, it is the embedded
    server of the data folder, which something else has started.
    """
    settings = settings or the_settings.read(os.environ)
    limits = limits or Limits()
    upstream = Upstream(settings.redis_url or url_of(settings.data))
    chance = random.Random()  # noqa: S311 - it spreads readers and hides nothing
    feeds = Feeds(upstream, limits)
    embedding = Embedding(settings.origins)
    site = Site(settings.site, settings.publisher)
    told = (site.origin, site.publisher)
    mark = build_mark(web_folder(), Path(render.__path__[0]), settings=told)
    pages = Pages(feeds, Histories(upstream), embedding, build_mark=mark, site=site)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with feeds.running():
            yield

    app = _App(
        routes=_routes(feeds, pages, Live(feeds, embedding.origins, limits, chance)),
        middleware=[Middleware(SecurityHeaders), Middleware(AllowedReaders, embedding)],
        exception_handlers={
            HTTPException: on_http_error,
            LivefeedError: on_our_error,
            Exception: on_crash,
        },
        lifespan=lifespan,
    )
    # Such a redirect would be built from the Host header, which is the client's.
    app.router.redirect_slashes = False
    app.state.feeds = feeds
    return app


def _routes(feeds: Feeds, pages: Pages, live: Live) -> list[Route | WebSocketRoute]:
    static = Static(web_folder())
    health = Health(feeds)
    return [
        WebSocketRoute("/feeds/{feed}/live", live),
        Route("/", pages.home),
        Route("/feeds", pages.feeds),
        Route("/feeds/{feed}", pages.feed),
        Route("/feeds/{feed}/embed", pages.embed),
        Route("/feeds/{feed}/stories", pages.stories),
        Route("/feeds/{feed}/stories/{number}", pages.story),
        Route("/feeds/{feed}/stories/{number}/revisions", pages.revisions),
        Route("/feeds/{feed}/live", pages.live),
        Route("/healthz", health.alive),
        Route("/readyz", health.ready),
        Route("/static/{path:path}", static.answer),
        Route("/embed.js", static.embed),
    ]
