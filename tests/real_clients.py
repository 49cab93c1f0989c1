"""Readers with real clients that compress: `websockets`, and npm's `ws` in a node process."""

import asyncio
import json
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol, TypeAlias

import websockets
from websockets.asyncio.client import ClientConnection
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

from checkout import CHECKOUT
from livefeed.wire.messages import Encoding
from serving import eventually

SUBPROTOCOL = Encoding.JSON.subprotocol

# What is offered of permessage-deflate, as the parameters of `websockets`; None: nothing at all.
Offer: TypeAlias = "dict[str, bool | int] | None"
OFFERS: dict[str, Offer] = {
    "as it comes": {"client_max_window_bits": True},
    "bare": {},
    "server_no_context_takeover": {"server_no_context_takeover": True},
    "client_no_context_takeover": {"client_no_context_takeover": True},
    "server_max_window_bits=10": {"server_max_window_bits": 10},
    "client_max_window_bits=10": {"client_max_window_bits": 10},
    "nothing": None,
}


@dataclass(eq=False)
class Connection:
    """One connection and the messages that came on it so far."""

    extensions: str = ""
    messages: list[dict[str, Any]] = field(default_factory=list)
    read: int | None = None  # bytes, where its client counts them, once it is closed

    async def pause(self) -> None:
        """Stop reading, so that the server must."""
        raise NotImplementedError

    async def resume(self) -> None:
        """Read on."""
        raise NotImplementedError

    async def close(self) -> None:
        """Leave in order; what came until then is in `messages`."""
        raise NotImplementedError


class Clients(Protocol):
    """One of the clients, which opens connections."""

    async def open(self, url: str, offer: Offer) -> Connection:
        """A reader at this address."""


@dataclass(eq=False)
class WebsocketsConnection(Connection):
    """Of `websockets`."""

    connection: ClientConnection = None  # type: ignore[assignment] # opened with it
    _reading: asyncio.Task[None] | None = None

    async def pause(self) -> None:
        self._reading.cancel()
        with suppress(asyncio.CancelledError):
            await self._reading

    async def resume(self) -> None:
        self._reading = asyncio.create_task(self._read())

    async def close(self) -> None:
        await self.connection.close()
        await self._reading

    async def _read(self) -> None:
        with suppress(websockets.ConnectionClosedOK):
            while True:
                self.messages.append(json.loads(await self.connection.recv()))


class Websockets:
    """`websockets`, in the test's own loop."""

    async def open(self, url: str, offer: Offer) -> Connection:
        offered = [] if offer is None else [ClientPerMessageDeflateFactory(**offer)]
        connection = await websockets.connect(
            url, subprotocols=[SUBPROTOCOL], extensions=offered, compression=None,
            max_queue=1, max_size=None, proxy=None,
        )  # fmt: skip
        agreed = connection.response.headers.get("Sec-WebSocket-Extensions", "")
        opened = WebsocketsConnection(extensions=agreed, connection=connection)
        await opened.resume()
        return opened


class NodeConnection(Connection):
    """Of `ws`: the program's number of it."""

    def __init__(self, clients: "Ws", number: int) -> None:
        super().__init__()
        self._clients = clients
        self.number = number
        self.is_open = False
        self.code: int | None = None

    async def pause(self) -> None:
        self._clients.tell({"do": "pause", "id": self.number})

    async def resume(self) -> None:
        self._clients.tell({"do": "resume", "id": self.number})

    async def close(self) -> None:
        self._clients.tell({"do": "close", "id": self.number})
        await eventually(lambda: self.code is not None)
        assert self.code == 1005  # closed without a code, by itself

    def heard(self, told: dict[str, Any]) -> None:
        match told:
            case {"message": message}:
                self.messages.append(json.loads(message))
            case {"opened": extensions}:
                self.extensions, self.is_open = extensions, True
            case {"closed": code, "read": read}:
                self.code, self.read = code, read
            case _:
                raise AssertionError(told)


class Ws:
    """npm's `ws`, all connections in one process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._numbers = count()
        self._connections: dict[int, NodeConnection] = {}

    async def open(self, url: str, offer: Offer) -> Connection:
        opened = NodeConnection(self, next(self._numbers))
        self._connections[opened.number] = opened
        deflate = offer is not None and {_camel(name): value for name, value in offer.items()}
        self.tell({"do": "open", "id": opened.number, "url": url, "subprotocol": SUBPROTOCOL,
                   "deflate": deflate})  # fmt: skip
        await eventually(lambda: opened.is_open)
        return opened

    def tell(self, command: dict[str, Any]) -> None:
        self._process.stdin.write(f"{json.dumps(command)}\n".encode())

    async def listen(self) -> None:
        async for line in self._process.stdout:
            told = json.loads(line)
            self._connections[told.pop("id")].heard(told)


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.title, others))


@asynccontextmanager
async def npm_ws() -> AsyncIterator[Clients]:
    """`ws`, until the end of the block."""
    program = CHECKOUT / "tests" / "web" / "clients" / "ws.js"
    process = await asyncio.create_subprocess_exec(
        "node", str(program), stdin=PIPE, stdout=PIPE, limit=1 << 26
    )
    async with asyncio.TaskGroup() as listening:
        clients = Ws(process)
        listening.create_task(clients.listen())
        try:
            yield clients
        finally:
            process.kill()
            await process.wait()


@asynccontextmanager
async def python_websockets() -> AsyncIterator[Clients]:
    """`websockets`, until the end of the block."""
    yield Websockets()
