"""uvicorn's WebSocket protocol, hardened against clients that send and do not read.

- A ping is answered once what was written before is on its way, the latest one only (RFC 6455,
  5.5.3 allows that); above the high-water mark nothing is read.
- After a violation the close frame is followed by a half-close, and what the client still sends is
  thrown away for a while: closing at once would make the kernel reset the connection, and the
  client would never read why.
- A connection that ended and does not take its last bytes is cut.
- A message counts as sent once there is room for the next. So the next is decided when it can go
  out, and no text waits here that is withdrawn meanwhile.
- A handshake that cannot be read is answered; uvicorn would leave it open for ever.
"""

import asyncio
import logging
from typing import Any

from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame

from livefeed.server.limits import Limits
from livefeed.wire.frames import is_utf8

# What uvicorn says of each connection that comes and goes is more than a log can bear.
log = logging.getLogger(__name__)
log.setLevel(logging.WARNING)

_PONG = 0x8A  # the first byte of a pong frame: FIN and opcode 10
_MOST_FRAGMENTS = 64  # a like has one
_MOST_THROWN_AWAY = 16 * 1024 * 1024  # bytes
_UNREADABLE = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class HardenedProtocol(WebSocketsSansIOProtocol):
    """One WebSocket."""

    limits = Limits()

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - uvicorn's own
        super().__init__(*args, **kwargs)
        self.logger = self.conn.logger = log
        self._pong: bytes | None = None
        self._failed = False
        self._thrown_away = 0
        self._cut: asyncio.TimerHandle | None = None

    def data_received(self, data: bytes) -> None:
        """Read frames; after a violation only make room."""
        if not self._failed:
            super().data_received(data)
            self._refuse_unreadable()
            return
        self._thrown_away += len(data)
        if self._thrown_away > _MOST_THROWN_AWAY:
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is left to cut."""
        if self._cut is not None:
            self._cut.cancel()
        super().connection_lost(exc)

    def handle_ping(self) -> None:
        """Keep the latest pong for when there is room; anything else goes out as it did."""
        for frame in self.conn.data_to_send():
            if frame[:1] == bytes((_PONG,)):
                if self._pong is None:
                    self.loop.call_soon(self._write_pong)
                self._pong = frame
            else:
                self.transport.write(frame)

    def pause_writing(self) -> None:
        """Above the high-water mark: what the client says can wait, too."""
        super().pause_writing()
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        """Below it again."""
        super().resume_writing()
        self._write_pong()
        if not self.read_paused:
            self.transport.resume_reading()

    async def receive(self) -> Any:  # noqa: ANN401 - uvicorn's own
        """The next event; taking it does not begin to read above the high-water mark."""
        event = await super().receive()
        if not self.writable.is_set():
            self.transport.pause_reading()
        return event

    async def send(self, message: Any) -> None:  # noqa: ANN401 - uvicorn's own
        """Hand over one event; a message waits until there is room for the next."""
        if self._failed:
            raise ClientDisconnected
        await super().send(message)
        if message["type"] == "websocket.send":
            await self.writable.wait()
        elif message["type"] == "websocket.http.response.body":
            self.handshake_complete = True  # a refusal completes it, too; uvicorn logs an error

    def handle_cont(self, event: Frame) -> None:
        """Empty fragments cost nothing to send and would add up for ever."""
        if len(self.frames) >= _MOST_FRAGMENTS and not self._failed:
            self.conn.fail(CloseCode.MESSAGE_TOO_BIG, "too many fragments")
            self.handle_parser_exception()
        elif not self._failed:
            super().handle_cont(event)

    def send_receive_event_to_app(self) -> None:
        """Give a whole message to the application; one that is no text closes the connection."""
        # uvicorn would log each with a traceback.
        if self.curr_msg_data_type == "text" and not is_utf8(b"".join(self.frames)):
            self.conn.fail(CloseCode.INVALID_DATA, "not UTF-8")
            self.handle_parser_exception()
        else:
            super().send_receive_event_to_app()

    def handle_parser_exception(self) -> None:
        """Say which rule was broken, then listen to nothing more, and linger."""
        closed = self.conn.close_sent
        if self._failed or closed is None:
            return
        self._failed = True
        self._pong = None
        self.close_sent = True
        self.frames = []
        gone = {"type": "websocket.disconnect", "code": closed.code, "reason": closed.reason}
        self.queue.put_nowait(gone)  # type: ignore[arg-type] # a union of typed dictionaries
        self.transport.write(b"".join(self.conn.data_to_send()))
        # With a close timer running, uvicorn leaves the closing to it.
        self.close_timer = self.loop.call_later(self.limits.linger_seconds, self.transport.abort)
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.transport.resume_reading()

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        """The application is done with this connection: it has a little time for its last bytes."""
        super().on_task_complete(task)
        if not self.disconnected:
            self._cut = self.loop.call_later(self.limits.linger_seconds, self.transport.abort)

    def _refuse_unreadable(self) -> None:
        """Answer a handshake with too long a header, or a body (it comes as a whole)."""
        if not self.handshake_initiated and not self.transport.is_closing():
            self.transport.write(_UNREADABLE)
            self.transport.close()

    def _write_pong(self) -> None:
        if self._pong is None or not self.writable.is_set() or self.transport.is_closing():
            return
        pong, self._pong = self._pong, None
        self.transport.write(pong)
