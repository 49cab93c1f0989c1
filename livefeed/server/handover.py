"""The hand-over: a WebSocket's transport is given to a protocol of the application's own.

Offered as the ASGI extension `livefeed.handover`, `{"give": give}`. After the accept the
application calls `give(protocol)` and returns; the connection goes on without a task, a queue or
uvicorn's objects. The new protocol learns what it must by the callbacks that every protocol has:

    connection_made(transport)      it is yours
    pause_writing()                 if the accept's answer already fills the write buffer
    data_received(data)             if the client spoke before the hand-over

What comes before the hand-over is not parsed but kept, and reading stops, so the bytes are whole.
An application that receives or closes instead gets them in the ordinary way. TLS's transports keep
buffers of their own, so nothing is offered there.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Final, TypedDict

from websockets.http11 import Request

from livefeed.server.websocket_protocol import HardenedProtocol
from livefeed.wire.compression import Agreement, negotiated

EXTENSION: Final = "livefeed.handover"


class Taker(asyncio.BaseProtocol):
    """Whom a connection can be handed over to."""

    def opened(self, answer: bytes) -> None:
        """The handshake's answer, to be written first."""

    def data_received(self, data: bytes) -> None:
        """What the client says."""


class HandOver(TypedDict):
    """The extension. `give` returns False where the connection has ended: it stays uvicorn's."""

    give: Callable[[Taker], bool]
    deflate: Agreement | None


class _Elsewhere(asyncio.Transport):
    """What uvicorn holds in the transport's place: its `run_asgi` ends by closing it."""

    def close(self) -> None:
        """Nothing: the connection is somebody else's."""

    def is_closing(self) -> bool:
        """For uvicorn it has ended."""
        return True


_ELSEWHERE = _Elsewhere()


class HandoverProtocol(HardenedProtocol):
    """One WebSocket, up to its hand-over."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - uvicorn's own
        super().__init__(*args, **kwargs)
        self._offered = False
        self._early = b""

    def handle_connect(self, event: Request) -> None:
        """Offer the hand-over with the handshake; the application's task has not begun yet."""
        super().handle_connect(event)
        if self.response.status_code == 101 and self.scheme == "ws":
            offers = event.headers.get_all("Sec-WebSocket-Extensions")
            agreed = negotiated(", ".join(offers))
            if agreed is not None:
                self.response.headers["Sec-WebSocket-Extensions"] = agreed.header
            self.scope["extensions"][EXTENSION] = {"give": self._give, "deflate": agreed}
            self._offered = True

    def data_received(self, data: bytes) -> None:
        """Keep what comes while the hand-over is on offer, as it came."""
        if not self._offered:
            super().data_received(data)
            return
        self._early += data
        self.transport.pause_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is on offer any more."""
        self._withdraw_offer()
        super().connection_lost(exc)

    async def receive(self) -> Any:  # noqa: ANN401 - uvicorn's own
        """The next event. Who asks for one behind the accept stays here."""
        if self.handshake_complete:
            self._stay()
        return await super().receive()

    async def send(self, message: Any) -> None:  # noqa: ANN401 - uvicorn's own
        """Hand over one event. Who closes stays here, and its client's answer is awaited."""
        await super().send(message)
        if message["type"] == "websocket.close":
            self._stay()

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        """The application is done with it."""
        self._withdraw_offer()
        super().on_task_complete(task)

    def _give(self, protocol: Taker) -> bool:
        if not self._offered or self.disconnected or self.transport.is_closing():
            return False
        self._withdraw_offer()
        transport, self.transport = self.transport, _ELSEWHERE
        early, self._early = self._early, b""
        self.connections.discard(self)
        self.stop_keepalive()
        self.disconnected = True  # for uvicorn, whose task ends now
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        protocol.opened(b"")
        transport.resume_reading()
        if not self.writable.is_set():
            protocol.pause_writing()
        if early:
            protocol.data_received(early)
        return True

    def _stay(self) -> None:
        """Go on in the ordinary way, with what was kept first."""
        self._withdraw_offer()
        early, self._early = self._early, b""
        if early and not self.disconnected:
            self.transport.resume_reading()
            super().data_received(early)

    def _withdraw_offer(self) -> None:
        """The scope would otherwise hold this protocol, which holds the scope."""
        if self._offered:
            self._offered = False
            self.scope["extensions"].pop(EXTENSION, None)
