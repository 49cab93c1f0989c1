"""The door: who comes in as a WebSocket, who is passed on, who is refused, who is waited for."""

import asyncio
import json
import ssl
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
import trustme
import uvicorn
import websockets

import serving
from livefeed.server.conversation import Conversation
from livefeed.server.door import Door, Doorkeeper
from livefeed.server.limits import Limits
from livefeed.server.listener import address_of, listen
from livefeed.server.run import within_open_files
from serving import WAIT, eventually, running, visit

pytestmark = pytest.mark.usefixtures("way")  # both ways of sending

FIELDS = {
    "Host": "x",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}
LIVE = "GET /feeds/news/live HTTP/1.1"
PLAIN = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
PING = b"\x89\x85\0\0\0\0early"
PONG = b"\x8a\x05early"
OPENED = b"HTTP/1.1 101 Switching Protocols\r\n"


def opening(*more, line=LIVE, **changed):
    """An opening, with fields added, changed, or left out (None)."""
    fields = FIELDS | {name.replace("_", "-"): value for name, value in changed.items()}
    lines = [f"{name}: {value}" for name, value in fields.items() if value is not None]
    return "\r\n".join([line, *lines, *more, "", ""]).encode()


@asynccontextmanager
async def client(server):
    """A socket to it."""
    host, port = server.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        yield reader, writer
    finally:
        writer.close()


async def until(reader, *parts):
    """What comes, up to the last of these parts, in whichever order they come."""
    came = b""
    async with asyncio.timeout(WAIT):
        while not all(part in came for part in parts):
            more = await reader.read(65_536)
            assert more, came
            came += more
    return came


async def answer_to(server, *sent):
    """All that is answered, until the server closes."""
    async with client(server) as (reader, writer):
        for part in sent:
            writer.write(part)
            await writer.drain()
        return await asyncio.wait_for(reader.read(), WAIT)


# Who comes in.


async def test_an_opening_may_come_in_any_two_pieces(server):
    whole = opening() + PING
    for at in range(1, len(whole)):
        async with client(server) as (reader, writer):
            writer.write(whole[:at])
            if at % 16 == 0:  # the others mostly come together, which must work, too
                await asyncio.sleep(0.001)
            writer.write(whole[at:])
            came = await until(reader, b'"type":"likes"', PONG)
            assert came.startswith(OPENED)


async def test_an_opening_may_come_byte_by_byte(server):
    async with client(server) as (reader, writer):
        for byte in opening():
            writer.write(bytes((byte,)))
            await asyncio.sleep(0)
        assert (await until(reader, b'"type":"likes"')).startswith(OPENED)


async def test_what_is_said_with_the_opening_is_heard(server):
    async with client(server) as (reader, writer):
        writer.write(opening() + PING[:5])
        await until(reader, b'"type":"likes"')
        writer.write(PING[5:])
        await until(reader, PONG)


async def test_an_absolute_target_leads_to_the_same_feed(server):
    async with client(server) as (reader, writer):
        writer.write(opening(line="GET http://x/feeds/news/live?after= HTTP/1.1"))
        await until(reader, b'"type":"hello"')


async def test_a_path_nobody_has_is_refused(server):
    refusal = await answer_to(server, opening(line="GET /nowhere HTTP/1.1"))
    assert refusal.startswith(b"HTTP/1.1 403")


async def test_a_refusal_of_the_applications_has_its_reason(server):
    refusal = await answer_to(server, opening("Sec-WebSocket-Protocol: x"))
    assert refusal.startswith(b"HTTP/1.1 400")
    assert b"Known subprotocols: " in refusal
    assert b"\r\nConnection: close\r\n" in refusal


# Who is passed on, and comes in later.


async def test_a_websocket_may_be_asked_for_on_a_connection_that_is_kept_alive(server):
    """A proxy sends whatever comes next over the connections that it has."""
    async with client(server) as (reader, writer):
        for _ in range(2):
            writer.write(PLAIN)
            assert b"200 OK" in await until(reader, b"\r\n\r\n", b"}")
        writer.write(opening() + PING)
        assert OPENED in await until(reader, b'"type":"likes"', PONG)


async def test_requests_for_pages_may_come_in_any_two_pieces(server):
    last = PLAIN.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    whole = b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nGET " + last
    for at in range(1, len(whole), 3):
        async with client(server) as (reader, writer):
            writer.write(whole[:at])
            await asyncio.sleep(0.001)
            writer.write(whole[at:])
            came = await asyncio.wait_for(reader.read(), WAIT)
        assert came.count(b"HTTP/1.1 405") == came.count(b"HTTP/1.1 200") == 1


@pytest.mark.parametrize(
    "sent", [b"GET / HTTP/1.1\n", b"GET / HTTP/1.1\r\nHost: x\n", b"\x16\x03\x01", b"GE\r\n"]
)
async def test_what_can_be_no_request_any_more_is_not_waited_for(server, sent):
    assert (await answer_to(server, sent)).startswith(b"HTTP/1.1 400")


