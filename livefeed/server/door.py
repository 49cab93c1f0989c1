"""The door: a connection until it is known what it wants.

A client that asks for a WebSocket, by a whole request that `wire.opening` knows as one, is let in
(`arrival.py`). Everybody else is passed on to uvicorn's HTTP protocol with all that was said so
far, at the first byte that shows it. So each request's end is found by one parser alone.

Who says nothing is waited for with all the others: one timer, for the one who came first. Where
more come than there is room for, that one goes at once: silence keeps nobody else out.
"""

import asyncio
import logging
import re
from functools import lru_cache
from typing import Any, Final, cast

import uvicorn
from uvicorn.server import ServerState

from livefeed.errors import BadHandshake
from livefeed.server.arrival import Arrival
from livefeed.server.http_protocol import TIMED_OUT, TOO_LARGE, PunctualProtocol
from livefeed.server.limits import Limits
from livefeed.wire import opening
from livefeed.wire.compression import Agreement, negotiated
from livefeed.wire.opening import BEGINNING, END, Fields, Refusal

_DIFFERENT_OFFERS: Final = 64
log = logging.getLogger(__name__)
_QUIET_SECONDS: Final = 60.0  # between two warnings of the same
_NOBODY: Final = asyncio.Protocol()  # to whom the rest of a connection is told
_NO_LINE_END: Final = re.compile(rb"(?<!\r)\n")


@lru_cache(_DIFFERENT_OFFERS)
def _agreed(offer: str) -> Agreement | None:
    """One agreement for all who offer the same: every browser of a kind does."""
    return negotiated(offer)


class Doorkeeper:
    """What uvicorn calls for each connection, in the place of a protocol's class."""

    def __init__(self, limits: Limits, *, hand_over: bool) -> None:
        self._limits = limits
        self._hand_over = hand_over
        self._hall: Hall | None = None

    def __call__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> "Door":
        """A protocol for one connection. All arguments are the same for all of one server."""
        if self._hall is None or self._hall.state is not server_state:
            offers = self._hand_over and not config.ssl
            self._hall = Hall(config, server_state, app_state, self._limits, offers=offers)
        return Door(self._hall)


