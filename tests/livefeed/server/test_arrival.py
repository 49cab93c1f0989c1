"""A WebSocket and the application that decides about it: all that ASGI lets an application do."""

import asyncio
import struct
from contextlib import asynccontextmanager

import pytest
import uvicorn
from uvicorn.protocols.utils import ClientDisconnected

from livefeed.server.arrival import Arrival
from livefeed.server.conversation import Conversation
from livefeed.server.door import Doorkeeper
from livefeed.server.handover import EXTENSION
from livefeed.server.limits import Limits
from livefeed.server.listener import address_of, listen
from serving import WAIT, eventually

LIMITS = Limits(linger_seconds=0.2)
OPENING = (
    b"GET /a%20path?query HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
ANSWER = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)


class Client:
    """A WebSocket's other end, byte by byte."""

    def __init__(self, reader, writer, server):
        self.reader = reader
        self.writer = writer
        self.server = server

    async def rest(self):
        """All that comes until the connection ends."""
        return await asyncio.wait_for(self.reader.read(), WAIT)

    async def next(self, size):
        return await asyncio.wait_for(self.reader.readexactly(size), WAIT)

    def says(self, opcode, payload=b"", first=0x80):
        """A masked frame (with a mask of zeros)."""
        self.writer.write(bytes((first | opcode, 0x80 | len(payload))) + bytes(4) + payload)

    @property
    def connections(self):
        return self.server.server_state.connections


