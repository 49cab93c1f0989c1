"""The live socket, with a real log and real connections."""

import asyncio
import json
from contextlib import AsyncExitStack

import pytest
import websockets

from builders import make_story
from livefeed.entry import Facts, Op
from livefeed.server.limits import Limits
from livefeed.wire.messages import Encoding
from news_desk import NewsDesk
from serving import eventually, running, visit

pytestmark = pytest.mark.usefixtures("way")  # both ways of sending, both loops


@pytest.mark.parametrize("encoding", Encoding)
async def test_a_story_reaches_readers_of_every_subprotocol(server, desk, encoding):
    async with visit(server, encoding=encoding) as reader:
        hello, snapshot, _ = await reader.greeted()
        assert reader.connection.subprotocol == encoding.subprotocol
        assert hello["resumed"] is False
        assert snapshot["feed"]["title"] == "All about news"
        number = desk.publish("Polls have closed")
        entry = await reader.next("entry")
        assert entry["number"] == number
        told = entry["html"] if encoding is Encoding.HTML else json.dumps(entry["story"])
        assert "Polls have closed" in told


async def test_without_a_subprotocol_it_is_json(server):
    async with visit(server, subprotocols=None) as reader:
        assert reader.connection.subprotocol is None
        assert (await reader.next())["type"] == "hello"


async def test_of_several_subprotocols_the_first_known_one_is_spoken(server):
    offered = ["graphql-ws", Encoding.HTML.subprotocol, Encoding.JSON.subprotocol]
    async with visit(server, subprotocols=offered) as reader:
        assert reader.connection.subprotocol == Encoding.HTML.subprotocol


async def refused(server, **options) -> int:
    with pytest.raises(websockets.InvalidStatus) as refusal:
        async with visit(server, **options):
            pass
    return refusal.value.response.status_code


async def test_only_unknown_subprotocols_are_refused(server):
    assert await refused(server, subprotocols=["graphql-ws"]) == 400


async def test_a_foreign_origin_is_refused(server):
    assert await refused(server, origin="https://evil.example") == 403


async def test_the_servers_own_pages_and_allowed_origins_may_connect(desk):
    async with running(desk.url, origins=("https://partner.example",)) as server:
        for origin in (server.url, "https://partner.example"):
            async with visit(server, origin=origin) as reader:
                assert (await reader.next())["type"] == "hello"


@pytest.mark.parametrize("feed", ["nothing", "No-Such-Feed", "a" * 65, "%00"])
async def test_an_unknown_feed_is_accepted_and_closed_for_good(server, feed):
    async with visit(server, feed=feed) as reader:
        code, reason = await reader.closed()
        assert (code, reason) == (1008, "no such feed")


async def test_who_comes_back_continues_from_its_position(server, desk):
    async with visit(server) as reader:
        _, snapshot, _ = await reader.greeted()
    numbers = [desk.publish(f"Story {n}") for n in range(3)]
    await eventually(lambda: server.feed().position.seq == numbers[-1])
    async with visit(server, after=snapshot["position"]) as reader:
        hello, *entries, _ = await reader.greeted()
        assert hello["resumed"] is True
        assert [entry["number"] for entry in entries] == numbers
        assert entries[-1]["position"] == hello["position"]


@pytest.mark.parametrize("after", ["nonsense", "1-deadbeef", "99999-deadbeef", "0-00000000", ""])
async def test_a_malformed_foreign_or_future_position_starts_over(server, desk, after):
    desk.publish()
    await eventually(lambda: server.feed().position.seq == 2)
    async with visit(server, after=after) as reader:
        hello, snapshot, _ = await reader.greeted()
        assert hello["resumed"] is False
        assert snapshot["position"] == hello["position"]


async def test_the_log_is_asked_once_for_all_who_come_from_the_same_place_ahead(
    server, desk, valkey
):
    """A server that was behind: everybody who comes over from another is ahead of it."""
    ahead = f"{server.feed().position.seq + 3}-deadbeef"
    before = reads_of_the_log(desk)
    async with AsyncExitStack() as stack:
        valkey.pause()
        stack.callback(valkey.resume)
        visits = [visit(server, after=ahead) for _ in range(40)]
        readers = await asyncio.gather(*(stack.enter_async_context(one) for one in visits))
        await eventually(lambda: server.feeds._asking)
        valkey.resume()
        for reader in readers:
            assert (await reader.next("hello"))["resumed"] is False
    assert reads_of_the_log(desk) - before == 2  # its newest entry, and what follows the position


def reads_of_the_log(desk):
    return desk.client.info("commandstats").get("cmdstat_zrange", {"calls": 0})["calls"]


async def test_a_reader_ahead_of_this_server_waits_for_it(server, desk):
    """It comes over from another server, which was a moment faster."""
    desk.client.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
    receipts = [desk.append(Op.PUBLISH) for _ in range(20)]
    async with visit(server, after=receipts[-1].position) as reader:
        hello, _ = await reader.greeted()
        assert hello["resumed"] is True
        assert hello["position"] == str(receipts[-1].position)