class Hall:
    """What all connections of one server share."""

    def __init__(
        self,
        config: uvicorn.Config,
        state: ServerState,
        app_state: dict[str, Any],
        limits: Limits,
        *,
        offers: bool,
    ) -> None:
        self.state = state
        self.app: Any = config.loaded_app
        self.app_state = app_state
        self.scheme = "wss" if config.ssl else "ws"
        self.root_path = config.root_path
        self.connections: set[Any] = state.connections
        self.tasks = state.tasks
        self.offers = offers
        self.limits = limits
        self.loop = asyncio.get_running_loop()
        self._config = config
        self._waiting: dict[Door, float] = {}  # since when, the first first
        self._look: asyncio.TimerHandle | None = None
        self._unsaid: list[Arrival] = []
        # Readers who are not handed over are among the connections.
        self._most = limits.strangers + (0 if offers else limits.readers)
        self._crowded = float("-inf")  # when that was logged last

    def __repr__(self) -> str:
        return f"<Hall: {len(self._waiting)} at the door>"

    @property
    def default_fields(self) -> Fields:
        """Of every answer; uvicorn makes them anew each second."""
        return self.state.default_headers

    # Who waits.

    def wait_for(self, door: "Door") -> None:
        """It was opened."""
        self.connections.add(door)
        self._waiting[door] = self.loop.time()
        if self._look is None:
            self._look = self.loop.call_later(self.limits.request_seconds, self._look_at_all)
        if len(self.connections) > self._most:
            self._make_room()

    def _make_room(self) -> None:
        """Turn away who has been at the door for longest."""
        if self.loop.time() - self._crowded > _QUIET_SECONDS:
            self._crowded = self.loop.time()
            log.warning("More than %d connections that are no readers; some are cut.", self._most)
        next(iter(self._waiting)).turn_away()

    def leave(self, door: "Door") -> float:
        """It is one no more. Since when it was."""
        self.connections.discard(door)
        return self._waiting.pop(door)

    def _look_at_all(self) -> None:
        self._look = None
        latest = self.loop.time() - self.limits.request_seconds
        while self._waiting:
            door, since = next(iter(self._waiting.items()))
            if since > latest:
                self._look = self.loop.call_later(since - latest, self._look_at_all)
                return
            door.time_is_up()

    # Who comes in.

    def judge(self, head: bytes) -> Arrival | bytes | None:
        """Who comes in; or how it is refused; None: it asks for no WebSocket."""
        if len(head) > self.limits.request_bytes:
            return TOO_LARGE
        asked = opening.read(head)
        if asked is None:
            return None
        if isinstance(asked, Refusal):
            return opening.refused(asked, self.default_fields)
        try:
            agreement = _agreed(asked.extensions) if asked.extensions and self.offers else None
        except BadHandshake as error:
            return opening.refused(Refusal(400, error.message), self.default_fields)
        return Arrival(self, asked, agreement)

    def http(self, transport: asyncio.Transport, since: float) -> PunctualProtocol:
        """Uvicorn's protocol in the place of whatever had this connection since then."""
        protocol = PunctualProtocol(
            self.limits,
            self.judge,
            since,
            config=self._config,
            server_state=self.state,
            app_state=self.app_state,
            _loop=self.loop,
        )
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        return protocol

    def refuse(self, transport: asyncio.Transport, answer: bytes) -> None:
        """End a connection with this answer."""
        self.http(transport, self.loop.time()).give_up(answer)

    def send_soon(self, arrival: Arrival) -> None:
        """Let it write its answer at the end of the loop's turn: one call for all of a turn."""
        if not self._unsaid:
            self.loop.call_soon(self._send_all)
        self._unsaid.append(arrival)

    def _send_all(self) -> None:
        unsaid, self._unsaid = self._unsaid, []
        for arrival in unsaid:
            arrival.write_answer()


class Door(asyncio.Protocol):
    """One connection whose first request is not here yet."""

    __slots__ = ("_hall", "_held", "transport")

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._held: bytearray | None = None
        self.transport: asyncio.Transport

    def __repr__(self) -> str:
        return f"<Door, {len(self._held or b'')} bytes>"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody came."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass of it
        self._hall.wait_for(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """And went."""
        self._hall.leave(self)

    def data_received(self, data: bytes) -> None:
        """Mostly a whole request, in one piece."""
        if self._held is None:
            self._look_at(data, 0)
        else:
            begin = max(0, len(self._held) - len(END))
            self._held += data
            self._look_at(self._held, begin)

    def _look_at(self, data: bytes | bytearray, begin: int) -> None:
        """What the client has said so far; from `begin` on it was not looked at yet."""
        end = data.find(END, begin) + len(END)
        if not data.startswith(BEGINNING[: len(data)]):
            self._pass_on(data)
        elif end >= len(END):
            self._decide(data, end)
        elif len(data) > self._hall.limits.request_bytes or _NO_LINE_END.search(data, begin):
            self._pass_on(data)
        elif self._held is None:
            self._held = bytearray(data)

    def turn_away(self) -> None:
        """There is no room for it."""
        self._hall.leave(self)
        self.transport.set_protocol(_NOBODY)
        self.transport.abort()

    def time_is_up(self) -> None:
        """It did not say what it wants."""
        self._http().give_up(TIMED_OUT)

    def shutdown(self) -> None:
        """The server ends."""
        self.transport.close()

    def _decide(self, data: bytes | bytearray, end: int) -> None:
        came = self._hall.judge(bytes(data[:end]))
        if came is None:
            self._pass_on(data)
        elif isinstance(came, bytes):
            self._http().give_up(came)
        else:
            self._hall.leave(self)
            came.begin(self.transport, bytes(data[end:]))

    def _pass_on(self, data: bytes | bytearray) -> None:
        self._http().data_received(bytes(data))

    def _http(self) -> PunctualProtocol:
        since = self._hall.leave(self)
        return self._hall.http(self.transport, since)
