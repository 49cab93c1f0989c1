"""The end of a server: every reader has its `bye`, and nobody holds it up."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from contextlib import AsyncExitStack

import pytest

import serving
from builders import make_story
from livefeed.entry import Op
from livefeed.server.limits import Limits
from serving import WAIT, Running, eventually, running, visit

PROGRAM = """
import sys
from serving import settings_for
from livefeed.server.limits import Limits
from livefeed.server.listener import address_of, listen
from livefeed.server.run import make_server
url, goodbye_seconds, hand_over, loop = sys.argv[1:]
limits = Limits(goodbye_seconds=float(goodbye_seconds))
with listen("127.0.0.1", 0) as listener:
    server = make_server(settings_for(url), limits, hand_over=hand_over == "True")
    server.config.loop = loop
    server.on_ready = lambda: print(address_of(listener), flush=True)
    server.run([listener])
print("ended in order", flush=True)
"""

pytestmark = pytest.mark.usefixtures("way")  # both ways of sending, both loops


class Process:
    """A server in a process of its own."""

    def __init__(self, url, goodbye_seconds=0.5):
        here = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        words = [url, str(goodbye_seconds), str(serving.HAND_OVER), serving.LOOP]
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *words],
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | here,
        )
        self.url = self.process.stdout.readline().strip()

    def live(self, **options):
        return Running.live(self, **options)

    async def end(self):
        """What it printed last, and its exit status."""
        out, _ = await asyncio.to_thread(self.process.communicate, timeout=WAIT)
        return out.strip(), self.process.returncode

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


@pytest.fixture
def process(desk):
    with Process(desk.url) as process:
        yield process


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_it_in_order_with_readers_connected(process, how):
    async with visit(process) as one, visit(process) as other:
        await one.greeted()
        await other.greeted()
        process.process.send_signal(how)
        for reader in (one, other):
            bye = await reader.next("bye")
            assert bye["reason"]
            assert bye["retry_ms"] > 0
            assert (await reader.closed())[0] == 1012
        assert await process.end() == ("ended in order", 0)


@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
async def test_a_second_signal_ends_it_whoever_is_still_waited_for(desk, second):
    with Process(desk.url, goodbye_seconds=1000) as process:
        quiet = await quiet_reader(process)
        async with visit(process) as reader:
            await reader.greeted()
            process.process.send_signal(signal.SIGINT)
            await reader.next("bye")
            process.process.send_signal(second)
            assert await process.end() == ("ended in order", 0)
        quiet.close()


async def quiet_reader(server):
    """A reader that says nothing, not even a close."""
    host, port = server.url.removeprefix("http://").split(":")
    quiet = socket.create_connection((host, int(port)))
    request = (
        "GET /feeds/news/live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    quiet.sendall(request.encode())
    assert await asyncio.to_thread(quiet.recv, 12) == b"HTTP/1.1 101"
    return quiet


async def test_who_answers_nothing_does_not_hold_up_the_end(process):
    quiet = await quiet_reader(process)
    process.process.send_signal(signal.SIGTERM)
    assert await process.end() == ("ended in order", 0)
    quiet.close()


async def test_who_reads_nothing_does_not_hold_up_the_end(process, desk):
    quiet = await quiet_reader(process)
    async with visit(process) as reader:
        await reader.greeted()
        for n in range(30):
            desk.append(Op.PUBLISH, story=make_story(f"Story {n}", "Long text. " * 20_000))
            await reader.next("entry")
        process.process.send_signal(signal.SIGTERM)
        await reader.next("bye")
    assert await process.end() == ("ended in order", 0)
    quiet.close()


async def test_each_reader_has_a_time_of_its_own_to_come_back(desk):
    async with running(desk.url) as server, AsyncExitStack() as stack:
        readers = [await stack.enter_async_context(visit(server)) for _ in range(20)]
        await eventually(lambda: server.feeds.readers == len(readers))
        server.server.should_exit = True
        byes = [await reader.next("bye") for reader in readers]
        assert [(await reader.closed())[0] for reader in readers] == [1012] * len(readers)
        assert len({bye["retry_ms"] for bye in byes}) > 10


async def test_a_reader_in_the_middle_of_its_catch_up_has_its_bye_too(desk):
    start = desk.append(Op.PUBLISH).position
    for n in range(40):
        desk.append(Op.PUBLISH, story=make_story(f"Story {n}", "Long text. " * 5_000))
    async with running(desk.url) as server, visit(server, after=start, max_queue=1) as reader:
        await reader.next("hello")
        server.server.should_exit = True
        await eventually(lambda: server.feeds.leaving)
        await reader.next("bye")


async def test_who_comes_while_a_server_leaves_is_put_off(desk):
    async with running(desk.url, limits=Limits(goodbye_seconds=0.1)) as server:
        server.feeds.leave("restart")
        async with visit(server) as reader:
            assert (await reader.next())["type"] == "bye"
            assert (await reader.closed())[0] == 1013
