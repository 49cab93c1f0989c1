"""The fan-out: what leaves in one write, who is live, and what is kept of a reader."""

import asyncio
import gc
import json
import socket
from asyncio import TimerHandle
from collections import Counter
from contextvars import Context

import pytest

from builders import make_story
from hand_cranked import HandCranked, connections
from livefeed.entry import Op
from livefeed.server import head
from livefeed.server.cursor import Cursor
from livefeed.server.limits import Limits
from livefeed.wire.messages import Encoding
from serving import eventually, running, visit

pytestmark = pytest.mark.usefixtures("each_loop")


async def no_like(_):
    """Nobody counts."""


async def audience_of(server):
    return await server.feeds.find("news")


async def turns(count=3):
    for _ in range(count):
        await asyncio.sleep(0)


async def test_what_comes_in_one_turn_of_the_loop_leaves_in_one_write(server, desk):
    audience = await audience_of(server)
    with connections():
        lines = [HandCranked(socket.SOCK_SEQPACKET) for _ in range(3)]
        for line in lines:
            line.begin(audience.fanout.reader(Cursor(Encoding.JSON, None), no_like), b"answer")
        for line in lines:
            (greeting,) = line.packets()  # with the handshake's answer
            assert greeting.startswith(b"answer")
            assert greeting.count(b'"type":"') >= 3  # hello, snapshot and likes
        for n in range(5):
            desk.publish(f"Story {n}")
        entries = desk.log()[1:]
        feed = audience.feed
        before = feed.position.seq
        for entry in entries:
            feed.apply(entry)
        audience.beat()
        await turns()
        assert before < feed.position.seq
        for line in lines:
            (written,) = line.packets()
            assert written.count(b'"type":"entry"') == feed.position.seq - before
            assert written.count(b'"type":"pulse"') == 1
    assert len(audience.fanout) == 0


async def test_in_a_burst_several_stories_share_a_write(server, desk):
    audience = await audience_of(server)
    with connections():
        line = HandCranked(socket.SOCK_SEQPACKET)
        line.begin(audience.fanout.reader(Cursor(Encoding.JSON, None), no_like))
        line.packets()
        for n in range(50):
            desk.publish(f"Story {n}")
        entries = desk.log()[1:]
        audience.fanout._rested_at = asyncio.get_running_loop().time() + 0.02  # it just wrote
        for entry in entries:
            audience.feed.apply(entry)
            await turns()
        newest = audience.feed.position
        await eventually(lambda: audience.fanout._heads[Encoding.JSON].cursor.position == newest)
        written = line.packets()
        assert sum(packet.count(b'"type":"entry"') for packet in written) == len(entries)
        assert len(written) < len(entries)


async def test_an_idle_reader_has_no_task_and_no_timer(server):
    async with visit(server) as one:
        await one.greeted()
        await eventually(lambda: not server.server.server_state.tasks)
        (audience,) = server.feeds.audiences()
        fanout = audience.fanout
        assert len(fanout) == 1
        assert fanout._patience._look is None
        assert not fanout._likes
        assert not server.server.server_state.connections
        (reader,) = fanout._readers
        assert reader.cursor is None
        names = {task.get_coro().__qualname__ for task in asyncio.all_tasks()}
        assert not {name for name in names if "run_asgi" in name or "Audience" in name}
        assert repr(reader) == "<Reader JSON live>"
        assert repr(fanout) == "<Fanout: 1 readers, 1 live, 0 catching up>"


def objects():
    """How many there are, beside timers and their contexts.

    asyncio keeps up to a hundred timers that were cancelled, in case there come more to be cleared
    away together. How many just now is chance: they made 170 objects of difference, or none.
    """
    gc.collect()
    return sum(type(thing) not in {TimerHandle, Context} for thing in gc.get_objects())


REQUEST = (
    b"GET /feeds/news/live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    b"Sec-WebSocket-Version: 13\r\n\r\n"
)


