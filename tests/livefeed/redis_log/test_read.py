"""Reading the log from real servers, blocking and asynchronous."""

import logging
import threading

import pytest
from desk import Desk

from livefeed.entry import Facts, Op
from livefeed.errors import LogUnusable, UnknownFeed, UnknownStory, Unreachable
from livefeed.position import Position
from livefeed.redis_log import read
from livefeed.redis_log.append import create_feed
from livefeed.redis_log.connect import connect, connect_async


class Reader:
    """Asks the blocking and the asynchronous reader, which must agree."""

    def __init__(self, url):
        self._url = url

    async def __call__(self, name, *arguments, **options):
        with connect(self._url) as client:
            blocking = outcome(lambda: getattr(read, name)(client, *arguments, **options))
        async with connect_async(self._url) as client:
            asking = getattr(read, f"{name}_async")(client, *arguments, **options)
            try:
                other = (await asking, None)
            except Exception as error:  # noqa: BLE001 - it is compared
                other = (None, error)
        assert blocking[0] == other[0]
        assert type(blocking[1]) is type(other[1])
        if blocking[1]:
            assert (blocking[1].message, blocking[1].hint) == (other[1].message, other[1].hint)
            raise blocking[1]
        return blocking[0]


def outcome(ask):
    try:
        return ask(), None
    except Exception as error:  # noqa: BLE001 - it is compared
        return None, error


@pytest.fixture
def reader(log_url):
    return Reader(log_url)


async def test_feeds_are_named_in_order(reader, news):
    for name in ("sport", "election-night"):
        create_feed(news.client, name, Facts(title=name))
    assert await reader("feed_names") == ["election-night", "news", "sport"]


async def test_a_name_without_a_feed_is_no_feed(reader, news):
    news.client.sadd("livefeed:feeds", "half-made", "Not A Name")
    assert await reader("feed_names") == ["news"]


async def test_a_feed_as_it_stands(reader, news):
    numbers = [news.publish(f"Headline {n}") for n in range(12)]
    news.do("pin", numbers[3])
    news.do("hold", numbers[4])
    fold = await reader("read_fold", "news")
    assert list(fold.stories) == numbers
    assert fold.pinned == (numbers[3],)
    assert fold.stories[numbers[4]].op is Op.HOLD
    assert fold.facts == Facts(title="News")
    assert fold == news.folded_log()


async def test_a_snapshot_has_the_newest_entries(reader, news):
    for _ in range(5):
        news.publish()
    snapshot = await reader("read_snapshot", "news", tail=3)
    assert list(snapshot.tail) == news.log()[-3:]
    assert snapshot.tail[-1].position == snapshot.fold.position
    assert (await reader("read_snapshot", "news")).tail == ()
    assert len((await reader("read_snapshot", "news", tail=99)).tail) == 6


async def test_a_snapshot_without_its_log_has_no_tail(reader, news):
    news.publish()
    position = news.fold().position
    news.client.delete(news.keys.log)
    snapshot = await reader("read_snapshot", "news", tail=3)
    assert snapshot.tail == ()
    assert snapshot.fold.position == position


async def test_a_tail_ends_where_an_entry_cannot_be_read(reader, news, caplog):
    for _ in range(4):
        news.publish()
    news.client.zremrangebyscore(news.keys.log, 3, 3)
    news.client.zadd(news.keys.log, {b"garbage": 3})
    with caplog.at_level(logging.WARNING):
        snapshot = await reader("read_snapshot", "news", tail=5)
    assert [entry.seq for entry in snapshot.tail] == [4, 5]
    assert "cannot be read" in caplog.text


async def test_a_lost_head_is_found_in_the_log(reader, news):
    news.publish()
    position = news.fold().position
    for damage in (
        lambda: news.client.hset(news.keys.head, mapping={"seq": 1, "tag": "00000000"}),
        lambda: news.client.delete(news.keys.head),
    ):
        damage()
        assert (await reader("read_fold", "news")).position == position


async def test_with_head_and_log_gone_it_says_so(reader, news):
    news.publish()
    news.client.delete(news.keys.head, news.keys.log)
    with pytest.raises(LogUnusable, match="log of news is gone"):
        await reader("read_fold", "news")


async def test_damaged_facts_are_the_operators(reader, news):
    news.client.hset(news.keys.facts, "state", "sleeping")
    with pytest.raises(LogUnusable, match="facts of news are damaged"):
        await reader("read_fold", "news")


