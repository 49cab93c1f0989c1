"""The server as `livefeed serve` runs it: uvicorn with our protocols, listener and goodbye."""

import asyncio
import gc
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from socket import socket
from typing import cast

import uvicorn

from livefeed.server.app import create_app
from livefeed.server.door import Doorkeeper
from livefeed.server.limits import Limits
from livefeed.server.listener import BACKLOG, address_of, listen_often
from livefeed.server.open_files import raise_limit
from livefeed.server.shutdown import Server
from livefeed.settings import Settings

_GRACE_SECONDS = 1  # for pages that are being sent when everything else is closed


def run(
    settings: Settings,
    listener: socket,
    *,
    limits: Limits | None = None,
    on_ready: Callable[[str], None] | None = None,
    hand_over: bool = True,
) -> None:
    """Serve on `listener` until SIGINT or SIGTERM. `on_ready` gets the page's address.

    The listener is the caller's, so that a taken port is known before anything else is started;
    so is logging. `hand_over`: see `make_server`.
    """
    limits = within_open_files(limits or Limits())
    server = make_server(settings, limits, hand_over=hand_over)
    if on_ready is not None:
        server.on_ready = partial(on_ready, address_of(listener))
    serve(server, listener)


def serve(server: Server, listener: socket) -> None:
    """Run it on `listener` until its end."""
    with ExitStack() as stack:
        again = [stack.enter_context(other) for other in listen_often(listener)]
        # What is here now stays: the collector need not walk over it whenever readers come.
        gc.collect()
        gc.freeze()
        server.run([listener, *again])


def within_open_files(limits: Limits) -> Limits:
    """These limits, with no more connections than this process may open files for."""
    room = raise_limit()
    strangers = min(limits.strangers, max(room // 4, 1))
    return replace(
        limits, readers=min(limits.readers, max(room - strangers, 1)), strangers=strangers
    )


def make_server(settings: Settings, limits: Limits, *, hand_over: bool = True) -> Server:
    """uvicorn, as we want it. Without `hand_over` readers are sent to the plain ASGI way."""
    app = create_app(settings, limits=limits)
    # uvicorn only calls what it takes for a protocol's class.
    door = cast("type[asyncio.Protocol]", Doorkeeper(limits, hand_over=hand_over))
    config = uvicorn.Config(
        app,
        loop="auto",  # uvloop, or asyncio's own where there is none
        http=door,
        ws="none",  # the door's, too
        backlog=BACKLOG,  # uvicorn listens again
        proxy_headers=False,  # nobody asks for the client's address
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    return Server(config, app.state.feeds, limits, settings.drain)
