"""A WebSocket between its opening and what the application makes of it.

    CONNECTING ──accept──▶ OPEN ──give──────────▶ GIVEN     it is a protocol of the application's
        │                    └──receive, send───▶ STAYING   a `Conversation` has it
        ├──close, an HTTP response──────────────▶ REFUSED   uvicorn's HTTP protocol says so
        └──(the client went, the server ends)───▶ LOST

It is made for each that connects, and is to cost little: a reader is given away within the loop's
turn in which it is accepted.
"""

import asyncio
import logging
from enum import Enum
from typing import Any, Final, Protocol, TypeAlias
from urllib.parse import unquote

from uvicorn.protocols.utils import ClientDisconnected

from livefeed.server.conversation import Conversation
from livefeed.server.handover import EXTENSION, HandOver, Taker
from livefeed.server.limits import Limits
from livefeed.wire import opening
from livefeed.wire.compression import Agreement
from livefeed.wire.opening import Fields, Opening, Refusal

log = logging.getLogger(__name__)

Event: TypeAlias = "dict[str, Any]"
_CONNECT: Final = "websocket.connect"
_NOT_TAKEN: Final = Refusal(403, "This WebSocket was not accepted.")
_FAILED: Final = Refusal(500, "Something went wrong here.")
_ENDING: Final = Refusal(503, "The server is about to end.")


class State(Enum):
    """Where it stands."""

    CONNECTING = "connecting"
    OPEN = "open"
    GIVEN = "given"
    STAYING = "staying"
    REFUSED = "refused"
    LOST = "lost"


class House(Protocol):
    """What all connections of a server share, as far as it matters here."""

    app: Any  # of ASGI
    scheme: str
    root_path: str
    app_state: dict[str, Any]
    connections: set[Any]
    tasks: set[asyncio.Task[None]]
    offers: bool  # to hand connections over
    limits: Limits
    loop: asyncio.AbstractEventLoop

    def send_soon(self, arrival: "Arrival") -> None:
        """Let it write its answer at the end of the loop's turn."""

    def refuse(self, transport: asyncio.Transport, answer: bytes) -> None:
        """End a connection with this answer."""

    @property
    def default_fields(self) -> Fields:
        """Of every answer."""


