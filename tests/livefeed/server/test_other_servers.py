"""The application under other servers than ours, as operators may start them."""

import asyncio
import json
import os
import re
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import msgspec
import pytest
import trustme
import websockets

from checkout import BIN, CHECKOUT
from livefeed.entry import Op
from livefeed.redis_log import embedded
from livefeed.wire.messages import Encoding
from news_desk import NewsDesk
from servers import free_port
from serving import WAIT, Running, eventually, visit


@dataclass(frozen=True)
class OtherServer:
    """How a server is started on a port, and what differs under it."""

    name: str
    command: str
    secure: bool = False
    # The close code of readers who are there when it is told to end; 1006: it just hangs up.
    at_its_end: int = 1012
    # The status of a refused handshake: 403 where the server cannot send another.
    refusal: int = 400

    def words(self, port: int, folder: Path) -> list[str]:
        program, *words = self.command.format(port=port, folder=folder).split()
        return [str(BIN / program), *words]


UVICORN = "uvicorn --factory livefeed.server:create_app --port {port}"
HYPERCORN = "hypercorn livefeed.server.app:create_app() --bind 127.0.0.1:{port}"
GRANIAN = "granian --interface asgi --factory livefeed.server:create_app --port {port}"

SERVERS = [
    OtherServer("uvicorn", f"{UVICORN} --loop uvloop --ws websockets-sansio"),
    OtherServer("uvicorn on asyncio's loop", f"{UVICORN} --loop asyncio --ws websockets"),
    OtherServer(
        "uvicorn with TLS",
        f"{UVICORN} --ssl-keyfile {{folder}}/key.pem --ssl-certfile {{folder}}/cert.pem",
        secure=True,
    ),
    OtherServer("hypercorn", HYPERCORN, at_its_end=1011),
    OtherServer("granian", GRANIAN, at_its_end=1006),
]


@dataclass(frozen=True)
class Address:
    """A server that is only known by its address."""

    url: str
    trust: ssl.SSLContext | None = None

    def live(self, **options: object) -> str:
        return Running.live(self, **options)

    def browser(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.url, verify=self.trust or True, trust_env=False)

    def visit(self, **options: object):
        """A reader that offers compression as browsers do."""
        common = {"compression": "deflate", "ssl": self.trust}
        return visit(self, **{**common, **options})

    async def readers(self) -> int:
        """How many readers it says that it has."""
        async with self.browser() as browser:
            return (await browser.get("/readyz")).json()["feeds"]["news"]["readers"]

    async def up(self) -> "Address":
        """Itself, once the server is ready."""
        async with asyncio.timeout(WAIT), self.browser() as browser:
            while True:
                with suppress(httpx.TransportError):
                    if (await browser.get("/readyz")).status_code == 200:
                        return self
                await asyncio.sleep(0.05)


