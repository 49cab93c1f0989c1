"""The server as `livefeed serve` runs it: uvicorn with our protocols, listener and goodbye."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from socket import socket

import uvicorn

from livefeed.server.app import create_app
from livefeed.server.handover import HandoverProtocol
from livefeed.server.http_protocol import PunctualProtocol
from livefeed.server.limits import Limits
from livefeed.server.listener import BACKLOG, address_of
from livefeed.server.open_files import raise_limit
from livefeed.server.shutdown import Server
from livefeed.server.websocket_protocol import HardenedProtocol
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
    server.run([listener])


def within_open_files(limits: Limits) -> Limits:
    """These limits, with no more readers than this process may open files for."""
    return replace(limits, readers=min(limits.readers, raise_limit()))


def make_server(settings: Settings, limits: Limits, *, hand_over: bool = True) -> Server:
    """uvicorn, as we want it. Without `hand_over` readers are sent to the plain ASGI way."""
    app = create_app(settings, limits=limits)
    # uvicorn makes the protocols by their class, so the limits go with the class.
    http = type("PunctualProtocol", (PunctualProtocol,), {"limits": limits})
    way = HandoverProtocol if hand_over else HardenedProtocol
    websocket = type(way.__name__, (way,), {"limits": limits})
    config = uvicorn.Config(
        app,
        loop="auto",  # uvloop, or asyncio's own where there is none
        backlog=BACKLOG,
        http=http,
        ws=websocket,
        ws_max_size=limits.message_bytes,
        ws_ping_interval=None,  # dead readers are the kernel's to find, see listener.py
        ws_per_message_deflate=False,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    return Server(config, app.state.feeds, limits, settings.drain)
