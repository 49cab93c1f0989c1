"""A server that says goodbye: each reader has its `bye` before uvicorn closes any socket."""

import asyncio
from collections.abc import Callable
from socket import socket
from types import FrameType
from typing import Protocol

import uvicorn

from livefeed.server.arrival import Arrival
from livefeed.server.conversation import Conversation
from livefeed.server.limits import Limits

_LOOK_SECONDS = 0.02
REASON = "restart"


class Leaving(Protocol):
    """Whoever has the readers."""

    def leave(self, reason: str) -> None:
        """Send all of them away."""

    @property
    def readers(self) -> int:
        """How many are still here."""

    def cut_off(self) -> None:
        """End those whose connection was handed over, which uvicorn does not know of."""


class Server(uvicorn.Server):
    """uvicorn's server with a goodbye. A second signal ends it at once."""

    def __init__(self, config: uvicorn.Config, readers: Leaving, limits: Limits) -> None:
        super().__init__(config)
        self._readers = readers
        self._limits = limits
        self.on_ready: Callable[[], None] = lambda: None

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Start, and tell that connections are accepted."""
        await super().startup(sockets)
        self.on_ready()

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Accept nobody any more, say `bye`, wait for the answers, then close what is left."""
        for server in self.servers:
            server.close()
        self._readers.leave(REASON)
        await self._wait_for_answers()
        self._cut_off_who_takes_nothing()
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn's own
        """Begin to end; again, whichever the signal: now.

        uvicorn raises the signal once more when it is done, which would end the process before
        what stands around the server (an embedded Valkey) is ended, too.
        """
        if self.should_exit:
            self.force_exit = True
        self.should_exit = True

    async def _wait_for_answers(self) -> None:
        """Each reader answers the close; uvicorn's closing before that could lose the `bye`."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._limits.goodbye_seconds
        # uvicorn, too, looks at its set of connections every now and then; it fires no event.
        while self._somebody_is_here() and not self.force_exit and loop.time() < deadline:  # noqa: ASYNC110 - above
            await asyncio.sleep(_LOOK_SECONDS)

    def _somebody_is_here(self) -> bool:
        return bool(self._readers.readers or self._websockets())

    def _cut_off_who_takes_nothing(self) -> None:
        """Their connections would never end by themselves: closing waits for their last bytes."""
        self._readers.cut_off()
        for websocket in self._websockets():
            if not websocket.takes_something:
                websocket.transport.abort()

    def _websockets(self) -> list[Arrival | Conversation]:
        """Those that were not handed over."""
        connections: set[object] = set(self.server_state.connections)
        return [c for c in connections if isinstance(c, Arrival | Conversation)]