@contextmanager
def started(words: list[str], log: Path, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """A server's process, until the end of the block."""
    with log.open("wb") as output:
        process = subprocess.Popen(words, env=os.environ | variables, stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(WAIT)


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> tuple[Path, ssl.SSLContext]:
    """A folder with a certificate for this machine, and who trusts it."""
    folder, ca = tmp_path_factory.mktemp("tls"), trustme.CA()
    certificate = ca.issue_cert("127.0.0.1")
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    certificate.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    trust = ssl.create_default_context()
    ca.configure_trust(trust)
    return folder, trust


@pytest.fixture(scope="module", params=SERVERS, ids=lambda other: other.name)
def other(request) -> OtherServer:
    """Each of the other servers in turn."""
    return request.param


@pytest.fixture(scope="module")
def desk(valkey) -> Iterator[NewsDesk]:
    """Who publishes; one feed for all tests, since a server takes a while to find new ones."""
    with valkey.client() as client:
        client.flushall()
    with NewsDesk(valkey.url) as desk:
        yield desk


@pytest.fixture(scope="module")
def port(other, desk, authority, tmp_path_factory) -> Iterator[int]:
    """Where it listens; one process for all tests."""
    log, port = tmp_path_factory.mktemp("other") / "log", free_port()
    with started(other.words(port, authority[0]), log, LIVEFEED_REDIS_URL=desk.url):
        yield port


@pytest.fixture
async def address(other, port, authority) -> Address:
    """Where it serves."""
    return await at(port, other, authority[1]).up()


def at(port: int, other: OtherServer, trust: ssl.SSLContext) -> Address:
    if other.secure:
        return Address(f"https://127.0.0.1:{port}", trust)
    return Address(f"http://127.0.0.1:{port}")


def test_the_operators_page_names_these_commands():
    page = (CHECKOUT / "docs" / "operating.md").read_text(encoding="utf-8").replace("'", "")
    for command in (UVICORN, HYPERCORN, GRANIAN):
        assert f"`{re.split(' --port| --bind', command)[0]}`" in page


async def test_a_reader_is_greeted_sees_a_story_live_and_its_kill(address, desk):
    async with address.visit() as reader:
        hello, snapshot, _ = await reader.greeted()
        assert hello["resumed"] is False
        assert snapshot["feed"]["title"] == "All about news"
        number = desk.publish("Polls have closed")
        assert "Polls have closed" in str((await reader.next("entry"))["story"])
        desk.append(Op.KILL, number, note="They have not.")
        killed = await reader.next("entry")
        assert (killed["op"], killed["number"]) == ("kill", number)


async def test_who_comes_back_is_resumed_from_its_position(address, desk):
    async with address.visit() as reader:
        _, snapshot, _ = await reader.greeted()
        numbers = [desk.publish(f"Story {n}") for n in range(3)]
        came = [await reader.next("entry") for _ in numbers]
    async with address.visit(after=came[0]["position"]) as reader:
        hello, *entries, _ = await reader.greeted()
        assert hello["resumed"] is True
        assert [entry["number"] for entry in entries] == numbers[1:]
    assert snapshot["position"] != came[0]["position"]


@pytest.mark.parametrize("encoding", Encoding)
async def test_a_like_is_counted_and_anything_else_is_not_understood(address, desk, encoding):
    number = desk.publish()
    like = {"type": "like", "number": number, "token": "q7Jx2mPz0aVb"}
    async with address.visit(encoding=encoding) as reader:
        said = json.dumps(like) if encoding.is_text else msgspec.msgpack.encode(like)
        await reader.connection.send(said)
        await eventually(lambda: desk.client.hget(desk.keys.likes, number) == b"1")
        await reader.connection.send("nonsense" if encoding.is_text else b"nonsense")
        assert (await reader.closed())[0] == 1003


async def test_an_unknown_feed_is_closed_for_good(address):
    async with address.visit(feed="nothing") as reader:
        assert await reader.closed() == (1008, "no such feed")


async def test_pages_and_health_are_answered(address, desk):
    desk.publish("Polls have closed")
    async with address.visit() as reader, address.browser() as browser:
        await reader.greeted()
        page = await browser.get("/feeds/news")
        assert page.status_code == 200
        assert "Polls have closed" in page.text
        assert (await browser.get("/feeds/nothing")).status_code == 404
        assert await address.readers() >= 1


async def test_a_foreign_page_is_refused_and_the_servers_own_is_not(address):
    with pytest.raises(websockets.InvalidStatus) as refusal:
        async with address.visit(origin="https://evil.example"):
            pass
    assert refusal.value.response.status_code == 403
    async with address.visit(origin=address.url) as reader:
        await reader.greeted()


async def test_unknown_subprotocols_are_refused(other, address):
    with pytest.raises(websockets.InvalidStatus) as refusal:
        async with address.visit(subprotocols=["graphql-ws"]):
            pass
    assert refusal.value.response.status_code == other.refusal


async def test_a_reader_that_takes_nothing_is_nobody_elses_trouble(other, address, desk):
    """It loses nothing, either."""
    feed = f"slow-{SERVERS.index(other)}"
    with NewsDesk(desk.url, feed) as own:
        async with address.visit(feed=feed, max_queue=1) as slow, address.visit(feed=feed) as good:
            await slow.greeted()
            await good.greeted()
            body = "Long text. " * 10_000
            numbers = [own.publish(f"Story {n}", body) for n in range(60)]
            for reader in (good, slow):
                assert [(await reader.next("entry"))["number"] for _ in numbers] == numbers


async def test_readers_who_leave_are_not_counted_any_more(address):
    async with address.visit() as reader, address.visit() as other:
        await reader.greeted()
        await other.greeted()
        other.connection.transport.abort()  # without a word
    async with asyncio.timeout(WAIT):
        while await address.readers():  # noqa: ASYNC110 - another process: nothing to wait on
            await asyncio.sleep(0.01)


async def test_a_signal_ends_it_and_its_readers_connections(other, authority, desk, tmp_path):
    port = free_port()
    words = other.words(port, authority[0])
    with started(words, tmp_path / "log", LIVEFEED_REDIS_URL=desk.url) as process:
        address = await at(port, other, authority[1]).up()
        async with address.visit() as reader:
            await reader.greeted()
            process.terminate()
            assert (await reader.closed())[0] == other.at_its_end
        await eventually(lambda: process.poll() is not None)


async def test_without_an_address_it_is_the_embedded_server_of_the_data_folder(tmp_path):
    folder = {"LIVEFEED_DATA": str(tmp_path), "LIVEFEED_REDIS_URL": ""}
    port = free_port()
    words = SERVERS[0].words(port, tmp_path)
    with embedded.start(tmp_path) as log, started(words, tmp_path / "out", **folder):
        desk = NewsDesk(log.url)
        desk.publish("Polls have closed")
        desk.client.close()
        address = await Address(f"http://127.0.0.1:{port}").up()
        async with address.visit() as reader:
            assert "Polls have closed" in str(await reader.greeted())
