"""A WebSocket in the ordinary ASGI way: events are received and sent, until one of both closes.

- Pings are answered; above the high-water mark nothing is read, and the latest one only is answered
  behind it (RFC 6455, 5.5.3 allows that).
- After a violation the close frame is followed by a half-close, and what the client still sends is
  thrown away for a while: closing at once would make the kernel reset the connection, and the
  client would never read why.
- A connection that ended and does not take its last bytes is cut.
- A message counts as sent once there is room for the next. So the next is decided when it can go
  out, and no text waits here that is withdrawn meanwhile.
"""

import asyncio
from typing import Any, Final, TypeAlias, cast

from uvicorn.protocols.utils import ClientDisconnected

from livefeed.server.handshake import RESTARTING
from livefeed.wire import frames

Event: TypeAlias = "dict[str, Any]"
_FAILED: Final = 1011  # the application did
_LOST: Final = 1006  # without a close frame
_MOST_THROWN_AWAY: Final = 16 * 1024 * 1024  # bytes, after a violation


class Conversation(asyncio.Protocol):
    """One WebSocket that is open. `connections` are uvicorn's."""

    def __init__(
        self,
        transport: asyncio.Transport,
        rules: frames.Rules,
        connections: set[Any],
        linger_seconds: float,
    ) -> None:
        self.transport = transport
        self.writable = asyncio.Event()
        self.writable.set()
        self._parser = frames.Parser(rules)
        self._connections = connections
        self._linger_seconds = linger_seconds
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._closed = False  # no frame is sent any more
        self._pongs = b""  # frames to be written
        self._thrown_away = -1  # bytes since a rule was broken; -1: none was
        self._cut: asyncio.TimerHandle | None = None
        connections.add(self)

    def __repr__(self) -> str:
        return f"<Conversation {'closed' if self._closed else 'open'}>"

    @property
    def takes_something(self) -> bool:
        """Whether there is room for what is written."""
        return self.writable.is_set()

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
        """Above the high-water mark: what the client says can wait, too."""
        self.writable.clear()
        self._listen_or_not()

    def resume_writing(self) -> None:
        """Below it again."""
        self.writable.set()
        self._write_pongs()
        self._listen_or_not()

    def data_received(self, data: bytes) -> None:
        """Read frames; after a violation only make room."""
        if self._thrown_away >= 0:
            self._throw_away(data)
            return
        for event in self._parser.receive(data):
            self._hear(event)
        self._write_pongs()
        self._listen_or_not()

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

    def close(self, code: int, reason: str = "") -> None:
        """Send a close frame; the client has a little time to answer it."""
        if self._closed:
            return
        self._closed = True
        self._pongs = b""
        self.transport.write(frames.close(code, reason))
        self._disconnected(code, reason)
        self._listen_or_not()
        self._linger()

    def finish(self, *, failed: bool) -> None:
        """The application is done with it."""
        self.close(_FAILED if failed else frames.NORMAL)

    def shutdown(self) -> None:
        """The server ends."""
        self.close(RESTARTING)
        self.transport.close()

    # What the client says.

    def _hear(self, event: frames.Event) -> None:
        match event:
            case frames.Ping(data):
                self._pongs = (self._pongs if self.writable.is_set() else b"") + frames.pong(data)
            case frames.Message(data, is_text) if not self._closed:
                said = {"text": data.decode()} if is_text else {"bytes": data}
                self._events.put_nowait({"type": "websocket.receive", **said})
            case frames.Close(code, reason):
                self._hear_close(code, reason)
            case frames.Violation(code, reason):
                self._end(code, reason)

    def _hear_close(self, code: int, reason: str) -> None:
        self.close(code, reason)
        self.transport.close()

    def _end(self, code: int, reason: str) -> None:
        """Say which rule was broken, then throw away what comes."""
        self._thrown_away = 0
        self.close(code, reason)
        if self.transport.can_write_eof() and not self.transport.is_closing():
            self.transport.write_eof()

    def _throw_away(self, data: bytes) -> None:
        self._thrown_away += len(data)
        if self._thrown_away > _MOST_THROWN_AWAY:
            self.transport.abort()

    def _disconnected(self, code: int, reason: str) -> None:
        gone = {"type": "websocket.disconnect", "code": code, "reason": reason}
        self._events.put_nowait(gone)

    def _write_pongs(self) -> None:
        if self._pongs and not self._closed and self.writable.is_set():
            pongs, self._pongs = self._pongs, b""
            self.transport.write(pongs)

    def _listen_or_not(self) -> None:
        """Nothing is read above the high-water mark, or while something waits to be received.

        A closed one's answer is.
        """
        if self.transport.is_closing():
            return
        if self._closed or (self.writable.is_set() and self._events.empty()):
            self.transport.resume_reading()
        else:
            self.transport.pause_reading()

    def _linger(self) -> None:
        """It has a little time for its last bytes, and for the client's."""
        loop = asyncio.get_running_loop()
        self._cut = loop.call_later(self._linger_seconds, self.transport.abort)


def _frame(message: Event) -> bytes:
    data = message.get("bytes")
    if data is not None:
        return frames.frame(frames.BINARY, data)
    return frames.frame(frames.TEXT, cast("str", message["text"]).encode())
