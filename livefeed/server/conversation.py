"""A WebSocket in the ordinary ASGI way: events are received and sent, until one of both closes.

- While an event waits to be received nothing is read.
- A connection that ended and does not take its last bytes is cut.
- A message counts as sent once there is room for the next. So the next is decided when it can go
  out, and no text waits here that is withdrawn meanwhile.
"""

import asyncio
from typing import Any, Final, TypeAlias, cast

from uvicorn.protocols.utils import ClientDisconnected

from livefeed.server.handshake import RESTARTING
from livefeed.server.peer import Peer
from livefeed.wire import frames

Event: TypeAlias = "dict[str, Any]"
_FAILED: Final = 1011  # the application did
_LOST: Final = 1006  # without a close frame


class Conversation(Peer):
    """One WebSocket that is open. `connections` are uvicorn's."""

    def __init__(
        self,
        transport: asyncio.Transport,
        rules: frames.Rules,
        connections: set[Any],
        linger_seconds: float,
    ) -> None:
        super().__init__()
        self.transport = transport
        self.writable = asyncio.Event()
        self.writable.set()
        self._parser = frames.Parser(rules)
        self._connections = connections
        self._linger_seconds = linger_seconds
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._cut: asyncio.TimerHandle | None = None
        connections.add(self)

    def __repr__(self) -> str:
        return f"<Conversation {'closed' if self._closed else 'open'}>"

    @property
    def takes_something(self) -> bool:
        """Whether there is room for what is written."""
        return not self.paused

    # The transport's calls.

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """It is gone."""
        self._connections.discard(self)
        self._closed = True
        self._disconnected(_LOST, "")
        self.writable.set()
        if self._cut is not None:
            self._cut.cancel()

    def pause_writing(self) -> None:
        """What is sent waits, too."""
        self.writable.clear()
        super().pause_writing()

    def resume_writing(self) -> None:
        """It goes on."""
        self.writable.set()
        super().resume_writing()

    # The application's calls, and its server's.

    async def receive(self) -> Event:
        """The next event; taking it does not begin to read above the high-water mark."""
        event = await self._events.get()
        self._listen_or_not()
        return event

    async def send(self, message: Event) -> None:
        """Hand over one event; a message waits until there is room for the next."""
        await self.writable.wait()
        if self._closed:
            raise ClientDisconnected
        match message["type"]:
            case "websocket.send":
                self.transport.write(_frame(message))
                await self.writable.wait()
            case "websocket.close":
                self.close(message.get("code", frames.NORMAL), message.get("reason") or "")
            case other:
                raise RuntimeError(f"{other!r} was sent over a WebSocket that is open")

    def finish(self, *, failed: bool) -> None:
        """The application is done with it."""
        self.close(_FAILED if failed else frames.NORMAL)

    def shutdown(self) -> None:
        """The server ends."""
        self.close(RESTARTING)
        self.transport.close()

    # As a peer.

    def _read(self, data: bytes) -> None:
        for event in self._parser.receive(data):
            self._hear_one(event)
        self._write_pongs()
        self._listen_or_not()

    def _hear_message(self, message: frames.Message) -> None:
        data = message.data
        said = {"text": data.decode()} if message.is_text else {"bytes": data}
        self._events.put_nowait({"type": "websocket.receive", **said})

    def _closing(self, code: int, reason: str) -> None:
        """It has a little time for its last bytes, and for the client's."""
        self._disconnected(code, reason)
        loop = asyncio.get_running_loop()
        self._cut = loop.call_later(self._linger_seconds, self.transport.abort)

    def _may_speak(self) -> bool:
        return self._closed or (not self.paused and self._events.empty())

    def _disconnected(self, code: int, reason: str) -> None:
        gone = {"type": "websocket.disconnect", "code": code, "reason": reason}
        self._events.put_nowait(gone)


def _frame(message: Event) -> bytes:
    data = message.get("bytes")
    if data is not None:
        return frames.frame(frames.BINARY, data)
    return frames.frame(frames.TEXT, cast("str", message["text"]).encode())
