"""Readers that send what they should not, or do not read: nobody else notices."""

import asyncio
import json
import socket
import struct

import pytest
import websockets

from builders import make_story
from livefeed.entry import Op
from livefeed.server.limits import Limits
from livefeed.wire.messages import Encoding
from news_desk import NewsDesk
from serving import WAIT, caught_up, eventually, running, visit

KEY = "dGhlIHNhbXBsZSBub25jZQ=="

pytestmark = pytest.mark.usefixtures("way")  # both ways of sending, both loops


def handshake(path="/feeds/news/live", *more):
    lines = [
        f"GET {path} HTTP/1.1",
        "Host: x",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {KEY}",
        "Sec-WebSocket-Version: 13",
        *more,
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def frame(opcode, payload=b"", *, fin=True):
    """A masked frame, as clients send them (with a mask of zeros)."""
    first = (0x80 if fin else 0) | opcode
    assert len(payload) < 126
    return bytes((first, 0x80 | len(payload))) + bytes(4) + payload


async def connect_raw(server, path="/feeds/news/live"):
    """A socket behind a handshake; what comes first is read as far as the response's end."""
    host, port = server.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(handshake(path))
    response = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), WAIT)
    assert response.startswith(b"HTTP/1.1 101")
    return reader, writer


async def close_code(reader):
    """The code of the close frame that ends what the server sends."""
    data = await asyncio.wait_for(reader.read(), WAIT)
    at = data.rfind(b"\x88")
    assert at >= 0, data[-50:]
    return struct.unpack("!H", data[at + 2 : at + 4])[0]


@pytest.mark.parametrize(
    "sent",
    ["", "hello", "{}", "[]", '{"type":"like"}', '{"type":"shout","number":1}', b"\x00\xff\xfe",
     '{"type":"like","number":0,"token":"q7Jx2mPz0aVb"}', "[" * 250],
)  # fmt: skip
async def test_anything_but_a_like_is_closed_as_not_understood(server, sent):
    async with visit(server) as reader:
        await reader.connection.send(sent)
        code, reason = await reader.closed()
        assert code == 1003
        assert reason


async def test_binary_garbage_in_msgpack_is_closed_as_not_understood(server):
    async with visit(server, encoding=Encoding.MSGPACK) as reader:
        await reader.connection.send(b"\x91" * 200)
        assert (await reader.closed())[0] == 1003


async def test_a_message_of_a_megabyte_is_closed_as_too_big(server):
    async with visit(server) as reader, visit(server) as other:
        await other.greeted()
        await reader.connection.send("x" * 1_000_000)
        assert (await reader.closed())[0] == 1009
        assert other.connection.state.name == "OPEN"


async def test_a_megabyte_in_fragments_is_closed_as_too_big(server):
    async with visit(server) as reader:
        await reader.connection.send(["x" * 100] * 10)
        assert (await reader.closed())[0] == 1009


async def test_endless_empty_fragments_are_closed_as_too_big(server):
    reader, writer = await connect_raw(server)
    writer.write(frame(1, b"{", fin=False) + frame(0, b"", fin=False) * 1000)
    assert await close_code(reader) == 1009
    writer.close()


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"\xff" * 64, 1002),
        (b"\x81\x02hi", 1002),
        (frame(1, b"\xff\xfe"), 1007),
        (frame(0, b"x"), 1002),
        (frame(9, b"x", fin=False), 1002),
    ],
    ids=["garbage", "unmasked", "not-utf-8", "stray-fragment", "fragmented-ping"],
)
async def test_who_breaks_the_protocol_reads_why(server, sent, code):
    reader, writer = await connect_raw(server)
    writer.write(sent)
    assert await close_code(reader) == code
    writer.close()


@pytest.mark.parametrize(
    "header", ["Content-Length: 5", "Transfer-Encoding: chunked", "Host: y", "No-Colon", "A : b"]
)
async def test_a_handshake_that_cannot_be_read_is_answered_and_ended(desk, header):
    async with running(desk.url, limits=Limits(linger_seconds=0.1)) as server:
        host, port = server.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(handshake("/feeds/news/live", header))
        assert (await asyncio.wait_for(reader.read(), WAIT)).startswith(b"HTTP/1.1 400")
        await eventually(lambda: not server.server.server_state.connections)
        writer.close()