async def come_and_go(server, count):
    host, port = server.url.removeprefix("http://").split(":")
    for _ in range(count // 50):
        streams = [await asyncio.open_connection(host, int(port)) for _ in range(50)]
        for reader, writer in streams:
            writer.write(REQUEST)
            await reader.readuntil(b'"type":"likes"')
        for _, writer in streams:
            writer.close()
            await writer.wait_closed()
        await eventually(lambda: server.feeds.readers == 0)


async def test_nothing_is_left_of_five_hundred_readers(server):
    await come_and_go(server, 100)
    await turns(10)
    parts, before = ours(), objects()
    await come_and_go(server, 500)
    await turns(10)
    # Less than one for five readers: Python notes which types are no instance of an abstract one
    # when that is asked for the first time, with two objects each; 57 of all were seen.
    assert objects() - before < 100
    # Other tests' servers may be collected meanwhile.
    assert not ours() - parts


def ours():
    """How many objects there are of a connection's parts."""
    kinds = Counter(type(thing).__name__ for thing in gc.get_objects())
    names = ("Reader", "Cursor", "Door", "Arrival", "Conversation")
    return Counter({name: kinds[name] for name in names})


async def test_a_connection_leaves_no_cycle_behind(server):
    await come_and_go(server, 50)
    gc.collect()
    gc.disable()
    try:
        before = ours()
        await come_and_go(server, 50)
        await turns(10)
        assert ours() == before
    finally:
        gc.enable()


async def test_a_slow_reader_leaves_the_live_ones_and_comes_back_to_them(desk):
    """It loses nothing and is sent nothing twice, while another is sent everything at once."""
    async with (
        running(desk.url) as server,
        visit(server, max_queue=1) as slow,
        visit(server) as other,
    ):
        await slow.greeted()
        await other.greeted()
        (audience,) = server.feeds.audiences()
        body = "Long text. " * 10_000
        seqs = []
        for n in range(60):
            seqs.append(desk.append(Op.PUBLISH, story=make_story(f"Story {n}", body)).seq)
            assert (await other.next("entry"))["seq"] == seqs[-1]
        await eventually(lambda: any(r.paused for r in audience.fanout._readers))
        assert sum(r.cursor is None for r in audience.fanout._readers) == 1
        assert [(await slow.next("entry"))["seq"] for _ in seqs] == seqs
        await eventually(lambda: all(r.cursor is None for r in audience.fanout._readers))
        last = desk.publish("Live again")
        assert (await slow.next("entry"))["seq"] == (await other.next("entry"))["seq"] == last


async def test_who_could_not_be_served_is_cut_off_and_misses_nothing(server, desk, monkeypatch):
    """A fault of ours: nobody may stay who was left out, for they would never know."""

    def fail(*_, **__):
        raise ZeroDivisionError

    async with visit(server, compression="deflate") as one:
        _, snapshot, _ = await one.greeted()
        with monkeypatch.context() as broken:
            broken.setattr(head, "compressed", fail)
            seq = desk.publish("Left out")
            await one.closed()
    async with visit(server, after=snapshot["position"]) as again:
        assert (await again.next("entry"))["seq"] == seq


async def test_who_reads_slowly_is_kept_and_is_not_sent_what_is_old(desk):
    """A bad line takes little at a time, so the kernel's buffer is not filled for it."""
    async with running(desk.url, limits=Limits(blocked_seconds=2.0)) as server:
        host, port = server.url.removeprefix("http://").split(":")
        with socket.socket() as slow:
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            slow.connect((host, int(port)))
            slow.sendall(REQUEST)
            slow.setblocking(False)
            await eventually(lambda: server.feeds.readers == 1)
            for n in range(100):
                desk.append(Op.PUBLISH, story=make_story(f"Story {n}", "Long text. " * 1_000))
            loop = asyncio.get_running_loop()
            for read in range(40):
                await loop.sock_recv(slow, 2_500)
                assert server.feeds.readers == 1, f"it was cut off after {read * 2_500} bytes"
                await asyncio.sleep(0.1)  # so slow is the line


async def test_what_was_prepared_for_many_is_forgotten_at_once_with_a_change(server, desk):
    (audience,) = server.feeds.audiences()
    async with visit(server) as reader:
        await reader.greeted()
        assert audience.fanout._batches._kept
        seq = desk.publish("The minister resigns")
        await reader.next("entry")
        desk.append(Op.KILL, seq)
        await reader.next("entry")
        kept = audience.fanout._batches
        assert b"minister" not in b"".join(batch.data for batch in kept._kept.values())
        assert repr(kept).startswith("<Batches of news: ")


async def test_likes_said_together_are_all_heard_with_a_pause_between(desk):
    numbers = [desk.publish(), desk.publish()]
    limits = Limits(likes_seconds=0.02, like_pause_seconds=0.1)
    async with running(desk.url, limits=limits) as server, visit(server) as one:
        await one.greeted()
        for number in numbers:
            like = {"type": "like", "number": number, "token": "q7Jx2mPz0aVb"}
            await one.connection.send(json.dumps(like))
        counts = {}
        while set(counts) != {str(number) for number in numbers}:
            counts |= (await one.next("likes"))["counts"]
        assert set(counts.values()) == {1}
