"""uvicorn's HTTP protocol with an end to requests that never end.

uvicorn waits for a request for ever, and reads as many header bytes as come. Here the whole request
must be there within a time and within a size; an idle connection after it has uvicorn's keep-alive
time-out as before.

It also answers a request of HTTP/1.1 that names no host, or two; here that is a bad one.

And it makes a task's worth of objects of each request that comes behind another, as many as
one read has: megabytes, of a client that asks often and reads nothing. Here they wait as the bytes
that they are, and while any wait nothing more is read.

Most WebSockets come through the door (`door.py`). One that is asked for later, on a connection that
is kept alive, is judged by the same rules, in its turn; proxies do so. After a request for any
other protocol, whose body uvicorn would take for the next request, the connection ends.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Final, Protocol, TypeAlias

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from livefeed.server.limits import Limits
from livefeed.wire import opening

# What uvicorn says of each request that is none is more than a log can bear.
log = logging.getLogger(__name__)
log.setLevel(logging.ERROR)

TIMED_OUT: Final = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
TOO_LARGE: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"connection: close\r\ncontent-length: 0\r\n\r\n"
)
_NOT_READABLE: Final = opening.Refusal(400, "This request for a WebSocket cannot be read.")
_NO_HOST: Final = opening.Refusal(400, "A request names its host, in one Host field.")
_OF_NO_HOST: Final = frozenset({"0.9", "1.0"})  # versions of HTTP whose requests may name none


class Arrival(Protocol):
    """A WebSocket that was asked for by the rules."""

    def begin(self, transport: asyncio.Transport, early: bytes) -> None:
        """The connection is its own. `early` came behind the opening."""

    def pause_writing(self) -> None:
        """What was answered before it waits to be taken."""


Judge: TypeAlias = Callable[[bytes], Arrival | bytes | None]


class PunctualProtocol(HttpToolsProtocol):
    """One connection for HTTP, open since `since` by the loop's clock.

    `judge` says of a request's head whose WebSocket it opens, or how it is refused.
    """

    def __init__(
        self,
        limits: Limits,
        judge: Judge,
        since: float,
        **kwargs: Any,  # noqa: ANN401 - uvicorn's own
    ) -> None:
        super().__init__(**kwargs)
        self.limits = limits
        self.logger = log
        self._judge = judge
        self._since = since
        self._answering: RequestResponseCycle | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._received = 0
        self._held = bytearray()  # came behind a request that is being answered
        self._gave_up = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The clock starts with the connection, not with its first byte."""
        super().connection_made(transport)
        self._expect_request(self._since)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._held.clear()
        self._request_is_here()
        self._drop_answer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Somebody says something; what is no request is said to nobody."""
        if not self._gave_up:
            self._held += data
            self._read_on()

    def on_response_complete(self) -> None:
        """It is the next one's turn."""
        super().on_response_complete()  # which begins to read again
        if self.transport.is_closing():
            self._held.clear()
        self._read_on()

    def on_message_begin(self) -> None:
        """The next request on this connection has its own time."""
        super().on_message_begin()
        self._expect_request(self.loop.time())

    def on_headers_complete(self) -> None:
        """Nothing is asked for whose host is a matter of opinion (RFC 9112, 3.2)."""
        if not self._has_its_host():
            head, end, body = opening.refused(_NO_HOST).partition(opening.END)
            self.give_up(head + end + (b"" if self.parser.get_method() == b"HEAD" else body))
            raise httptools.HttpParserError(_NO_HOST.reason)  # so that the parser ends, too
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is here as a whole."""
        self._request_is_here()
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """What came is no request; the answer to one before it goes nowhere, either."""
        self._held.clear()
        self._drop_answer()
        super().send_400_response(msg)

    def give_up(self, answer: bytes) -> None:
        """Say why, and throw away for a while what still comes.

        Closing at once would make the kernel reset the connection, and the answer would be lost.
        """
        self._request_is_here()
        self._drop_answer()
        self._held.clear()
        self._gave_up = True
        if self.transport.is_closing():
            return
        self.transport.write(answer)
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._deadline = self.loop.call_later(self.limits.linger_seconds, self.transport.abort)

    def _read_on(self) -> None:
        """Read what is held, up to the end of a request that is to be answered first."""
        while self._held and (self._deadline is not None or not self._is_answering()):
            self._read(self._next_piece())
        if self._held:
            self.flow.pause_reading()

    def _next_piece(self) -> bytes:
        """At most one head's end is in it, so at most two requests' ends: a body's, and a head's.

        The parser cannot be told to stop behind a request.
        """
        end = self._held.find(opening.END) + len(opening.END)
        if end < len(opening.END):
            end = len(self._held)
        piece = bytes(self._held[:end])
        del self._held[:end]
        return piece

    def _read(self, data: bytes) -> None:
        """Count what belongs to a request that is not complete."""
        if self._deadline is not None:
            self._received += len(data)
            if self._received > self.limits.request_bytes:
                self.give_up(TOO_LARGE)
                return
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            (end,) = upgrade.args
            self._change_protocol(data[end:])
        except httptools.HttpParserError:
            if not self._gave_up:
                self.send_400_response("Invalid HTTP request received.")
        else:
            # Line ends between two requests are none, and end uvicorn's waiting for the next one.
            if self._deadline is None and not self._is_answering():
                self._expect_request(self.loop.time())

    def _has_its_host(self) -> bool:
        hosts = [value for name, value in self.headers if name == b"host"]
        if not hosts:
            return self.parser.get_http_version() in _OF_NO_HOST
        return len(hosts) == 1 and opening.is_host(hosts[0])

    def _should_upgrade(self) -> bool:
        """Whether this request is not uvicorn's to answer (HTTP/1.0 changes no protocol)."""
        is_of_today = self.parser.get_http_version() == "1.1"
        return is_of_today and opening.is_for_websocket(dict(self.headers))

    def _change_protocol(self, rest: bytes) -> None:
        """Another protocol was asked for; `rest` is what came behind that."""
        if not self._should_upgrade() or self._is_answering():
            # What follows is no HTTP. A WebSocket that came in one piece with a body's end would be
            # answered before the request with that body.
            self.cycle.keep_alive = False
            self._held.clear()
            self._gave_up = True
            return
        head = opening.head(self.scope["method"].encode(), self.url, self.headers)
        came = self._judge(head) or opening.refused(_NOT_READABLE)
        if isinstance(came, bytes):
            self.give_up(came)
        else:
            self._let_in(came, rest)

    def _is_answering(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle  # uvicorn says nothing of the first
        return cycle is not None and not cycle.response_complete

    def _let_in(self, arrival: Arrival, rest: bytes) -> None:
        self._request_is_here()
        self.connections.discard(self)
        # The parser holds this object, and uvicorn lets go of it only when a connection is lost.
        self.parser = None  # type: ignore[assignment] # as uvicorn does then
        early = rest + bytes(self._held)
        self._held.clear()
        arrival.begin(self.transport, early)
        if self.flow.write_paused:
            arrival.pause_writing()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:  # noqa: ANN401 - uvicorn's own
        self._answering = cycle
        super()._start_asgi_task(cycle, app)

    def _drop_answer(self) -> None:
        """Let an answer that is being made go nowhere: its connection is closed for writing.

        uvicorn does so with the last request that came; the one being answered may be an earlier.
        """
        if self._answering is not None:
            self._answering.disconnected = True

    def _expect_request(self, since: float) -> None:
        if self._deadline is None:
            self._received = 0
            at = since + self.limits.request_seconds
            self._deadline = self.loop.call_at(at, self.give_up, TIMED_OUT)

    def _request_is_here(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