@asynccontextmanager
async def client_of(app, *, hand_over=True, early=b""):
    """A client that has asked this application for a WebSocket."""
    door = Doorkeeper(LIMITS, hand_over=hand_over)
    config = uvicorn.Config(app, http=door, ws="none", lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    with listen("127.0.0.1", 0) as listener:
        serving = asyncio.create_task(server.serve([listener]))
        port = int(address_of(listener).rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(OPENING + early)
        try:
            yield Client(reader, writer, server)
        finally:
            writer.close()
            server.should_exit = True
            await asyncio.wait_for(serving, WAIT)


def close_frame(code, reason=b""):
    return bytes((0x88, 2 + len(reason))) + struct.pack("!H", code) + reason


async def accepting(receive, send, **more):
    assert (await receive()) == {"type": "websocket.connect"}
    await send({"type": "websocket.accept", **more})


async def test_the_scope_says_what_was_asked_for():
    scopes = []

    async def app(scope, receive, send):
        scopes.append(scope)
        await accepting(receive, send)

    async with client_of(app) as client:
        assert await client.next(len(ANSWER)) == ANSWER
        (scope,) = scopes
        assert scope["type"] == "websocket"
        assert scope["path"] == "/a path"
        assert scope["raw_path"] == b"/a%20path"
        assert scope["query_string"] == b"query"
        assert scope["scheme"] == "ws"
        assert scope["headers"][0] == (b"host", b"x")
        assert scope["extensions"][EXTENSION]["deflate"] is None


async def test_the_answer_has_what_the_application_adds():
    async def app(_, receive, send):
        await accepting(receive, send, subprotocol="a", headers=[(b"x-b", b"c")])

    async with client_of(app) as client:
        came = await client.rest()
        assert b"\r\nSec-WebSocket-Protocol: a\r\nx-b: c\r\n\r\n" in came


@pytest.mark.parametrize("hand_over", [True, False])
async def test_a_conversation_has_texts_bytes_and_an_end(hand_over):
    heard = []

    async def app(_, receive, send):
        await accepting(receive, send)
        heard.extend([await receive(), await receive()])
        await send({"type": "websocket.send", "text": "é"})
        await send({"type": "websocket.send", "bytes": b"\x00"})
        await send({"type": "websocket.close", "code": 4000, "reason": "enough"})
        heard.append(await receive())
        with pytest.raises(ClientDisconnected):
            await send({"type": "websocket.send", "text": "more"})

    async with client_of(app, hand_over=hand_over) as client:
        client.says(1, "ü".encode())
        client.says(2, b"\x01")
        sent = b"\x81\x02\xc3\xa9\x82\x01\x00" + close_frame(4000, b"enough")
        assert await client.next(len(ANSWER + sent)) == ANSWER + sent
        client.says(1, b"passed over")
        client.says(8, struct.pack("!H", 4000))
        assert await client.rest() == b""
        await eventually(lambda: not client.connections)
    assert heard == [
        {"type": "websocket.receive", "text": "ü"},
        {"type": "websocket.receive", "bytes": b"\x01"},
        {"type": "websocket.disconnect", "code": 4000, "reason": "enough"},
    ]


async def test_a_client_that_closes_is_answered_and_the_application_is_told():
    heard = asyncio.Queue()

    async def app(_, receive, send):
        await accepting(receive, send)
        heard.put_nowait(await receive())
        with pytest.raises(ClientDisconnected):
            await send({"type": "websocket.send", "text": "too late"})

    async with client_of(app) as client:
        client.says(8, struct.pack("!H", 1001) + b"bye")
        assert await client.rest() == ANSWER + close_frame(1001, b"bye")
        gone = {"type": "websocket.disconnect", "code": 1001, "reason": "bye"}
        assert await asyncio.wait_for(heard.get(), WAIT) == gone


async def test_a_client_that_goes_without_a_word_is_told_of_as_lost():
    heard = asyncio.Queue()

    async def app(_, receive, send):
        await accepting(receive, send)
        heard.put_nowait(await receive())

    async with client_of(app) as client:
        await client.next(len(ANSWER))
        client.writer.transport.abort()
        assert (await asyncio.wait_for(heard.get(), WAIT))["code"] == 1006


async def test_a_client_that_goes_before_the_decision_is_told_of_too():
    heard = asyncio.Queue()

    async def app(_, receive, send):
        await receive()
        heard.put_nowait(await receive())
        heard.put_nowait(await receive())
        with pytest.raises(ClientDisconnected):
            await send({"type": "websocket.accept"})

    async with client_of(app) as client:
        await eventually(lambda: client.server.server_state.tasks)
        client.writer.transport.abort()
        for _ in range(2):
            assert (await asyncio.wait_for(heard.get(), WAIT))["type"] == "websocket.disconnect"
        await eventually(lambda: not client.connections)


async def test_what_is_not_accepted_is_forbidden():
    async def app(_, receive, send):
        await receive()
        await send({"type": "websocket.close"})

    async with client_of(app) as client:
        assert (await client.rest()).startswith(b"HTTP/1.1 403 Forbidden\r\n")


async def test_a_refusal_may_come_in_parts():
    async def app(_, receive, send):
        await receive()
        start = {"type": "websocket.http.response.start", "status": 418}
        await send({**start, "headers": [(b"a", b"b")]})
        await send({"type": "websocket.http.response.body", "body": b"tea", "more_body": True})
        await send({"type": "websocket.http.response.body", "body": b"pot"})
        with pytest.raises(ClientDisconnected):
            await send({"type": "websocket.http.response.body"})

    async with client_of(app) as client:
        came = await client.rest()
        assert came.startswith(b"HTTP/1.1 418 I'm a Teapot\r\n")
        assert b"\r\ndate: " in came
        assert b"\r\na: b\r\nContent-Length: 6\r\n" in came
        assert came.endswith(b"\r\n\r\nteapot")


async def test_a_refusal_of_somebody_who_went_meanwhile_leaves_nothing():
    went, done = asyncio.Event(), asyncio.Event()

    async def app(_, receive, send):
        await receive()
        await send({"type": "websocket.http.response.start", "status": 418})
        await went.wait()
        with pytest.raises(ClientDisconnected):
            await send({"type": "websocket.http.response.body", "body": b"teapot"})
        done.set()

    async with client_of(app) as client:
        await eventually(lambda: client.connections)
        client.writer.transport.abort()
        await eventually(lambda: not client.connections)
        went.set()
        await asyncio.wait_for(done.wait(), WAIT)
        assert not client.connections


async def nothing(_scope, _receive, _send):
    """Returns without a decision."""


async def half_a_refusal(_, receive, send):
    await receive()
    await send({"type": "websocket.http.response.start", "status": 400})


async def failing(_, receive, _send):
    await receive()
    raise RuntimeError("a fault of the application's")


async def strange(_, receive, send):
    await receive()
    await send({"type": "websocket.send", "text": "before the accept"})


@pytest.mark.parametrize("app", [nothing, half_a_refusal, failing, strange])
async def test_an_application_that_does_not_decide_is_the_servers_error(app):
    async with client_of(app) as client:
        assert (await client.rest()).startswith(b"HTTP/1.1 500 Internal Server Error\r\n")
        await eventually(lambda: not client.connections)


async def accepts_and_fails(_, receive, send):
    await accepting(receive, send)
    await send({"type": "websocket.strange"})


async def accepts_and_returns(_, receive, send):
    await accepting(receive, send)


@pytest.mark.parametrize(("app", "code"), [(accepts_and_fails, 1011), (accepts_and_returns, 1000)])
async def test_an_application_that_forgets_to_close_is_closed_for(app, code, caplog):
    async with client_of(app) as client:
        assert await client.rest() == ANSWER + close_frame(code)  # and cut off after a while
        await eventually(lambda: not client.connections)
    failures = [r for r in caplog.records if "The application failed" in r.message]
    assert len(failures) == (code == 1011)


class Taker(asyncio.Protocol):
    """Takes a connection over, and notes how."""

    def __init__(self):
        self.calls = []

    def connection_made(self, transport):
        self.transport = transport
        self.calls.append("made")

    def opened(self, answer):
        self.calls.append(answer)
        self.transport.write(answer + b"more")

    def data_received(self, data):
        self.calls.append(data)


async def test_a_connection_is_given_with_its_answer_unsaid_and_what_was_said_early():
    taker, gave = Taker(), []

    async def app(scope, receive, send):
        await accepting(receive, send)
        give = scope["extensions"][EXTENSION]["give"]
        gave.extend((give(taker), give(taker)))
        with pytest.raises(ClientDisconnected):
            await send({"type": "websocket.close"})
        assert (await receive())["type"] == "websocket.disconnect"

    async with client_of(app, early=b"early") as client:
        assert await client.next(len(ANSWER) + 4) == ANSWER + b"more"
        assert taker.calls == ["made", ANSWER, b"early"]
        assert gave == [True, False]
        client.writer.write(b"later")
        await eventually(lambda: taker.calls[-1] == b"later")
        await eventually(lambda: not client.server.server_state.tasks)
        assert not client.connections
        taker.transport.close()


async def test_an_application_that_thinks_after_the_accept_does_not_keep_the_client_waiting():
    taker, thought = Taker(), asyncio.Event()

    async def app(scope, receive, send):
        await accepting(receive, send)
        await thought.wait()
        scope["extensions"][EXTENSION]["give"](taker)

    async with client_of(app) as client:
        assert await client.next(len(ANSWER)) == ANSWER
        client.writer.write(b"ear")
        (arrival,) = client.connections
        assert isinstance(arrival, Arrival)
        assert repr(arrival) == "<Arrival open>"
        await eventually(lambda: arrival._early == b"ear")
        client.writer.write(b"ly")  # not read: it would add up
        thought.set()
        assert await client.next(4) == b"more"
        await eventually(lambda: b"".join(taker.calls[2:]) == b"early")
        assert taker.calls[:2] == ["made", b""]
        taker.transport.close()


async def test_a_taker_that_fails_leaves_no_connection_behind(caplog):
    class Failing(Taker):
        def opened(self, answer):
            raise RuntimeError(f"{len(answer)} bytes too many")

    async def app(scope, receive, send):
        await accepting(receive, send)
        scope["extensions"][EXTENSION]["give"](Failing())

    async with client_of(app) as client:
        assert await client.rest() == b""
        assert "bytes too many" in caplog.text


async def test_nobody_is_given_a_connection_that_has_ended():
    given, going = asyncio.Queue(), asyncio.Event()

    async def app(scope, receive, send):
        await accepting(receive, send)
        await going.wait()
        given.put_nowait(scope["extensions"][EXTENSION]["give"](Taker()))

    async with client_of(app) as client:
        await client.next(len(ANSWER))
        client.writer.transport.abort()
        await eventually(lambda: not client.connections)
        going.set()
        assert await asyncio.wait_for(given.get(), WAIT) is False


async def test_a_server_that_ends_tells_who_is_waiting_for_a_decision():
    async def app(_, receive, send):
        await receive()
        assert (await receive())["type"] == "websocket.disconnect"
        with pytest.raises(ClientDisconnected):
            await send({"type": "websocket.accept"})

    async with client_of(app) as client:
        await eventually(lambda: client.server.server_state.tasks)
        client.server.should_exit = True
        assert (await client.rest()).startswith(b"HTTP/1.1 503 Service Unavailable\r\n")


async def test_a_server_that_ends_tells_who_is_accepted_or_in_a_conversation():
    for stay in (False, True):
        thought = asyncio.Event()

        async def app(_, receive, send, *, stay=stay, thought=thought):
            await accepting(receive, send)
            if stay:
                await receive()
            await thought.wait()

        async with client_of(app) as client:
            await client.next(len(ANSWER))
            (connection,) = client.connections
            assert isinstance(connection, Conversation if stay else Arrival)
            assert connection.takes_something
            client.server.should_exit = True
            assert await client.rest() == close_frame(1012)
            thought.set()


async def test_pings_of_a_conversation_are_answered_once_there_is_room():
    async def app(_, receive, send):
        await accepting(receive, send)
        assert (await receive())["type"] == "websocket.disconnect"

    async with client_of(app) as client:
        await client.next(len(ANSWER))
        client.says(9, b"one")
        assert await client.next(5) == b"\x8a\x03one"
        (conversation,) = client.connections
        conversation.pause_writing()
        assert not conversation.takes_something
        conversation.data_received(b"\x89\x83\0\0\0\0two\x89\x85\0\0\0\0three")
        conversation.resume_writing()
        assert await client.next(7) == b"\x8a\x05three"
        client.says(8)
        assert await client.rest() == b"\x88\x00"
