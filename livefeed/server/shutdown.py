"""A server that says goodbye: each reader has its `bye` and its close before any socket is closed.

    a signal       nobody is accepted any more, `/readyz` says 503 on the connections that are open
    the drain      readers are sent away, spread over a time (`drain.py`); who is still here is
                   sent every story as before, and pages are answered
    the answers    the last ones answer the close, for a little while
    the end        whoever is still connected is cut off

SIGTERM drains over the time that was set. SIGINT is somebody at a terminal who waits for it, so it
takes a second at the most. A second signal, whichever, ends it at once: who is still here has its
`bye`, and nobody's answer is waited for.
"""

import asyncio
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from socket import socket
from types import FrameType
from typing import Protocol

import uvicorn

from livefeed.server.arrival import Arrival
from livefeed.server.conversation import Conversation
from livefeed.server.drain import Drain
from livefeed.server.limits import Limits

_LOOK_SECONDS = 0.02
_TICK_SECONDS = 1.0  # uvicorn's answers have the date, made anew each second
_AT_ONCE_SECONDS = 0.5
_PAGES_SECONDS = 1.0
_TURNS_UNTIL_READ = 8  # of the loop, since the accept; asyncio's own needs five
REASON = "restart"


class Leaving(Protocol):
    """Whoever has the readers."""

    def leave(self) -> None:
        """Take no new readers."""

    def dismiss(self, most: int | None, reason: str, retry_ms: Iterator[int]) -> int:
        """Send up to `most` readers away, or all, each with its time to return; how many."""

    @property
    def readers(self) -> int:
        """How many are still here."""

    def cut_off(self) -> None:
        """End those whose connection was handed over, which uvicorn does not know of."""


class Server(uvicorn.Server):
    """uvicorn's server with a goodbye, which spreads over `drain_seconds`."""

    def __init__(
        self, config: uvicorn.Config, readers: Leaving, limits: Limits, drain_seconds: float
    ) -> None:
        super().__init__(config)
        self._readers = readers
        self._limits = limits
        self._drain_seconds = drain_seconds
        self._chance = random.Random()  # noqa: S311 - it spreads readers and hides nothing
        self.on_ready: Callable[[], None] = lambda: None
        self.on_leave: Callable[[], None] = lambda: None
        self._told = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Start, and tell that connections are accepted."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        if not self.should_exit:
            self.on_ready()

    async def main_loop(self) -> None:
        """Until it is told to end: one look a second, where uvicorn takes ten.

        An idle server would spend half of its CPU on looking.
        """
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                async with asyncio.timeout(_TICK_SECONDS):
                    await self._told.wait()

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Accept nobody any more, send everybody away, then close what is left."""
        self._readers.leave()
        await self._stop_accepting(sockets or [])
        self.on_leave()
        await self._drain()
        self._cut_off_who_takes_nothing()
        await self._let_pages_end()
        await super().shutdown(sockets)
        if self.force_exit:
            await self._stop_application()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn's own
        """Begin to end; again, whichever the signal: now.

        uvicorn raises the signal once more when it is done, which would end the process before
        what stands around the server (an embedded Valkey) is ended, too.
        """
        if self.should_exit:
            self.force_exit = True
        self.end(hurried=sig == signal.SIGINT)

    def end(self, *, hurried: bool = False) -> None:
        """Begin to end. `hurried`: somebody waits for it."""
        if hurried:
            self._drain_seconds = min(self._drain_seconds, self._limits.hurried_drain_seconds)
        self.should_exit = True
        if self._loop is not None:
            with suppress(RuntimeError):  # it has ended
                # From a signal's handler or a thread: the loop may be asleep.
                self._loop.call_soon_threadsafe(self._tell)

    def _tell(self) -> None:
        self._told.set()
        if not self.started:  # a Redis that does not answer is waited for no longer
            self._readers.leave()

    async def _stop_accepting(self, listeners: list[socket]) -> None:
        """Close the listeners; who was let in by the kernel already is told to come back later.

        Without this the kernel would reset them.
        """
        loop = asyncio.get_running_loop()
        for listening in [listening for server in self.servers for listening in server.sockets]:
            # asyncio's own loop makes transports a turn after the accept, for open servers only.
            loop.remove_reader(listening.fileno())
        await asyncio.sleep(0)
        waiting = [connection for listener in listeners for connection in _accept_all(listener)]
        for server in self.servers:
            server.close()
        for connection in waiting:
            with suppress(OSError):  # it has just gone
                await loop.connect_accepted_socket(self._protocol, connection)
        for _ in range(_TURNS_UNTIL_READ):  # who says nothing yet is nobody to wait for
            await asyncio.sleep(0)

    def _protocol(self) -> asyncio.Protocol:
        # As uvicorn's own startup makes it for each connection.
        return self.config.http_protocol_class(  # type: ignore[call-arg] # its classes take these
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )

    async def _drain(self) -> None:
        """Send away who is due, and give the last ones time to answer.

        uvicorn's closing before that could lose a `bye`.
        """
        loop = asyncio.get_running_loop()
        drain = Drain(self._readers.readers, self._drain_seconds)
        began, gone, elapsed = loop.time(), 0, 0.0
        # uvicorn, too, looks at its set of connections every now and then; it fires no event.
        while self._somebody_is_here() and elapsed < drain.seconds + self._limits.goodbye_seconds:
            due = None if self.force_exit else drain.due(elapsed)
            times = (drain.retry_ms(nth, elapsed, self._chance) for nth in count(gone))
            gone += self._readers.dismiss(None if due is None else due - gone, REASON, times)
            await asyncio.sleep(_LOOK_SECONDS)  # in the plain way each reader's task says it
            if due is None and self.force_exit:
                return
            elapsed = loop.time() - began

    async def _stop_application(self) -> None:
        """What uvicorn leaves out in a hurry, and whose task's end it then logs as an error."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_AT_ONCE_SECONDS):
                await self.lifespan.shutdown()

    async def _let_pages_end(self) -> None:
        """Give answers that are being sent a moment; who does not take theirs is cut off."""
        loop = asyncio.get_running_loop()
        connections = self.server_state.connections
        for connection in list(connections):
            connection.shutdown()
        until = loop.time() + _PAGES_SECONDS
        # Looked at as in `_drain`: uvicorn's set of connections fires no event.
        while connections and loop.time() < until and not self.force_exit:  # noqa: ASYNC110 - so
            await asyncio.sleep(_LOOK_SECONDS)
        for connection in list(connections):
            connection.transport.abort()

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


def _accept_all(listener: socket) -> Iterator[socket]:
    """Whoever waits to be accepted."""
    with suppress(OSError):  # nobody more, or no file left for them
        while True:
            connection, _ = listener.accept()
            connection.setblocking(False)
            yield connection