async def test_readers_who_break_the_rules_are_not_the_operators_errors(server, caplog):
    reader, writer = await connect_raw(server)
    writer.write(frame(9, b"ping") + frame(1, b"\xff\xfe"))
    assert await close_code(reader) == 1007
    writer.close()
    for _ in range(2):  # the second has to wait for an answer, which comes after its close
        reader, writer = await connect_raw(server, "/feeds/nothing/live")
        writer.write(b"\xff" * 64)
        assert await close_code(reader) in {1002, 1008}
        await eventually(lambda: not server.server.server_state.tasks)
        writer.close()
    with pytest.raises(websockets.InvalidStatus):
        async with visit(server, origin="https://evil.example"):
            pass
    await eventually(lambda: not server.server.server_state.tasks)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_what_comes_after_a_violation_is_thrown_away(server):
    """The reason is not lost by the kernel's reset, however much the client goes on to send."""
    reader, writer = await connect_raw(server)
    writer.write(b"\xff" * 64)
    for _ in range(64):
        writer.write(b"x" * 65_536)
    assert await close_code(reader) == 1002
    writer.close()


async def test_garbage_instead_of_a_request_is_answered(server):
    host, port = server.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"\x16\x03\x01\x02\x00\x01\x00 garbage\r\n\r\n")
    assert (await asyncio.wait_for(reader.read(), WAIT)).startswith(b"HTTP/1.1 400")
    writer.close()


async def test_garbage_behind_a_request_is_not_the_operators_error(server, caplog):
    host, port = server.url.removeprefix("http://").split(":")
    for _ in range(3):
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"GET /feeds/news HTTP/1.1\r\nHost: x\r\n\r\n" * 3 + b"\xff\r\n")
        assert b"HTTP/1.1 400" in await asyncio.wait_for(reader.read(), WAIT)
        await eventually(lambda: not server.server.server_state.tasks)
        writer.close()
    assert not [record for record in caplog.records if record.levelname in {"WARNING", "ERROR"}]


@pytest.mark.parametrize(
    "begun", [b"", b"GET /feeds/news/live HTTP/1.1\r\nHost: x\r\n", b"POST / HTTP/1.1\r\n"]
)
async def test_a_handshake_that_never_ends_is_ended(desk, begun):
    async with running(desk.url, limits=Limits(request_seconds=0.1)) as server:
        host, port = server.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(begun)
        assert (await asyncio.wait_for(reader.read(), WAIT)).startswith(b"HTTP/1.1 408")
        writer.close()


async def test_a_second_request_that_never_ends_is_ended(desk):
    async with running(desk.url, limits=Limits(request_seconds=0.1)) as server:
        host, port = server.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\nHo")
        answers = await asyncio.wait_for(reader.read(), WAIT)
        assert answers.startswith(b"HTTP/1.1 200")
        assert b"HTTP/1.1 408" in answers
        writer.close()


async def test_an_endless_header_is_too_large(server):
    host, port = server.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"GET / HTTP/1.1\r\nCookie: " + b"x" * 200_000)
    assert (await asyncio.wait_for(reader.read(), WAIT)).startswith(b"HTTP/1.1 431")
    writer.close()


async def test_an_open_socket_is_not_a_request_that_never_ends(desk):
    async with (
        running(desk.url, limits=Limits(request_seconds=0.05, pulse_seconds=0.2)) as server,
        visit(server) as reader,
    ):
        await reader.next("pulse")
        await reader.next("pulse")


async def test_a_ping_is_answered_by_its_pong(server):
    async with visit(server) as reader:
        await asyncio.wait_for(await reader.connection.ping(), WAIT)


async def test_pings_that_come_together_are_all_answered_in_their_order(server):
    reader, writer = await connect_raw(server)
    await asyncio.wait_for(reader.readuntil(b'"type":"likes"'), WAIT)
    writer.write(b"".join(frame(9, b"%03d" % n) for n in range(100)))
    pongs = b"".join(b"\x8a\x03%03d" % n for n in range(100))
    assert (await asyncio.wait_for(reader.readuntil(pongs[-5:]), WAIT)).endswith(pongs)
    writer.close()


