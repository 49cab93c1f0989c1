"""The end of a server: every reader has its `bye`, and nobody holds it up."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager

import httpx
import pytest

import serving
from builders import make_story
from livefeed.entry import Op
from livefeed.server.limits import Limits
from livefeed.server.listener import listen
from livefeed.server.run import make_server
from serving import WAIT, Running, eventually, running, settings_for, visit
from silent import HANDSHAKE, connected, received, silent_reader

PROGRAM = """
import asyncio, json, sys
given = json.loads(sys.argv[1])
if given["loop"] == "asyncio":
    sys.modules["uvloop"] = None  # as on a machine that has none
from serving import settings_for
from livefeed.server.limits import Limits
from livefeed.server.listener import listen
from livefeed.server.run import run
def ready(address):
    print(address, type(asyncio.get_running_loop()).__module__.split(".")[0], flush=True)
with listen("127.0.0.1", 0) as listener:
    run(
        settings_for(given["url"], drain=given["drain"]),
        listener,
        limits=Limits(goodbye_seconds=given["goodbye_seconds"]),
        hand_over=given["hand_over"],
        on_ready=ready,
    )
print("ended in order", flush=True)
"""

pytestmark = pytest.mark.usefixtures("way")  # both ways of sending, both loops


class Process:
    """`run` in a process of its own."""

    def __init__(self, url, *, drain=10.0, goodbye_seconds=0.5):
        here = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        given = {"url": url, "drain": drain, "goodbye_seconds": goodbye_seconds}
        given |= {"hand_over": serving.HAND_OVER, "loop": serving.LOOP}
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, json.dumps(given)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=os.environ | here,
        )
        self.url, on = self.process.stdout.readline().split()
        assert on == serving.LOOP

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
def start(desk):
    """What starts a process."""
    with ExitStack() as stack:
        yield lambda **given: stack.enter_context(Process(desk.url, **given))


@pytest.fixture
def process(start):
    return start()


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
async def test_a_second_signal_ends_it_whoever_is_still_waited_for(start, second):
    process = start(goodbye_seconds=1000)
    with silent_reader(process):
        async with visit(process) as reader:
            await reader.greeted()
            process.process.send_signal(signal.SIGINT)
            await reader.next("bye")
            process.process.send_signal(second)
            assert await process.end() == ("ended in order", 0)


@asynccontextmanager
async def readers_of(server, count):
    """So many readers, each greeted."""
    async with AsyncExitStack() as stack:
        readers = [await stack.enter_async_context(visit(server)) for _ in range(count)]
        for reader in readers:
            await reader.greeted()
        yield readers


async def test_who_answers_nothing_does_not_hold_up_the_end(process):
    quiet = silent_reader(process)
    process.process.send_signal(signal.SIGTERM)
    assert await process.end() == ("ended in order", 0)
    quiet.close()


async def test_who_does_not_take_its_page_does_not_hold_up_the_end(start, desk):
    for n in range(50):
        desk.append(Op.PUBLISH, story=make_story(f"Story {n}", "Long text. " * 20_000))
    process = start()
    with connected(process) as slow:
        slow.sendall(b"GET /feeds/news/stories HTTP/1.1\r\nHost: x\r\n\r\n")
        received(slow, b"HTTP/1.1 200")
        process.process.send_signal(signal.SIGTERM)
        assert await process.end() == ("ended in order", 0)


async def test_who_reads_nothing_does_not_hold_up_the_end(process, desk):
    quiet = silent_reader(process)
    async with visit(process) as reader:
        await reader.greeted()
        for n in range(30):
            desk.append(Op.PUBLISH, story=make_story(f"Story {n}", "Long text. " * 20_000))
            await reader.next("entry")
        process.process.send_signal(signal.SIGTERM)
        await reader.next("bye")
    assert await process.end() == ("ended in order", 0)
    quiet.close()


async def test_readers_leave_one_after_the_other_and_who_is_still_here_gets_every_story(
    start, desk
):
    process = start()
    async with readers_of(process, 60) as readers:
        process.process.send_signal(signal.SIGTERM)
        async with asyncio.TaskGroup() as group:
            said = [group.create_task(up_to_the_bye(reader)) for reader in readers]
            await eventually(lambda: any(task.done() for task in said))
            seq = desk.append(Op.PUBLISH).seq
        told = [[m["position"] for m in task.result() if m["type"] == "entry"] for task in said]
        assert 5 < sum(bool(entries) for entries in told) < len(readers)
        assert all(position.startswith(f"{seq}-") for entries in told for position in entries)
        assert [await reader.closed() for reader in readers] == [(1012, "restart")] * len(readers)
        assert await process.end() == ("ended in order", 0)


async def up_to_the_bye(reader):
    messages = [await reader.next()]
    while messages[-1]["type"] != "bye":
        messages.append(await reader.next())
    return messages


async def test_a_second_signal_sends_away_who_is_left_at_once(start):
    process = start()
    async with readers_of(process, 60) as readers:
        process.process.send_signal(signal.SIGTERM)
        async with asyncio.TaskGroup() as group:
            said = [group.create_task(up_to_the_bye(reader)) for reader in readers]
            await eventually(lambda: any(task.done() for task in said))
            assert not all(task.done() for task in said)
            process.process.send_signal(signal.SIGTERM)
        assert [await reader.closed() for reader in readers] == [(1012, "restart")] * len(readers)
        assert await process.end() == ("ended in order", 0)


async def test_somebody_who_presses_ctrl_c_does_not_wait_for_the_whole_time(start):
    process = start(drain=1000)
    with ExitStack() as stack:
        for _ in range(600):  # half a minute, by SIGTERM
            stack.enter_context(silent_reader(process))
        process.process.send_signal(signal.SIGINT)
        assert await process.end() == ("ended in order", 0)


async def test_a_probe_on_an_open_connection_hears_at_once_that_it_leaves_and_is_answered_on(start):
    process = start(goodbye_seconds=1000)
    with silent_reader(process):
        async with httpx.AsyncClient(base_url=process.url) as balancer:
            assert (await balancer.get("/readyz")).status_code == 200
            process.process.send_signal(signal.SIGTERM)
            await eventually(lambda: nobody_accepts(process))
            for _ in range(3):
                answer = await balancer.get("/readyz")
                assert (answer.status_code, answer.json()["leaving"]) == (503, True)
            assert (await balancer.get("/feeds/news")).status_code == 200
            process.process.send_signal(signal.SIGTERM)
            assert await process.end() == ("ended in order", 0)


def nobody_accepts(server):
    try:
        connected(server).close()
    except ConnectionError:
        return True
    return False


async def test_who_was_let_in_and_says_hello_while_it_leaves_is_put_off(start):
    process = start(goodbye_seconds=1000)
    with connected(process) as late, silent_reader(process):
        process.process.send_signal(signal.SIGTERM)
        await eventually(lambda: nobody_accepts(process))
        late.sendall(HANDSHAKE)
        said = await asyncio.to_thread(received, late, b'"bye"', b"\x88")
        assert b'"restart"' in said
        process.process.send_signal(signal.SIGTERM)
        assert await process.end() == ("ended in order", 0)


async def test_who_waits_to_be_accepted_when_it_leaves_is_put_off_and_not_reset(start):
    process = start(drain=0)
    process.process.send_signal(signal.SIGSTOP)
    with ExitStack() as stack:
        waiting = [stack.enter_context(connected(process)) for _ in range(600)]
        for connection in waiting:
            connection.sendall(HANDSHAKE)
        process.process.send_signal(signal.SIGTERM)
        process.process.send_signal(signal.SIGCONT)
        for connection in waiting:
            await asyncio.to_thread(received, connection, b'"bye"', b"\x88")
    assert await process.end() == ("ended in order", 0)


@pytest.mark.parametrize("turns", range(5))
async def test_who_is_just_being_accepted_when_it_leaves_is_not_reset(desk, turns):
    async with running(desk.url, limits=Limits(goodbye_seconds=0.2)) as server:
        with ExitStack() as stack:
            waiting = [stack.enter_context(connected(server)) for _ in range(20)]
            for connection in waiting:
                connection.sendall(HANDSHAKE)
            for _ in range(turns):
                await asyncio.sleep(0)
            ending = asyncio.create_task(server.server.shutdown([server.listener]))
            for connection in waiting:
                await asyncio.to_thread(received, connection, b'"bye"', b"\x88")
            await ending


async def test_each_reader_has_a_time_of_its_own_to_come_back(desk):
    async with running(desk.url) as server, AsyncExitStack() as stack:
        readers = [await stack.enter_async_context(visit(server)) for _ in range(20)]
        await eventually(lambda: server.feeds.readers == len(readers))
        server.server.end()
        byes = [await reader.next("bye") for reader in readers]
        assert [(await reader.closed())[0] for reader in readers] == [1012] * len(readers)
        assert len({bye["retry_ms"] for bye in byes}) > 10


async def test_a_reader_in_the_middle_of_its_catch_up_has_its_bye_too(desk):
    start = desk.append(Op.PUBLISH).position
    for n in range(40):
        desk.append(Op.PUBLISH, story=make_story(f"Story {n}", "Long text. " * 5_000))
    async with running(desk.url) as server, visit(server, after=start, max_queue=1) as reader:
        await reader.next("hello")
        server.server.end()
        await eventually(lambda: server.feeds.leaving)
        await reader.next("bye")


async def test_who_is_told_to_end_while_it_starts_waits_for_no_redis(desk, valkey):
    server = make_server(settings_for(desk.url), Limits(), hand_over=serving.HAND_OVER)
    called = []
    server.on_ready = lambda: called.append("ready")
    valkey.pause()
    try:
        with listen("127.0.0.1", 0) as listener:
            running_it = asyncio.create_task(server.serve([listener]))
            feeds = server.config.app.state.feeds
            await eventually(lambda: feeds._looking)
            server.end()
            await asyncio.wait_for(running_it, WAIT)
        assert feeds.failure is None  # Redis had the time to answer, and more
        assert not called
    finally:
        valkey.resume()


async def test_who_waits_for_its_feed_when_a_server_leaves_is_put_off(desk):
    """A feed that nobody knows is asked for again after a while."""
    async with (
        running(desk.url, limits=Limits(unknown_feed_seconds=1000)) as server,
        visit(server, feed="election") as reader,
    ):
        server.server.end()
        bye = await reader.next("bye")
        assert bye["reason"] == "restart"
        assert bye["retry_ms"] > 0
        assert (await reader.closed())[0] == 1013


async def test_who_comes_while_a_server_leaves_is_put_off(desk):
    async with running(desk.url, limits=Limits(goodbye_seconds=0.1)) as server:
        server.feeds.leave()
        async with visit(server) as reader:
            assert (await reader.next())["type"] == "bye"
            assert (await reader.closed())[0] == 1013