async def test_a_websocket_asked_for_behind_requests_is_answered_in_its_turn(server):
    async with client(server) as (reader, writer):
        writer.write(PLAIN * 3 + opening() + PING)
        came = await until(reader, b'"type":"likes"', PONG)
    assert came.startswith(b"HTTP/1.1 200")
    assert came.count(b"HTTP/1.1 200", 0, came.index(OPENED)) == 3


async def test_no_answer_to_a_websocket_overtakes_the_answer_to_a_request_with_a_body(server):
    post = b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody"
    came = await answer_to(server, post + opening() + PING)
    assert came.startswith(b"HTTP/1.1 405")
    assert came.count(b"HTTP/1.1") == 1


async def test_an_empty_line_before_an_opening_is_passed_over(server):
    """RFC 9112, section 2.2."""
    async with client(server) as (reader, writer):
        writer.write(b"\r\n" + opening())
        assert (await until(reader, b'"type":"likes"')).startswith(OPENED)


async def test_another_protocol_is_ignored_and_nothing_behind_it_is_read(server):
    """uvicorn would take the body for the next request."""
    body = b"GET /feeds HTTP/1.1\r\nHost: x\r\n\r\n"
    fields = {"Connection": "Upgrade, HTTP2-Settings", "HTTP2-Settings": "AAMAAABk"}
    length = f"Content-Length: {len(body)}"
    for more in ((), (length,)):
        sent = opening(*more, line="POST /healthz HTTP/1.1", Upgrade="h2c", **fields)
        for pieces in ((sent + body,), (sent, body)):
            came = await answer_to(server, *pieces)
            assert came.count(b"HTTP/1.1 ") == 1
            assert b"\r\nconnection: close\r\n" in came


async def test_http_1_0_cannot_change_the_protocol(server):
    came = await answer_to(server, opening(line="GET /feeds/news/live HTTP/1.0"))
    assert came.startswith(b"HTTP/1.1 426")
    assert OPENED not in came


# Who is refused.


@pytest.mark.parametrize(
    ("status", "sent"),
    [
        (400, opening("Host: y")),
        (400, opening(Host=None)),
        (400, opening(Host="a/b")),
        (400, opening(Sec_WebSocket_Key="short")),
        (400, opening("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")),
        (400, opening("Content-Length: 40") + PLAIN),
        (400, opening("Transfer-Encoding: chunked") + b"0\r\n\r\n" + PLAIN),
        (400, opening("A: b\n\nGET /healthz HTTP/1.1")),
        (400, opening(" folded")),
        (400, opening("A : b")),
        (400, opening(line="GET /feeds/news/live# HTTP/1.1")),
        (405, opening(line="HEAD /feeds/news/live HTTP/1.1")),
        (405, opening("Content-Length: 36", line="POST /feeds/news/live HTTP/1.1") + PLAIN),
        (426, opening(Sec_WebSocket_Version="8")),
        (431, opening("Cookie: " + "x" * 65_536)),
    ],
    ids=lambda given: given if isinstance(given, int) else "",
)
@pytest.mark.parametrize("kept_alive", [False, True], ids=["at once", "later"])
async def test_a_bad_opening_is_answered_once_and_nothing_behind_it(
    server, caplog, status, sent, kept_alive
):
    async with client(server) as (reader, writer):
        if kept_alive:
            writer.write(PLAIN)
            await until(reader, b"}")
        writer.write(sent)
        came = await asyncio.wait_for(reader.read(), WAIT)
    assert came.startswith(b"HTTP/1.1 %d " % status)
    assert came.count(b"HTTP/1.1 ") == 1
    assert b"\r\nconnection: close\r\n" in came.lower()
    assert not [record for record in caplog.records if record.levelname in {"WARNING", "ERROR"}]


async def test_an_offer_of_compression_against_the_grammar_is_a_bad_request(server):
    sent = opening("Sec-WebSocket-Extensions: permessage-deflate; =")
    if serving.HAND_OVER:
        assert (await answer_to(server, sent)).startswith(b"HTTP/1.1 400")


async def test_compression_is_agreed_on_where_the_connection_may_be_handed_over(server):
    async with visit(server, compression="deflate") as reader:
        await reader.greeted()
        agreed = reader.connection.protocol.extensions
        assert bool(agreed) is serving.HAND_OVER
        like = {"type": "like", "number": 1, "token": "q7Jx2mPz0aVb"}
        await reader.connection.send(json.dumps(like))
        await asyncio.wait_for(await reader.connection.ping(), WAIT)


async def test_who_is_closed_at_once_may_have_agreed_on_compression(server):
    async with visit(server, feed="nothing", compression="deflate") as reader:
        await reader.connection.send("compressed, and passed over")
        assert (await reader.closed())[0] == 1008


