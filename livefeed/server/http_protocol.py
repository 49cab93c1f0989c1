"""uvicorn's HTTP protocol with an end to requests that never end.

uvicorn waits for a request for ever, and reads as many header bytes as come. Here the whole request
must be there within a time and within a size; an idle connection after it has uvicorn's keep-alive
time-out as before.
"""

import asyncio
import logging
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from livefeed.server.limits import Limits

# What uvicorn says of each request that is none is more than a log can bear.
log = logging.getLogger(__name__)
log.setLevel(logging.ERROR)

_TIMED_OUT = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"connection: close\r\ncontent-length: 0\r\n\r\n"
)


class PunctualProtocol(HttpToolsProtocol):
    """One connection until it becomes a WebSocket. `limits` is set by `with_limits`."""

    limits = Limits()

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - uvicorn's own
        super().__init__(*args, **kwargs)
        self.logger = log
        self._answering: RequestResponseCycle | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._received = 0
        self._gave_up = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The clock starts with the connection, not with its first byte."""
        super().connection_made(transport)
        self._expect_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._request_is_here()
        self._drop_answer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what belongs to a request that is not complete."""
        if self._gave_up:
            return
        if self._deadline is not None:
            self._received += len(data)
            if self._received > self.limits.request_bytes:
                self._give_up(_TOO_LARGE)
                return
        super().data_received(data)

    def on_message_begin(self) -> None:
        """The next request on this connection has its own time."""
        super().on_message_begin()
        self._expect_request()

    def on_message_complete(self) -> None:
        """The request is here as a whole."""
        self._request_is_here()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """From here on it is a WebSocket's connection."""
        self._request_is_here()
        super().handle_websocket_upgrade()
        # The parser holds this object, and uvicorn lets go of it only when a connection is lost.
        self.parser = None  # type: ignore[assignment] # as uvicorn does then

    def send_400_response(self, msg: str) -> None:
        """What came is no request; the answer to one before it goes nowhere, either."""
        self._drop_answer()
        super().send_400_response(msg)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:  # noqa: ANN401 - uvicorn's own
        self._answering = cycle
        super()._start_asgi_task(cycle, app)

    def _drop_answer(self) -> None:
        """Let an answer that is being made go nowhere: its connection is closed for writing.

        uvicorn does so with the last request that came; the one being answered may be an earlier.
        """
        if self._answering is not None:
            self._answering.disconnected = True

    def _expect_request(self) -> None:
        if self._deadline is None:
            self._received = 0
            self._deadline = self.loop.call_later(
                self.limits.request_seconds, self._give_up, _TIMED_OUT
            )

    def _request_is_here(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self, answer: bytes) -> None:
        """Say why, and throw away for a while what still comes.

        Closing at once would make the kernel reset the connection, and the answer would be lost.
        """
        self._request_is_here()
        self._drop_answer()
        self._gave_up = True
        if self.transport.is_closing():
            return
        self.transport.write(answer)
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._deadline = self.loop.call_later(self.limits.linger_seconds, self.transport.abort)
