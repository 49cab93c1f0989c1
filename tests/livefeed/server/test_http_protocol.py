"""Requests for pages: one behind another, and for which host."""

import asyncio
import socket
import tracemalloc
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from livefeed.server.http_protocol import PunctualProtocol
from serving import WAIT, eventually
from silent import HANDSHAKE, connected

pytestmark = pytest.mark.usefixtures("each_loop")

STORIES = 12
PATHS = [f"/feeds/news?before={number}" for number in range(3, STORIES + 3)]


def request(path, *more, version="1.1"):
    """A GET; it names a host unless other fields are given."""
    lines = [f"GET {path} HTTP/{version}", *(more or ["Host: x"]), "", ""]
    return "\r\n".join(lines).encode()


def unread(server):
    """A connection with as little room for answers as the kernel gives."""
    host, port = server.url.removeprefix("http://").split(":")
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect((host, int(port)))
    connection.setblocking(False)
    return connection


@asynccontextmanager
async def saying(connection, data):
    """All of it is sent, as soon as the server reads it."""
    sending = asyncio.create_task(asyncio.get_running_loop().sock_sendall(connection, data))
    try:
        yield
    finally:
        sending.cancel()
        await asyncio.wait({sending})


async def answers(connection, count):
    """The bodies of so many answers, all of which are 200."""
    came, bodies = bytearray(), []
    async with asyncio.timeout(WAIT):
        while len(bodies) < count:
            more = await asyncio.get_running_loop().sock_recv(connection, 1 << 20)
            assert more, came
            came += more
            while (body := taken(came)) is not None:
                bodies.append(body)
    assert not came
    return bodies


async def until(connection, part):
    """What comes, up to a piece with this part."""
    came, seen = bytearray(), 0
    async with asyncio.timeout(WAIT):
        while came.find(part, max(0, seen - len(part))) < 0:
            seen = len(came)
            came += await asyncio.get_running_loop().sock_recv(connection, 1 << 20)
    return came


def taken(came):
    """The first answer's body, once it is here as a whole; it is none of `came` any more."""
    head, end, rest = bytes(came).partition(b"\r\n\r\n")
    if not end:
        return None
    assert head.startswith(b"HTTP/1.1 200"), head
    size = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    if len(rest) < size:
        return None
    del came[: len(head) + len(end) + size]
    return rest[:size]


def waiting(server, count):
    """Whether answers wait on so many connections for room."""
    connections = server.server.server_state.connections
    flows = [one.flow for one in connections if isinstance(one, PunctualProtocol)]
    return len(flows) == count and all(flow.write_paused for flow in flows)


@pytest.fixture
async def pages(server, desk):
    """The real page from each story on, by its path."""
    for number in range(STORIES):
        newest = desk.publish(f"Story {number}")
    await eventually(lambda: server.feed().position.seq == newest)
    with connected(server) as connection:
        connection.setblocking(False)
        async with saying(connection, b"".join(map(request, PATHS))):
            return dict(zip(PATHS, await answers(connection, len(PATHS)), strict=True))


@pytest.mark.parametrize("times", [100, 500])  # in one read, and in as many as the server makes
@pytest.mark.usefixtures("pages")  # made before what they cost is counted
async def test_who_asks_for_many_pages_and_reads_none_costs_little(server, times):
    clients, asked = 8, b"".join(map(request, PATHS)) * times
    async with AsyncExitStack() as stack:
        connections = [stack.enter_context(unread(server)) for _ in range(clients)]
        tracemalloc.start()
        stack.callback(tracemalloc.stop)
        for connection in connections:
            await stack.enter_async_context(saying(connection, asked))
        await eventually(lambda: waiting(server, clients))
        assert tracemalloc.get_traced_memory()[0] / clients < 160 * 1024


async def test_who_reads_late_reads_all_answers_in_their_order(server, pages):
    assert len(set(pages.values())) == len(pages)
    with unread(server) as connection:
        async with saying(connection, b"".join(map(request, PATHS)) * 50):
            await eventually(lambda: waiting(server, 1))
            came = await answers(connection, len(PATHS) * 50)
    assert came == [pages[path] for path in PATHS] * 50


async def test_a_websocket_behind_an_answer_that_is_not_taken_is_slow_from_its_beginning(
    server, desk
):
    """Else its messages would be written past what waits for the kernel."""
    for number in range(5):
        newest = desk.publish(f"Long {number}", "Long text. " * 20_000)
    await eventually(lambda: server.feed().position.seq == newest)
    with unread(server) as connection:
        async with saying(connection, request("/feeds/news") + HANDSHAKE):
            await eventually(server.connections)
        (wire,) = server.connections()
        assert wire.paused()
        desk.publish("The xylophone plays")
        came = await until(connection, b"xylophone")
    assert taken(came)
    assert came.startswith(b"HTTP/1.1 101 ")


async def whole_answer(server, *sent):
    """All that is answered, until the server closes."""
    loop = asyncio.get_running_loop()
    came = b""
    with connected(server) as connection:
        connection.setblocking(False)
        async with asyncio.timeout(WAIT), saying(connection, b"".join(sent)):
            while more := await loop.sock_recv(connection, 65_536):
                came += more
    return came


@pytest.mark.parametrize(
    "fields",
    [["A: b"], ["Host: x", "Host: x"], ["Host: x", "A: b", "host: y"], ["Host:"], ["Host: a/b"]],
    ids=", ".join,
)
@pytest.mark.parametrize("before", [b"", request("/healthz")], ids=["first", "later"])
async def test_a_request_that_does_not_name_one_host_is_a_bad_one(server, caplog, fields, before):
    came = await whole_answer(server, before, request("/healthz", *fields), request("/healthz"))
    answers = came[came.index(b"HTTP/1.1 400 Bad Request\r\n") :]
    assert came.count(b"HTTP/1.1 ") == (2 if before else 1)
    assert b"\r\nConnection: close\r\n" in answers
    assert answers.endswith(b"\r\n\r\nA request names its host, in one Host field.\n")
    assert not [record for record in caplog.records if record.levelname in {"WARNING", "ERROR"}]


async def test_the_answer_to_a_head_without_a_host_has_no_body(server):
    came = await whole_answer(server, b"HEAD /healthz HTTP/1.1\r\n\r\n")
    assert came.startswith(b"HTTP/1.1 400 ")
    assert came.endswith(b"\r\n\r\n")


async def test_a_request_of_http_1_0_may_name_no_host_and_not_two(server):
    old = request("/healthz", "A: b", version="1.0")
    assert (await whole_answer(server, old)).startswith(b"HTTP/1.1 200 ")
    two = request("/healthz", "Host: x", "Host: y", version="1.0")
    assert (await whole_answer(server, two)).startswith(b"HTTP/1.1 400 ")
