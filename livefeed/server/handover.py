"""The hand-over: a WebSocket's transport is given to a protocol of the application's own.

Offered as the ASGI extension `livefeed.handover`. After the accept the application calls
`give(taker)` and returns; the connection goes on without a task, a queue or the server's objects.
The taker learns what it must by these calls, in this order:

    connection_made(transport)      it is yours
    opened(answer)                  the answer to the handshake, to be written first; b"" if it was
    pause_writing()                 if the write buffer is full already
    data_received(data)             if the client spoke before the hand-over

The answer is kept back until the end of the loop's turn, so that it can leave in one write with
what follows. What comes before the hand-over is not parsed but kept, and reading stops, so the
bytes are whole. An application that receives, sends or closes instead gets a conversation in the
ordinary way. TLS's transports keep buffers of their own, so nothing is offered there.
"""

from asyncio import BaseTransport
from collections.abc import Callable
from typing import Final, Protocol, TypedDict

from livefeed.wire.compression import Agreement

EXTENSION: Final = "livefeed.handover"


class Taker(Protocol):
    """An `asyncio.Protocol` that a connection can be given to."""

    def connection_made(self, transport: BaseTransport) -> None:
        """It is yours."""

    def opened(self, answer: bytes) -> None:
        """Write this first, if it is anything."""

    def pause_writing(self) -> None:
        """The write buffer is full."""

    def data_received(self, data: bytes) -> None:
        """The client speaks."""


class HandOver(TypedDict):
    """The extension. `give` returns False where the connection has ended.

    `deflate` is the compression that was agreed on, and that the taker has to do.
    """

    give: Callable[[Taker], bool]
    deflate: Agreement | None
