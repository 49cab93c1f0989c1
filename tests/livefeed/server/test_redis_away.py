"""Redis goes away and comes back: pages stay, readers are told, and nothing is missing after it."""

import asyncio
import logging

import httpx
import pytest

from livefeed.position import Position
from livefeed.server.limits import Limits
from livefeed.tail import Tail
from news_desk import NewsDesk
from servers import Server, valkey_program
from serving import eventually, running, visit

BRISK = Limits(pulse_seconds=0.1, feeds_seconds=0.1, likes_seconds=0.1, unknown_feed_seconds=0.05)


@pytest.fixture
def away():
    """A log whose server a test may kill."""
    with Server(valkey_program(), appendonly="yes", appendfsync="always") as server:
        yield server


async def test_pages_stay_and_readers_are_told(away, caplog):
    desk = NewsDesk(away.url)
    desk.publish("Polls have closed")
    async with (
        running(away.url, limits=BRISK) as server,
        visit(server) as reader,
        httpx.AsyncClient(base_url=server.url) as browser,
    ):
        await reader.greeted()
        away.kill()
        while (await reader.next("pulse"))["upstream"]:
            pass
        assert "Polls have closed" in (await browser.get("/feeds/news")).text
        assert (await browser.get("/healthz")).status_code == 200
        await eventually(lambda: server.feeds.failure is not None)
        ready = await browser.get("/readyz")
        assert ready.status_code == 503
        assert ready.json()["feeds"]["news"]["upstream"] is False
        await reader.connection.send('{"type":"like","number":2,"token":"q7Jx2mPz0aVb"}')
        await eventually(lambda: "A like of news was lost" in caplog.text)
        async with visit(server) as late:
            hello, snapshot, pulse, _ = await late.greeted()
            assert hello["resumed"] is False
            assert len(snapshot["stories"]) == 1
            assert pulse["upstream"] is False

        away.start()
        desk = NewsDesk(away.url, make=False)
        number = desk.publish("Here again")
        assert (await reader.next("entry"))["number"] == number
        while not (await reader.next("pulse"))["upstream"]:
            pass
        await eventually(lambda: server.feeds.failure is None)
        assert (await browser.get("/readyz")).status_code == 200


async def test_what_is_not_known_here_can_only_be_asked_for_later(away):
    desk = NewsDesk(away.url)
    async with (
        running(away.url, limits=BRISK) as server,
        httpx.AsyncClient(base_url=server.url) as browser,
    ):
        ahead = server.feed().position
        away.kill()
        await eventually(lambda: server.feeds.failure is not None)
        page = await browser.get("/feeds/election")
        assert page.status_code == 503
        assert int(page.headers["retry-after"]) > 0
        assert str(away.folder) not in page.text
        async with visit(server, feed="election") as reader:
            assert (await reader.next())["type"] == "bye"
            assert (await reader.closed())[0] == 1013
        async with visit(server, after=f"{ahead.seq + 1}-deadbeef") as reader:
            assert (await reader.closed())[0] == 1013
    desk.client.close()


async def test_a_redis_that_only_stands_still_holds_up_nobody(away):
    desk = NewsDesk(away.url)
    desk.publish("Polls have closed")
    async with (
        running(away.url, limits=BRISK) as server,
        visit(server) as reader,
        httpx.AsyncClient(base_url=server.url) as browser,
    ):
        await reader.greeted()
        away.pause()
        assert "Polls have closed" in (await browser.get("/feeds/news")).text
        assert (await browser.get("/healthz")).status_code == 200
        await reader.next("pulse")
        async with visit(server) as late:
            await late.greeted()
        away.resume()
        number = desk.publish("It goes on")
        assert (await reader.next("entry"))["number"] == number
    desk.client.close()


async def test_a_server_that_starts_before_redis_waits_for_it(away):
    NewsDesk(away.url).client.close()
    away.kill()
    async with (
        running(away.url, limits=BRISK) as server,
        httpx.AsyncClient(base_url=server.url) as browser,
    ):
        assert (await browser.get("/healthz")).status_code == 200
        assert (await browser.get("/readyz")).status_code == 503
        assert (await browser.get("/feeds/news")).status_code == 503
        away.start()
        await eventually(server.feeds.all)
        assert (await browser.get("/feeds/news")).status_code == 200


