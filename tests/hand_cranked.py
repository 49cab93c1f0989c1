"""A connection over a real pair of sockets, whose transport moves only when a test says so.

It keeps asyncio's promises with a high-water mark of 0: what the kernel does not take at once
waits, and its protocol is told within the write.
"""

import asyncio
import socket
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from livefeed.wire.compression import Agreement

_SEND_BUFFER = 4_608  # the least that the kernel gives
_TAIL = b"\x00\x00\xff\xff"


_open: "set[HandCranked]" = set()


@contextmanager
def connections() -> Iterator[None]:
    """Those that are made within the block end with it."""
    before = set(_open)
    try:
        yield
    finally:
        for line in _open - before:
            line.end()


class HandCranked(asyncio.Transport):
    """The server's end, as a protocol's transport; `kind`: SOCK_SEQPACKET keeps writes apart."""

    def __init__(self, kind: int = socket.SOCK_STREAM) -> None:
        super().__init__()
        self._ours, self.client = socket.socketpair(socket.AF_UNIX, kind)
        for end in (self._ours, self.client):
            end.setblocking(False)
        if kind == socket.SOCK_STREAM:
            self._ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        self._waiting = b""
        self._protocol: Any = None
        self.blocked = False  # the kernel takes nothing
        self.aborted = False
        _open.add(self)

    def begin(
        self, protocol: asyncio.Protocol, answer: bytes = b"", *, waiting: bytes = b""
    ) -> None:
        """Give the connection to a reader; what is `waiting` was written before."""
        self._protocol = protocol
        self._waiting = waiting
        protocol.connection_made(self)
        protocol.opened(answer)

    def end(self) -> None:
        """The client is gone."""
        _open.discard(self)
        self._protocol.connection_lost(None)
        self._ours.close()
        self.client.close()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._ours if name == "socket" else default

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        assert (high, low) == (0, None)
        if self._waiting:
            self._protocol.pause_writing()

    def get_write_buffer_size(self) -> int:
        return len(self._waiting)

    def is_closing(self) -> bool:
        return False

    def pause_reading(self) -> None:
        """Nobody speaks here."""

    def resume_reading(self) -> None:
        """Nobody speaks here."""

    def write(self, data: bytes | memoryview) -> None:
        paused = bool(self._waiting)
        self._waiting += data
        self._flush()
        if self._waiting and not paused:
            self._protocol.pause_writing()

    def abort(self) -> None:
        self.aborted = True

    def take(self) -> bytes:
        """All that is on its way to the client, as its end reads it."""
        taken = b""
        while True:
            try:
                taken += self.client.recv(1 << 20)
            except BlockingIOError:
                if not self._waiting:
                    return taken
                self._flush()
                if not self._waiting:
                    self._protocol.resume_writing()

    def packets(self) -> list[bytes]:
        """The writes that came since, one by one (SOCK_SEQPACKET)."""
        came = []
        while True:
            try:
                came.append(self.client.recv(1 << 20))
            except BlockingIOError:
                return came

    def _flush(self) -> None:
        try:
            sent = self._ours.send(self._waiting) if self._waiting and not self.blocked else 0
        except BlockingIOError:
            sent = 0
        self._waiting = self._waiting[sent:]


class Inflating:
    """What a client makes of a server's bytes: whole messages, inflated as was agreed."""

    def __init__(self, agreed: Agreement | None) -> None:
        self._agreed = agreed
        self._held = b""
        self._inflate = zlib.decompressobj(-15)
        self.compressed = 0  # messages

    def messages(self, data: bytes) -> list[bytes]:
        """The messages that these bytes complete."""
        self._held += data
        messages = []
        while (frame := self._frame()) is not None:
            first, payload = frame
            messages.append(self._inflated(payload) if first & 0x40 else payload)
        return messages

    @property
    def at_rest(self) -> bool:
        """Whether no frame is cut."""
        return not self._held

    def _frame(self) -> tuple[int, bytes] | None:
        held = self._held
        if len(held) < 2:
            return None
        assert held[0] & 0x80
        assert not held[1] & 0x80
        size, begin = held[1], 2
        if size >= 126:
            begin = 4 if size == 126 else 10
            size = int.from_bytes(held[2:begin], "big")
        if len(held) < begin + size:
            return None
        self._held = held[begin + size :]
        return held[0], held[begin : begin + size]

    def _inflated(self, payload: bytes) -> bytes:
        assert self._agreed is not None
        self.compressed += 1
        if self._agreed.server_no_context_takeover:
            self._inflate = zlib.decompressobj(-15)
        message = self._inflate.decompress(payload + _TAIL)
        assert not self._inflate.unconsumed_tail
        return message