async def test_every_change_arrives_once_and_in_order(server, desk):
    async with visit(server) as reader:
        await reader.greeted()
        number = desk.publish("First")
        other = desk.publish("Second")
        changes = [
            (Op.UPDATE, number, {}),
            (Op.CORRECT, number, {"note": "A name was wrong."}),
            (Op.REFILE, number, {}),
            (Op.PIN, number, {}),
            (Op.UNPIN, number, {}),
            (Op.HOLD, number, {"note": "We are checking this."}),
            (Op.RELEASE, number, {}),
            (Op.KILL, number, {"substitute": other}),
            (Op.FEED, 0, {"facts": Facts(title="Another title")}),
        ]
        for op, which, more in changes:
            desk.append(op, which, **more)
        entries = [await reader.next("entry") for _ in range(len(changes) + 2)]
        assert [e["op"] for e in entries[2:]] == [str(op) for op, _, _ in changes]
        assert [e["seq"] for e in entries] == list(range(2, len(changes) + 4))


async def test_a_withdrawn_text_is_not_sent_to_who_comes_back(server, desk):
    start = server.feed().position
    number = desk.publish("The minister resigns")
    desk.append(Op.CORRECT, number, story=make_story("The minister resigns, says aide"))
    desk.append(Op.KILL, number, note="Not confirmed.")
    await eventually(lambda: server.feed().position.seq == 4)
    for encoding in Encoding:
        for after in (None, start):
            async with visit(server, encoding=encoding, after=after) as reader:
                assert "minister" not in json.dumps(await reader.greeted())


async def test_likes_are_counted_once_a_token_and_shown_to_all(desk):
    number = desk.publish()
    async with (
        running(desk.url, limits=Limits(likes_seconds=0.05)) as server,
        visit(server) as one,
        visit(server, encoding=Encoding.MSGPACK) as other,
    ):
        *_, likes = await one.greeted()
        assert likes["counts"] == {str(number): 0}
        await other.greeted()
        like = {"type": "like", "number": number, "token": "q7Jx2mPz0aVb"}
        await one.connection.send(json.dumps(like))
        await one.connection.send(json.dumps(like))
        assert (await one.next("likes"))["counts"] == {str(number): 1}
        assert (await other.next("likes"))["counts"] == {str(number): 1}


async def test_a_like_of_no_story_changes_nothing(desk):
    number = desk.publish()
    killed = desk.publish()
    desk.append(Op.KILL, killed)
    async with running(desk.url, limits=Limits(likes_seconds=0.05)) as server, visit(server) as one:
        await one.greeted()
        for liked in (killed, 999, number):
            like = {"type": "like", "number": liked, "token": "q7Jx2mPz0aVb"}
            await one.connection.send(json.dumps(like))
        assert (await one.next("likes"))["counts"] == {str(number): 1}


async def test_a_pulse_says_how_the_feed_is(desk):
    async with (
        running(desk.url, limits=Limits(pulse_seconds=0.05)) as server,
        visit(server) as reader,
        visit(server) as other,
    ):
        await reader.greeted()
        await other.greeted()
        pulse = await reader.next("pulse")
        assert pulse["position"] == str(server.feed().position)
        assert pulse["readers"] == 2
        assert pulse["upstream"] is True


async def test_pulses_stand_in_order_with_entries(desk):
    """Each pulse has exactly the position that the reader is at."""
    limits = Limits(pulse_seconds=0.01)
    async with running(desk.url, limits=limits) as server, visit(server) as reader:
        _, snapshot, _ = await reader.greeted()
        position, entries, pulses = snapshot["position"], 0, 0
        publishing = asyncio.create_task(asyncio.to_thread(publish_many, desk, 30))
        while entries < 30 or pulses < 30:
            message = await reader.next("entry", "pulse")
            if message["type"] == "entry":
                position = message["position"]
                entries += 1
            else:
                assert message["position"] == position
                pulses += 1
        await publishing


def publish_many(desk, count):
    for n in range(count):
        desk.publish(f"Story {n}")


async def test_a_feed_that_was_made_just_now_is_there_for_who_asks_again(server, desk):
    async with visit(server, feed="election") as reader:
        assert (await reader.closed())[0] == 1008
    NewsDesk(desk.url, "election").client.close()
    async with visit(server, feed="election") as reader:
        assert (await reader.next())["type"] == "hello"


async def test_who_waits_for_what_it_has_seen_elsewhere_has_a_place_already(desk, valkey):
    """A storm of readers who are ahead: they wait together, and no more come in than may."""
    async with running(desk.url, limits=Limits(readers=3)) as server, AsyncExitStack() as stack:
        ahead = f"{server.feed().position.seq + 3}-deadbeef"
        valkey.pause()
        stack.callback(valkey.resume)
        visits = [visit(server, after=ahead) for _ in range(10)]
        readers = await asyncio.gather(*(stack.enter_async_context(one) for one in visits))
        put_off = await asyncio.gather(*(reader.next("bye") for reader in readers[3:]))
        assert {bye["reason"] for bye in put_off} == {"full"}
        valkey.resume()
        for reader in readers[:3]:
            await reader.next("hello")


async def test_a_full_server_asks_to_come_later(desk):
    async with running(desk.url, limits=Limits(readers=1)) as server:
        async with visit(server) as first:
            await first.greeted()
            async with visit(server) as second:
                bye = await second.next()
                assert bye["type"] == "bye"
                assert bye["retry_ms"] >= 5_000
                assert (await second.closed())[0] == 1013
        await eventually(lambda: server.feeds.readers == 0)
        async with visit(server) as third:
            assert (await third.next())["type"] == "hello"


async def test_who_leaves_is_not_counted_any_more(server):
    async with visit(server) as reader:
        await reader.greeted()
        assert server.feeds.readers == 1
    await eventually(lambda: server.feeds.readers == 0)