async def test_a_log_restored_from_an_old_backup_starts_readers_over(away):
    desk = NewsDesk(away.url)
    desk.publish("Before the backup")
    backup = {key: desk.client.dump(key) for key in desk.client.keys("*")}
    desk.publish("After the backup")
    async with running(away.url, limits=BRISK) as server, visit(server) as reader:
        _, snapshot, _ = await reader.greeted()
        assert len(snapshot["stories"]) == 2
        with desk.client.pipeline() as pipeline:
            pipeline.flushall()
            for key, value in backup.items():
                pipeline.restore(key, 0, value)
            pipeline.execute()
        hello = await reader.next("hello")
        assert hello["resumed"] is False
        snapshot = await reader.next("snapshot")
        assert [s["story"]["headlines"][0]["value"] for s in snapshot["stories"]] == [
            "Before the backup"
        ]
    desk.client.close()


async def test_the_likes_of_another_history_are_read_even_if_they_changed_as_often(away):
    desk = NewsDesk(away.url)
    number = desk.publish("Before the backup")
    desk.client.hset(desk.keys.likes, mapping={number: 7, "changes": 1})
    backup = {key: desk.client.dump(key) for key in desk.client.keys("*")}
    desk.client.hset(desk.keys.likes, number, 1)
    desk.publish("After the backup")
    async with running(away.url, limits=BRISK) as server, visit(server) as reader:
        while (await reader.next("likes"))["counts"].get(str(number)) != 1:
            pass
        with desk.client.pipeline() as pipeline:
            pipeline.flushall()
            for key, value in backup.items():
                pipeline.restore(key, 0, value)
            pipeline.execute()
        while (await reader.next("likes"))["counts"].get(str(number)) != 7:
            pass
    desk.client.close()


async def test_a_redis_that_was_emptied_is_told_to_readers_and_operators(away, caplog):
    desk = NewsDesk(away.url)
    desk.publish("Polls have closed")
    async with (
        running(away.url, limits=BRISK) as server,
        visit(server) as reader,
        httpx.AsyncClient(base_url=server.url) as browser,
    ):
        await reader.greeted()
        desk.client.flushall()
        while (await reader.next("pulse"))["upstream"]:
            pass
        assert "Polls have closed" in (await browser.get("/feeds/news")).text
        assert caplog.text.count("The log of news is gone") == 1
    desk.client.close()


async def test_bad_messages_on_the_channel_are_counted_and_the_next_good_one_arrives(
    server, desk, caplog
):
    caplog.set_level(logging.WARNING)
    async with visit(server) as reader, httpx.AsyncClient(base_url=server.url) as browser:
        await reader.greeted()
        for garbage in (b"", b"hello", b"\x91" * 10_000, b"\xc1", b"\x82\xa1v\x02\xa1x\x01"):
            desk.client.publish("livefeed:{news}", garbage)
        number = desk.publish("A good one")
        assert (await reader.next("entry"))["number"] == number
        ready = (await browser.get("/readyz")).json()
        assert ready["feeds"]["news"]["bad_messages"] == 5
        assert ready["feeds"]["news"]["position"] == str(server.feed().position)


async def test_an_unknown_name_asks_redis_once_a_while_whoever_asks(server, desk):
    def asked() -> int:
        stats = desk.client.info("commandstats")
        return stats["cmdstat_smembers"]["calls"]

    before = asked()
    async with httpx.AsyncClient(base_url=server.url) as browser:
        answers = await asyncio.gather(*(browser.get(f"/feeds/name-{n}") for n in range(50)))
    assert {answer.status_code for answer in answers} == {404}
    assert asked() <= before + 2


async def test_a_follower_that_fails_reads_everything_again(server, desk, caplog):
    """Broken on purpose: a tail that the next entry cannot follow."""
    feed = server.feed()
    async with visit(server) as reader:
        await reader.greeted()
        feed.tail = Tail(Position(0, "deadbeef"))
        number = desk.publish("After the fault")
        assert (await reader.next("entry"))["number"] == number
        assert "is started anew" in caplog.text
        again = desk.publish("And on it goes")
        assert (await reader.next("entry"))["number"] == again
