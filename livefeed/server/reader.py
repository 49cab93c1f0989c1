"""A handed-over reader: the transport's protocol, and all that is kept of a connection.

    live ──over the high-water mark──▶ behind ──drained, caught up──▶ live
      │   cursor None: its encoding's      │   a cursor of its own
      └──────────── closed ◀───────────────┘   by us, by the reader, or for a broken rule

It decides nothing about what is sent: the feed's fan-out writes to it. Here is what it says beyond
what every peer does (`peer.py`), and that is likes alone.

The high-water mark is 0: whatever the kernel does not take at once makes a reader slow. So a live
one's transport holds nothing, and can be passed by; what waits for a slow one is at most a batch.
"""

import asyncio
from collections.abc import Callable, Coroutine
from socket import AF_INET, SOCK_STREAM, SocketType
from typing import Any, Final, Protocol, TypeAlias, cast

from livefeed.errors import BadMessage
from livefeed.server.cursor import Cursor
from livefeed.server.handshake import NOT_UNDERSTOOD
from livefeed.server.peer import Peer
from livefeed.wire import frames, messages
from livefeed.wire.compression import Agreement
from livefeed.wire.messages import Encoding, Like

_HIGH_WATER: Final = 0  # bytes
OnLike: TypeAlias = "Callable[[Like], Coroutine[Any, Any, None]]"


class House(Protocol):
    """Who keeps the readers of a feed."""

    def rules(self, reader: "Reader") -> frames.Rules:
        """What it may say."""

    def enter(self, reader: "Reader", answer: bytes) -> None:
        """It came; `answer` is to be written first."""

    def slowed(self, reader: "Reader") -> None:
        """It does not take all of what it is given; called within a write."""

    def drained(self, reader: "Reader") -> None:
        """It has taken it."""

    def liked(self, reader: "Reader", like: Like) -> None:
        """It likes a story; `reader.rested()` when it may speak again."""

    def closing(self, reader: "Reader") -> None:
        """It was closed, and is sent nothing more."""

    def lost(self, reader: "Reader") -> None:
        """It is gone."""


class Reader(Peer):
    """One reader. `cursor` None: it is live, and stands where its encoding's readers stand."""

    __slots__ = (
        "_events", "_house", "_parser", "_resting",
        "cursor", "deflate", "encoding", "on_like", "socket",
    )  # fmt: skip

    def __init__(
        self, house: House, cursor: Cursor, on_like: OnLike, deflate: Agreement | None
    ) -> None:
        super().__init__()
        self._house = house
        self.cursor: Cursor | None = cursor
        self.deflate = deflate
        self.encoding: Encoding = cursor.encoding
        self.on_like = on_like
        self.socket: SocketType  # the transport's, without its buffer: for the fan-out alone
        self._events: list[frames.Event] | None = None  # said, and not heard while it rests
        self._parser: frames.Parser | None = None
        self._resting = False

    def __repr__(self) -> str:
        state = "closed" if self._closed else "live" if self.cursor is None else "behind"
        return f"<Reader {self.encoding.name} {state}{', paused' if self.paused else ''}>"

    # The transport's calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection is this reader's from here on."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass of it
        self.transport.set_write_buffer_limits(_HIGH_WATER)
        descriptor = transport.get_extra_info("socket").fileno()
        self.socket = SocketType(AF_INET, SOCK_STREAM, 0, descriptor)

    def opened(self, answer: bytes) -> None:
        """The handshake's `answer` is not written yet: it goes first."""
        self._house.enter(self, answer)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """It is gone."""
        self._closed = True
        self.socket.detach()  # the descriptor is the transport's to close
        self._parser = self._events = None
        self._pongs = b""
        self._house.lost(self)

    def pause_writing(self) -> None:
        """Something waits in the transport."""
        super().pause_writing()
        self._house.slowed(self)

    def resume_writing(self) -> None:
        """Nothing waits there any more."""
        super().resume_writing()
        if not self.paused:  # by the pongs, at once
            self._house.drained(self)

    # The house's calls.

    @property
    def closed(self) -> bool:
        """Whether it is sent nothing more, though it may not be gone yet."""
        return self._closed

    def rested(self) -> None:
        """Its pause after a like is over."""
        self._resting = False
        if not self.transport.is_closing():
            self._hear()
            self._listen_or_not()

    # What it says.

    def _read(self, data: bytes) -> None:
        """A parser is made when something comes, and kept only in midst of a frame."""
        parser = self._parser or frames.Parser(self._house.rules(self))
        events = parser.receive(data)
        self._parser = None if parser.at_rest else parser
        self._events = [*(self._events or ()), *events]
        self._hear()

    def _hear(self) -> None:
        """Act on what it said, up to a like: after that it rests."""
        events, self._events = self._events or [], None
        for index, event in enumerate(events):
            if self._resting:
                self._events = events[index:]
                break
            self._hear_one(event)
        self._write_pongs()

    def _hear_message(self, message: frames.Message) -> None:
        try:
            like = messages.parse_like(message.data, self.encoding)
        except BadMessage as error:
            self.close(NOT_UNDERSTOOD, str(error))
            return
        self._resting = True
        self._listen_or_not()
        self._house.liked(self, like)

    # As a peer.

    def _closing(self, code: int, reason: str) -> None:  # noqa: ARG002 - the peer's signature
        self._house.closing(self)

    def _may_speak(self) -> bool:
        return not self._resting and (self._closed or not self.paused)