async def test_facts_of_a_later_livefeed_are_left_alone(reader, news):
    news.client.hset(news.keys.facts, "weather", "fine")
    assert (await reader("read_fold", "news")).facts == Facts(title="News")


async def test_a_story_that_cannot_be_read_does_not_take_the_feed_with_it(reader, news, caplog):
    first, second = news.publish(), news.publish()
    news.client.hset(news.keys.stories, first, b"garbage")
    with caplog.at_level(logging.WARNING):
        assert list((await reader("read_fold", "news")).stories) == [second]
    with pytest.raises(LogUnusable, match=f"#{first} of news cannot be read"):
        await reader("read_story", "news", first)


async def test_a_story_is_read_by_its_number(reader, news):
    number = news.publish("One")
    assert await reader("read_story", "news", number) == news.log()[-1]
    news.do("kill", number)
    assert (await reader("read_story", "news", number)).op is Op.KILL


async def test_unknown_names_and_numbers_name_the_nearest(reader, news):
    for _ in range(3):
        news.publish()
    for number, near in ((1, 2), (9, 4), (0, 2)):
        with pytest.raises(UnknownStory) as unknown:
            await reader("read_story", "news", number)
        assert unknown.value.hint == f"The nearest is #{near}."
    for name in ("read_fold", "read_snapshot"):
        with pytest.raises(UnknownFeed) as unknown:
            await reader(name, "nws")
        assert unknown.value.hint == "Did you mean news?"
    with pytest.raises(UnknownFeed):
        await reader("read_story", "nws", 2)
    with pytest.raises(UnknownFeed):
        await reader("read_after", "nws", Position(1, "00000000"), limit=5)


def test_the_text_of_a_held_story_is_read_for_its_release(news):
    number = news.publish("One")
    before = read.read_story(news.client, "news", number)
    with pytest.raises(UnknownStory, match=f"#{number} of news is not held; it is live"):
        read.read_held(news.client, "news", number)
    news.do("hold", number)
    assert read.read_held(news.client, "news", number) == before
    news.do("kill", number)
    with pytest.raises(UnknownStory, match="it is killed"):
        read.read_held(news.client, "news", number)
    with pytest.raises(UnknownStory):
        read.read_held(news.client, "news", 99)


async def test_entries_after_a_position(reader, news):
    position = news.fold().position
    for _ in range(5):
        news.publish()
    assert await reader("read_after", "news", position, limit=3) == news.log()[1:4]
    assert await reader("read_after", "news", news.fold().position, limit=3) == []
    assert await reader("read_after", "news", Position(3, "00000000"), limit=3) is None
    assert await reader("read_after", "news", Position(99, "00000000"), limit=3) is None


async def test_a_key_of_another_type_is_the_operators(reader, news):
    for key in ("facts", "stories", "pinned", "log", "head"):
        saved = news.everything()
        news.client.delete(getattr(news.keys, key))
        news.client.set(getattr(news.keys, key), "x")
        with pytest.raises(LogUnusable, match="WRONGTYPE"):
            await reader("read_fold", "news")
        news.client.flushall()
        for name, dump in saved.items():
            news.client.restore(name, 0, dump)


async def test_without_redis_both_readers_say_where_it_should_be():
    with pytest.raises(Unreachable, match="unix:///nowhere/s"):
        await Reader("unix:///nowhere/s")("feed_names")


async def test_a_silent_redis_is_waited_for_as_long_as_was_said(own_server):
    own_server.pause()
    async with connect_async(own_server.url, patience=0.2) as client:
        with pytest.raises(Unreachable, match="does not answer"):
            await read.feed_names_async(client)
        own_server.resume()
        assert await read.feed_names_async(client) == []


def test_a_snapshot_fits_together_while_others_append(log_url):
    with Desk(log_url) as news, Desk(log_url, feed="other") as other:
        ending = threading.Event()

        def push():
            while not ending.is_set():
                number = news.publish()
                news.do("pin", number)
                news.do("kill", number)

        pushing = threading.Thread(target=push)
        pushing.start()
        try:
            for _ in range(200):
                snapshot = read.read_snapshot(other.client, "news", tail=1)
                (newest,) = snapshot.tail
                assert newest.position == snapshot.fold.position
                fold = snapshot.fold
                assert max(e.seq for e in fold.stories.values() or [newest]) <= newest.seq
                if newest.op is not Op.FEED and newest.op is not Op.PIN:
                    assert fold.stories[newest.number] == newest
                assert (newest.number in fold.pinned) is (newest.op is Op.PIN)
        finally:
            ending.set()
            pushing.join()
