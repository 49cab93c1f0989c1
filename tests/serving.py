"""A server for tests, on a free port of this machine, with its readers in the test's own loop."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import websockets
from websockets.asyncio.client import ClientConnection

from livefeed.redis_log.append import Receipt
from livefeed.server.limits import Limits
from livefeed.server.listener import address_of, listen
from livefeed.server.run import make_server
from livefeed.server.shutdown import Server
from livefeed.settings import Settings
from livefeed.wire.messages import Encoding

HAND_OVER = True  # the way of sending; the fixture `way` sets it
LOOP = "uvloop"  # which event loop; the fixture `each_loop` sets it
WAIT = 20.0  # seconds: how long a test waits for what must come


_NOBODY = {"site": "", "publisher": ""}


def settings_for(url: str, **more: Any) -> Settings:
    """Settings of a server at the log `url`."""
    given = {"redis_url": url, "data": Path(), "host": "127.0.0.1", "port": 0, "feed": "news"}
    return Settings(
        **{**given, "origins": (), "log": "info", "workers": 1, "drain": 0.0, **_NOBODY, **more}
    )


@dataclass
class Wire:
    """A reader's connection: its transport, and whether it is over its high-water mark."""

    transport: asyncio.Transport
    paused: Callable[[], bool]


class Running:
    """A server that runs: its addresses, and what it is made of."""

    def __init__(self, server: Server, listener: socket.socket) -> None:
        self.server = server
        self.listener = listener
        self.url = address_of(listener)

    @property
    def feeds(self):
        return self.server.config.app.state.feeds

    def feed(self, name="news"):
        return next(feed for feed in self.feeds.all() if feed.name == name)

    def connections(self) -> list["Wire"]:
        """The readers' connections, whichever way they are sent to."""
        handed_over = [r for a in self.feeds.audiences() for r in a.fanout._readers]
        wires = [Wire(reader.transport, lambda r=reader: r.paused) for reader in handed_over]
        plain = [c for c in self.server.server_state.connections if hasattr(c, "writable")]
        return wires + [Wire(c.transport, lambda c=c: not c.writable.is_set()) for c in plain]

    def live(self, *, feed="news", after=None) -> str:
        query = "" if after is None else f"?after={after}"
        return f"{self.url.replace('http', 'ws')}/feeds/{feed}/live{query}"


@asynccontextmanager
async def running(url: str, *, limits: Limits | None = None, **more: Any) -> AsyncIterator[Running]:
    """A server at the log `url`, until the end of the block."""
    server = make_server(settings_for(url, **more), limits or Limits(), hand_over=HAND_OVER)
    ready = asyncio.Event()
    server.on_ready = ready.set
    with listen("127.0.0.1", 0) as listener:
        serving = asyncio.create_task(server.serve([listener]))
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({serving, waiting}, return_when="FIRST_COMPLETED")
        try:
            yield Running(server, listener)
        finally:
            waiting.cancel()
            server.end()
            await asyncio.wait_for(serving, WAIT)


class Visitor:
    """A reader's connection, with its messages read."""

    def __init__(self, connection: ClientConnection, encoding: Encoding) -> None:
        self.connection = connection
        self.encoding = encoding

    async def next(self, *types: str) -> dict[str, Any]:
        """The next message, of one of these types if any are given."""
        async with asyncio.timeout(WAIT):
            while True:
                message = self.read(await self.connection.recv())
                if not types or message["type"] in types:
                    return message

    def read(self, data: str | bytes) -> dict[str, Any]:
        return json.loads(data) if self.encoding.is_text else msgspec.msgpack.decode(data)

    async def greeted(self) -> list[dict[str, Any]]:
        """Everything up to the likes, which end what a reader is sent first."""
        messages = [await self.next()]
        while messages[-1]["type"] != "likes":
            messages.append(await self.next())
        return messages

    async def closed(self) -> tuple[int, str]:
        """The close code and reason, once it is closed; what comes before is passed over."""
        async with asyncio.timeout(WAIT):
            with suppress(websockets.ConnectionClosed):
                while True:
                    await self.connection.recv()
            await self.connection.wait_closed()
        code, reason = self.connection.close_code, self.connection.close_reason
        assert code is not None
        return code, reason or ""


@asynccontextmanager
async def visit(
    server: Running,
    *,
    encoding: Encoding = Encoding.JSON,
    after: object = None,
    feed: str = "news",
    **options: Any,
) -> AsyncIterator[Visitor]:
    """A reader of `feed`, until the end of the block."""
    options = {"subprotocols": [encoding.subprotocol], "compression": None, **options}
    uri = server.live(feed=feed, after=after)
    async with websockets.connect(uri, proxy=None, **options) as connection:
        yield Visitor(connection, encoding)


async def eventually(condition: Callable[[], object], *, within: float = WAIT) -> None:
    """Wait until `condition` holds."""
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - of another's making: nothing to wait on
            await asyncio.sleep(0.01)


async def caught_up(server: Running, receipt: Receipt) -> None:
    """Wait until the server has what was appended."""
    await eventually(lambda: server.feed().position == receipt.position)
