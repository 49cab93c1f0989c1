"""The other end of an open WebSocket, as far as all are alike.

- Pings are answered; above the high-water mark the latest one only, behind what waits there, so
  that nobody who pings and does not read fills our memory (RFC 6455, 5.5.3 allows that).
- A close is answered, and ends it.
- After a violation the close frame is followed by a half-close, and what the client still sends is
  thrown away for a while: closing at once would make the kernel reset the connection, and the
  client would never read why.
- Nothing is read above the high-water mark, but the answer to a close is.
"""

import asyncio
from abc import abstractmethod
from typing import Final

from livefeed.wire import frames

_MOST_THROWN_AWAY: Final = 16 * 1024 * 1024  # bytes, after a violation


class Peer(asyncio.Protocol):
    """A client that says frames. What it is sent, and what its messages mean, others know."""

    __slots__ = ("_closed", "_pongs", "_thrown_away", "paused", "transport")

    def __init__(self) -> None:
        self.transport: asyncio.Transport
        self.paused = False  # above the high-water mark
        self._closed = False  # no frame is sent any more
        self._pongs = b""  # frames to be written
        self._thrown_away = -1  # bytes since a rule was broken; -1: none was

    # Each kind's own.

    @abstractmethod
    def _read(self, data: bytes) -> None:
        """Parse it, and hear what it says."""

    @abstractmethod
    def _hear_message(self, message: frames.Message) -> None:
        """Act on it."""

    @abstractmethod
    def _closing(self, code: int, reason: str) -> None:
        """The close frame is written."""

    @abstractmethod
    def _may_speak(self) -> bool:
        """Whether what it says is read."""

    # The transport's calls.

    def pause_writing(self) -> None:
        """Something waits in the transport: what it says can wait, too."""
        self.paused = True
        self._listen_or_not()

    def resume_writing(self) -> None:
        """Nothing waits there any more, unless the pongs do."""
        self.paused = False
        self._write_pongs()
        self._listen_or_not()

    def data_received(self, data: bytes) -> None:
        """Read frames; after a violation only make room."""
        if self._thrown_away >= 0:
            self._throw_away(data)
        else:
            self._read(data)

    # What it is told, and what it says.

    def close(self, code: int, reason: str = "", *, saying: bytes = b"") -> None:
        """Send a last message's frame and the close; the client answers it."""
        if self._closed:
            return
        self._closed = True
        self._pongs = b""
        self.transport.write(saying + frames.close(code, reason))
        self._closing(code, reason)
        self._listen_or_not()

    def _hear_one(self, event: frames.Event) -> None:
        match event:
            case frames.Ping(data):
                self._pongs = (b"" if self.paused else self._pongs) + frames.pong(data)
            case frames.Message() if not self._closed:
                self._hear_message(event)
            case frames.Close(code, reason):
                self.close(code, reason)
                self.transport.close()
            case frames.Violation(code, reason):
                self._end(code, reason)

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

    def _write_pongs(self) -> None:
        if self._pongs and not (self._closed or self.paused):
            pongs, self._pongs = self._pongs, b""
            self.transport.write(pongs)

    def _listen_or_not(self) -> None:
        if self.transport.is_closing():
            return
        if self._may_speak():
            self.transport.resume_reading()
        else:
            self.transport.pause_reading()