async def test_what_is_said_before_the_first_message_is_heard(server, desk):
    """Who asks for a feed that is not known yet waits for the next look, after a second."""
    async with visit(server, feed="election") as reader:
        assert (await reader.closed())[0] == 1008
    NewsDesk(desk.url, "election").client.close()
    reader, writer = await connect_raw(server, "/feeds/election/live")
    writer.write(frame(9, b"early")[:4])
    await asyncio.sleep(0)
    writer.write(frame(9, b"early")[4:])
    came = b""
    while not (b"\x8a\x05early" in came and b'"type":"likes"' in came):
        came += await asyncio.wait_for(reader.read(65_536), WAIT)
    writer.close()


def unread_socket(server):
    """A reader that never reads, with as little room as the kernel gives."""
    host, port = server.url.removeprefix("http://").split(":")
    quiet = socket.socket()
    quiet.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    quiet.connect((host, int(port)))
    quiet.sendall(handshake())
    return quiet


async def publish_much(desk, megabytes):
    body = "Long text. " * 20_000
    for _ in range(megabytes * 5):
        desk.append(Op.PUBLISH, story=make_story("Long", body))
        await asyncio.sleep(0)


async def test_a_reader_that_never_reads_is_let_go(desk):
    async with running(desk.url, limits=Limits(blocked_seconds=0.2, linger_seconds=0.2)) as server:
        quiet = unread_socket(server)
        await eventually(lambda: server.feeds.readers == 1)
        await publish_much(desk, 2)
        await eventually(lambda: server.feeds.readers == 0)
        await eventually(lambda: not server.connections())
        quiet.close()


async def test_who_pings_and_never_reads_takes_no_memory(desk):
    async with running(desk.url, limits=Limits(blocked_seconds=60)) as server:
        quiet = unread_socket(server)
        await eventually(lambda: server.feeds.readers == 1)
        await publish_much(desk, 2)
        (connection,) = server.connections()
        await eventually(connection.paused)
        size = connection.transport.get_write_buffer_size()
        quiet.setblocking(False)
        pings, refused = frame(9, b"x" * 100) * 600, 0
        while refused < 20:  # the server reads nothing any more, so the kernel takes no more
            try:
                quiet.send(pings)
            except BlockingIOError:
                refused += 1
            await asyncio.sleep(0.001)
        assert connection.transport.get_write_buffer_size() <= size + 200
        quiet.close()


async def test_a_slow_reader_continues_without_loss(desk):
    """It takes nothing while many entries come; then it reads all of them, once and in order."""
    async with running(desk.url) as server, visit(server, max_queue=1) as reader:
        await reader.greeted()
        body = "Long text. " * 10_000
        numbers = [
            desk.append(Op.PUBLISH, story=make_story(f"Story {n}", body)).seq for n in range(60)
        ]
        await eventually(lambda: server.feed().position.seq == numbers[-1])
        (connection,) = server.connections()
        await eventually(connection.paused)
        came = [(await reader.next("entry"))["seq"] for _ in numbers]
        assert came == numbers


async def test_a_slow_reader_is_not_sent_what_was_withdrawn_meanwhile(desk):
    async with running(desk.url) as server, visit(server, max_queue=1) as reader:
        await reader.greeted()
        body = "Long text. " * 10_000
        for n in range(60):
            desk.append(Op.PUBLISH, story=make_story(f"Story {n}", body))
        secret = desk.publish("The minister resigns")
        desk.append(Op.KILL, secret)
        await eventually(lambda: server.feed().position.seq == secret + 1)
        while (entry := await reader.next("entry"))["op"] != "kill":
            assert "minister" not in json.dumps(entry)


async def stays_paused(connection):
    """Whether it is full, with the client's own room, and not only until the client's next turn."""
    for _ in range(100):
        await asyncio.sleep(0.001)
        if not connection.paused():
            return False
    return True


async def test_a_text_that_is_withdrawn_while_its_reader_is_slow_is_not_sent(desk):
    """The connection is full, and the secret is the very next thing that the reader would get."""
    async with running(desk.url) as server, visit(server, max_queue=1) as reader:
        await reader.greeted()
        (connection,) = server.connections()
        while not await stays_paused(connection):
            receipt = desk.append(Op.PUBLISH, story=make_story("Long", "Long text. " * 10_000))
            await caught_up(server, receipt)
        secret = desk.publish("The minister resigns")
        await eventually(lambda: server.feed().position.seq == secret)
        desk.append(Op.KILL, secret)
        await eventually(lambda: server.feed().position.seq == secret + 1)
        while (entry := await reader.next("entry"))["op"] != "kill":
            assert "minister" not in json.dumps(entry)