@asynccontextmanager
async def encrypted(server, folder):
    """The same application under TLS: the socket's address, and the client's context."""
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_and_cert_chain_pem.write_to_path(folder / "pem")
    context = ssl.create_default_context()
    authority.configure_trust(context)
    config = uvicorn.Config(
        server.server.config.app,
        http=Doorkeeper(Limits(), hand_over=True),
        ws="none",
        ssl_keyfile=folder / "pem",
        ssl_certfile=folder / "pem",
        lifespan="off",
        log_config=None,
    )
    secure = uvicorn.Server(config)
    with listen("127.0.0.1", 0) as listener:
        serving_it = asyncio.create_task(secure.serve([listener]))
        try:
            yield address_of(listener).replace("http", "wss") + "/feeds/news/live", context, secure
        finally:
            secure.should_exit = True
            await asyncio.wait_for(serving_it, WAIT)


async def test_under_tls_nothing_is_handed_over_and_nothing_compressed(server, tmp_path):
    async with (
        encrypted(server, tmp_path) as (url, context, secure),
        websockets.connect(url, ssl=context, proxy=None) as connection,
    ):
        assert json.loads(await connection.recv())["type"] == "hello"
        assert not connection.protocol.extensions
        (conversation,) = secure.server_state.connections
        assert isinstance(conversation, Conversation)
        assert repr(conversation) == "<Conversation open>"


# Who is waited for.


async def test_who_says_nothing_is_waited_for_with_one_timer_and_no_longer_than_allowed(desk):
    limits = Limits(request_seconds=2.0, linger_seconds=0.2)
    async with running(desk.url, limits=limits) as server, AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(client(server)) for _ in range(20)]
        connections = server.server.server_state.connections
        await eventually(lambda: len(connections) == 20)
        doors = list(connections)
        assert {type(door) for door in doors} == {Door}
        assert repr(doors[0]) == "<Door, 0 bytes>"
        assert repr(doors[0]._hall) == "<Hall: 20 at the door>"
        for reader, _ in clients:
            assert (await asyncio.wait_for(reader.read(), WAIT)).startswith(b"HTTP/1.1 408")
        await eventually(lambda: not connections)
        assert doors[0]._hall._look is None


async def test_a_request_that_goes_on_elsewhere_has_no_second_time(desk):
    """Who came first is the first whose time is up, whoever reads from it meanwhile."""
    ended = []

    async def end_of(reader, name):
        assert b"HTTP/1.1 408" in await asyncio.wait_for(reader.read(), WAIT)
        ended.append(name)

    async with running(desk.url, limits=Limits(request_seconds=1.0)) as server:  # noqa: SIM117 - in this order
        async with client(server) as (first, writer):
            ends = [asyncio.create_task(end_of(first, "first"))]
            await asyncio.sleep(0.5)
            async with client(server) as (second, _):
                ends.append(asyncio.create_task(end_of(second, "second")))
                await asyncio.sleep(0.3)
                writer.write(b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n")
                await asyncio.gather(*ends)
    assert ended == ["first", "second"]


async def test_a_client_that_went_leaves_nothing(server):
    connections = server.server.server_state.connections
    for said in (b"", b"GET /fee", PLAIN[:-2]):
        async with client(server) as (_, writer):
            writer.write(said)
            await eventually(lambda: len(connections) == 1)
        await eventually(lambda: not connections)


async def test_a_thousand_who_say_nothing_do_not_hold_up_the_end(desk):
    async with AsyncExitStack() as stack:
        async with running(desk.url, limits=Limits(goodbye_seconds=60)) as server:
            clients = [await stack.enter_async_context(client(server)) for _ in range(1000)]
            for _, writer in clients[::2]:
                writer.write(b"GET /feeds")
            await eventually(lambda: len(server.server.server_state.connections) == 1000)
        for reader, _ in clients:
            assert await asyncio.wait_for(reader.read(), WAIT) == b""


async def test_line_ends_behind_an_answer_keep_no_connection(desk):
    """They are no request; uvicorn stops its clock for them, and waits for ever."""
    async with (
        running(desk.url, limits=Limits(request_seconds=1.0)) as server,
        client(server) as (reader, writer),
    ):
        writer.write(PLAIN)
        await until(reader, b"\r\n\r\n")
        writer.write(b"\r\n")
        while await asyncio.wait_for(reader.read(65_536), WAIT):
            pass


async def test_silence_keeps_nobody_out(desk, caplog):
    """Who has been at the door for longest goes when more come than there is room for."""
    limits = Limits(strangers=20, readers=20)
    most = 20 if serving.HAND_OVER else 40
    async with running(desk.url, limits=limits) as server, AsyncExitStack() as stack:
        connections = server.server.server_state.connections
        clients = [await stack.enter_async_context(client(server)) for _ in range(most)]
        await eventually(lambda: len(connections) == most)
        async with visit(server) as reader:
            await reader.greeted()
        first, _ = clients[0]
        assert await asyncio.wait_for(first.read(1), WAIT) == b""
        await eventually(lambda: len(connections) == most - 1)  # and the reader has left
        assert caplog.text.count("connections that are no readers") == 1


async def test_an_open_files_limit_is_for_readers_and_others():
    limits = within_open_files(Limits(readers=10**9, strangers=10**9))
    assert limits.strangers < limits.readers < 10**9