class Arrival(asyncio.Protocol):
    """One WebSocket that was asked for."""

    # Those that most arrivals never change are the class's, which costs nothing.
    _met = False  # the application has received its first event
    _answer = b""  # not written yet
    _early = b""  # said by the client, not parsed
    _paused = False  # by the transport: its write buffer is full
    _conversation: Conversation | None = None
    _denial: tuple[int, Fields, list[bytes]] | None = None
    _over: asyncio.Event | None = None

    def __init__(self, house: House, asked: Opening, agreement: Agreement | None) -> None:
        self.transport: asyncio.Transport
        self._house = house
        self._opening = asked
        self._agreement = agreement
        self._state = State.CONNECTING
        self._task: asyncio.Task[None]

    def __repr__(self) -> str:
        return f"<Arrival {self._state.value}>"

    def begin(self, transport: asyncio.Transport, early: bytes) -> None:
        """Have the application decide. `early` is what came behind the opening."""
        self.transport = transport
        self._early = early
        house = self._house
        house.connections.add(self)
        transport.set_protocol(self)
        self._task = house.loop.create_task(self._run(self._scope()))
        house.tasks.add(self._task)

    @property
    def takes_something(self) -> bool:
        """Whether there is room for what is written."""
        return not self._paused

    # The transport's calls.

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """It is gone."""
        self._denial = None
        self._leave(State.LOST)

    def data_received(self, data: bytes) -> None:
        """Keep what comes, as it came."""
        self._early += data
        self.transport.pause_reading()

    def pause_writing(self) -> None:
        """Its write buffer is full."""
        self._paused = True

    def resume_writing(self) -> None:
        """It is not."""
        self._paused = False

    # The server's calls.

    def write_answer(self) -> None:
        """Say that it is open, if nobody has: what follows it takes longer."""
        if self._state is State.OPEN and self._answer:
            self.transport.write(self._take_answer())

    def shutdown(self) -> None:
        """The server ends."""
        if self._state is State.CONNECTING:
            self._refuse(_ENDING)
        elif self._state is State.OPEN:
            self._stay().shutdown()

    # The application's calls.

    async def receive(self) -> Event:
        """The next event."""
        if not self._met:
            self._met = True
            return {"type": _CONNECT}
        if self._state is State.OPEN:
            self._stay()
        if self._conversation is not None:
            return await self._conversation.receive()
        if self._state is State.CONNECTING:
            self._over = asyncio.Event()
            await self._over.wait()
        return {"type": "websocket.disconnect", "code": 1006, "reason": ""}

    async def send(self, message: Event) -> None:
        """Take one event."""
        if self._state is State.CONNECTING:
            self._decided(message)
        elif self._conversation is not None or self._state is State.OPEN:
            await self._stay().send(message)
        elif self._denial is not None:
            self._deny(message)
        else:
            raise ClientDisconnected

    def give(self, taker: Taker) -> bool:
        """Hand it over."""
        transport = self.transport
        if self._state is not State.OPEN or transport.is_closing():
            return False
        self._leave(State.GIVEN)
        early, self._early = self._early, b""
        transport.set_protocol(taker)  # type: ignore[arg-type] # a protocol, told by its methods
        taker.connection_made(transport)
        taker.opened(self._take_answer())
        if early:
            transport.resume_reading()
        if self._paused:
            taker.pause_writing()
        if early:
            taker.data_received(early)
        return True

    # The handshake.

    def _scope(self) -> Event:
        house, asked = self._house, self._opening
        raw_path, _, query = asked.target.partition(b"?")
        path = raw_path.decode("ascii")
        extensions: dict[str, Any] = {"websocket.http.response": {}}
        if house.offers:
            extensions[EXTENSION] = HandOver(give=self.give, deflate=self._agreement)
        return {
            "type": "websocket",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "scheme": house.scheme,
            # Nobody looks at these, and the kernel would have to be asked for each connection.
            "server": None,
            "client": None,
            "root_path": house.root_path,
            "path": house.root_path + (unquote(path) if "%" in path else path),
            "raw_path": house.root_path.encode() + raw_path,
            "query_string": query,
            "headers": asked.fields,
            "subprotocols": asked.subprotocols,
            "state": house.app_state.copy(),
            "extensions": extensions,
        }

    async def _run(self, scope: Event) -> None:
        failed = True
        try:
            await self._house.app(scope, self.receive, self.send)
            failed = False
        except ClientDisconnected:
            failed = False
        except Exception:
            log.exception("The application failed with a WebSocket.")
        finally:
            self._house.tasks.discard(self._task)
            del self._task  # which refers to this
            self._finish(failed=failed)

    def _finish(self, *, failed: bool) -> None:
        """The application is done with it."""
        if self._state is State.CONNECTING or (self._state is State.REFUSED and self._denial):
            self._refuse(_FAILED)
        elif self._state is State.OPEN or self._conversation is not None:
            self._stay().finish(failed=failed)
        elif failed:
            self.transport.abort()  # whoever took it may not have it

    def _decided(self, message: Event) -> None:
        match message["type"]:
            case "websocket.accept":
                self._accept(message)
            case "websocket.close":
                self._refuse(_NOT_TAKEN)
            case "websocket.http.response.start":
                self._state = State.REFUSED
                self._denial = message["status"], list(message.get("headers", [])), []
            case other:
                raise RuntimeError(f"{other!r} was sent before the WebSocket was accepted")

    def _accept(self, message: Event) -> None:
        self._state = State.OPEN
        self._answer = opening.accepted(
            self._opening,
            subprotocol=message.get("subprotocol"),
            extensions=self._agreement.header if self._agreement else "",
            fields=list(message.get("headers", ())),
        )
        if self._house.offers:
            self._house.send_soon(self)
        else:
            self._stay()

    def _deny(self, message: Event) -> None:
        if self._denial is None:
            raise AssertionError("there is one where this is called")
        status, fields, body = self._denial
        body.append(message.get("body", b""))
        if not message.get("more_body", False):
            fields = [*self._house.default_fields, *fields]
            self._end(opening.response(status, fields, b"".join(body)))

    def _refuse(self, refusal: Refusal) -> None:
        self._end(opening.refused(refusal, self._house.default_fields))

    def _end(self, answer: bytes) -> None:
        self._denial = None
        self._leave(State.REFUSED)
        self._house.refuse(self.transport, answer)

    def _stay(self) -> Conversation:
        """Go on in the ordinary way, with what was kept first."""
        if self._conversation is None:
            self._conversation = self._converse()
        return self._conversation

    def _converse(self) -> Conversation:
        self._leave(State.STAYING)
        house, transport = self._house, self.transport
        rules = house.limits.rules(self._agreement)
        linger_seconds = house.limits.linger_seconds
        conversation = Conversation(transport, rules, house.connections, linger_seconds)
        transport.set_protocol(conversation)
        if self._paused:
            conversation.pause_writing()
        transport.write(self._take_answer())
        early, self._early = self._early, b""
        if early:
            conversation.data_received(early)  # which begins to read again
        return conversation

    def _leave(self, state: State) -> None:
        """It is in the hands of another, or of nobody."""
        self._state = state
        self._house.connections.discard(self)
        if self._over is not None:
            self._over.set()

    def _take_answer(self) -> bytes:
        answer, self._answer = self._answer, b""
        return answer
