"""A server for tests that echoes: our door, hand-over and readers, without a feed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, cast
from unittest.mock import patch

import uvicorn

from livefeed.server import door
from livefeed.server.cursor import Cursor
from livefeed.server.door import Doorkeeper
from livefeed.server.handover import EXTENSION
from livefeed.server.limits import Limits
from livefeed.server.listener import address_of, listen
from livefeed.server.reader import Reader
from livefeed.wire import frames
from livefeed.wire.compression import SMALLEST_WINDOW, Agreement, compressed, negotiated
from livefeed.wire.messages import Encoding, Like

LARGEST = 16 * 1024 * 1024  # bytes: what test suites send
_FRAGMENTS = LARGEST // 64  # and in how many pieces


class Room:
    """Where these readers are: a house that sends them nothing."""

    def rules(self, reader: Reader) -> frames.Rules:
        """Those of the feeds' readers, with other limits."""
        return frames.Rules(
            largest=LARGEST,
            most_fragments=_FRAGMENTS,
            most_frames=_FRAGMENTS,
            deflate=reader.deflate is not None,
        )

    def enter(self, reader: Reader, answer: bytes) -> None:
        reader.transport.write(answer)

    def slowed(self, reader: Reader) -> None:
        pass

    def drained(self, reader: Reader) -> None:
        pass

    def liked(self, reader: Reader, like: Like) -> None:  # noqa: ARG002 - a house's signature
        raise AssertionError("an echo is no like")

    def closing(self, reader: Reader) -> None:
        pass

    def lost(self, reader: Reader) -> None:
        pass


class Echo(Reader):
    """A reader to whom its own messages are sent, compressed if that was agreed on."""

    __slots__ = ()

    def __init__(self, deflate: Agreement | None) -> None:
        super().__init__(Room(), Cursor(Encoding.JSON, None), _no_like, deflate)

    def _hear_one(self, event: frames.Event) -> None:
        match event:
            case frames.Message(data, is_text):
                self._write_pongs()  # it was asked for first
                self.transport.write(self._framed(data, is_text=is_text))
            case _:
                super()._hear_one(event)

    def _framed(self, data: bytes, *, is_text: bool) -> bytes:
        if self.deflate is None:
            return frames.message(is_text, data)
        deflated = compressed(data, window_bits=self.deflate.window_bits)
        return frames.message(is_text, deflated, rsv1=True)


async def _no_like(_: Like) -> None:
    """Nobody counts."""


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """The ASGI application: by the hand-over where it is offered, else in the ordinary way."""
    await receive()
    await send({"type": "websocket.accept"})
    if offered := scope["extensions"].get(EXTENSION):
        offered["give"](Echo(offered["deflate"]))
        return
    while (event := await receive())["type"] == "websocket.receive":
        await send({**event, "type": "websocket.send"})


@asynccontextmanager
async def echoing(*, hand_over: bool = True) -> AsyncIterator[str]:
    """Where such a server is, until the end of the block.

    Unlike a feed's, it agrees on any window that a client asks for.
    """
    keeper = Doorkeeper(Limits(message_bytes=LARGEST), hand_over=hand_over)
    http = cast("type[asyncio.Protocol]", keeper)
    config = uvicorn.Config(echo, http=http, ws="none", lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    any_window = partial(negotiated, smallest_window=SMALLEST_WINDOW)
    with listen("127.0.0.1", 0) as listener, patch.object(door, "negotiated", any_window):
        serving = asyncio.create_task(server.serve([listener]))
        try:
            yield address_of(listener).replace("http", "ws")
        finally:
            server.should_exit = True
            await serving
