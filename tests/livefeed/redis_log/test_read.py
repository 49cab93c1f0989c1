"""Reading the log from real servers, blocking and asynchronous."""

import itertools
import logging
import threading

import pytest

from livefeed.entry import Facts, Op
from livefeed.errors import LogUnusable, UnknownFeed, UnknownStory, Unreachable
from livefeed.position import Position
from livefeed.redis_log.append import create_feed
from livefeed.redis_log.connect import connect, connect_async
from livefeed.redis_log.questions import (
    after,
    feed_names,
    held,
    revisions,
    snapshot,
    story,
)
from livefeed.redis_log.read import ask, ask_async, feed_names_async
from news_desk import NewsDesk


class Reader:
    """Asks the blocking and the asynchronous reader, which must agree."""

    def __init__(self, url):
        self._url = url

    async def __call__(self, question, *arguments, **options):
        with connect(self._url) as client:
            blocking = outcome(lambda: ask(client, question(*arguments, **options)))
        async with connect_async(self._url) as client:
            try:
                other = (await ask_async(client, question(*arguments, **options)), None)
            except Exception as error:  # noqa: BLE001 - it is compared
                other = (None, error)
        assert blocking[0] == other[0]
        assert type(blocking[1]) is type(other[1])
        if blocking[1]:
            assert (blocking[1].message, blocking[1].hint) == (other[1].message, other[1].hint)
            raise blocking[1]
        return blocking[0]


def outcome(asking):
    try:
        return asking(), None
    except Exception as error:  # noqa: BLE001 - it is compared
        return None, error


@pytest.fixture
def reader(log_url):
    return Reader(log_url)


async def test_feeds_are_named_in_order(reader, news):
    for name in ("sport", "election-night"):
        create_feed(news.client, name, Facts(title=name))
    assert await reader(feed_names) == ["election-night", "news", "sport"]


async def test_a_name_without_a_feed_is_no_feed(reader, news):
    news.client.sadd("livefeed:feeds", "half-made", "Not A Name")
    assert await reader(feed_names) == ["news"]


async def test_a_feed_as_it_stands(reader, news):
    numbers = [news.publish(f"Headline {n}") for n in range(12)]
    news.append("pin", numbers[3])
    news.append("hold", numbers[4])
    fold = (await reader(snapshot, "news")).fold
    assert list(fold.stories) == numbers
    assert fold.pinned == (numbers[3],)
    assert fold.stories[numbers[4]].op is Op.HOLD
    assert fold.facts == Facts(title="All about news")
    assert fold == news.folded_log()


async def test_a_snapshot_has_the_newest_entries(reader, news):
    for _ in range(5):
        news.publish()
    found = await reader(snapshot, "news", tail=3)
    assert list(found.tail) == news.log()[-3:]
    assert found.tail[-1].position == found.fold.position
    assert (await reader(snapshot, "news")).tail == ()
    assert len((await reader(snapshot, "news", tail=99)).tail) == 6


async def test_a_snapshot_without_its_log_has_no_tail(reader, news):
    news.publish()
    position = news.fold().position
    news.client.delete(news.keys.log)
    found = await reader(snapshot, "news", tail=3)
    assert found.tail == ()
    assert found.fold.position == position


async def test_a_tail_ends_where_an_entry_cannot_be_read(reader, news, caplog):
    for _ in range(4):
        news.publish()
    news.client.zremrangebyscore(news.keys.log, 3, 3)
    news.client.zadd(news.keys.log, {b"garbage": 3})
    with caplog.at_level(logging.WARNING):
        found = await reader(snapshot, "news", tail=5)
    assert [entry.seq for entry in found.tail] == [4, 5]
    assert "cannot be read" in caplog.text


async def test_a_lost_head_is_found_in_the_log(reader, news):
    news.publish()
    position = news.fold().position
    for damage in (
        lambda: news.client.hset(news.keys.head, mapping={"seq": 1, "tag": "00000000"}),
        lambda: news.client.delete(news.keys.head),
    ):
        damage()
        assert (await reader(snapshot, "news")).fold.position == position


async def test_with_head_and_log_gone_it_says_so(reader, news):
    news.publish()
    news.client.delete(news.keys.head, news.keys.log)
    with pytest.raises(LogUnusable, match="log of news is gone"):
        await reader(snapshot, "news")


async def test_damaged_facts_are_the_operators(reader, news):
    news.client.hset(news.keys.facts, "state", "sleeping")
    with pytest.raises(LogUnusable, match="facts of news are damaged"):
        await reader(snapshot, "news")


async def test_facts_of_a_later_livefeed_are_left_alone(reader, news):
    news.client.hset(news.keys.facts, "weather", "fine")
    assert (await reader(snapshot, "news")).fold.facts == Facts(title="All about news")


async def test_a_story_that_cannot_be_read_does_not_take_the_feed_with_it(reader, news, caplog):
    first, second = news.publish(), news.publish()
    news.client.hset(news.keys.stories, first, b"garbage")
    with caplog.at_level(logging.WARNING):
        assert list((await reader(snapshot, "news")).fold.stories) == [second]
    with pytest.raises(LogUnusable, match=f"#{first} of news cannot be read"):
        await reader(story, "news", first)


async def test_a_story_is_read_by_its_number(reader, news):
    number = news.publish("One")
    assert await reader(story, "news", number) == news.log()[-1]
    news.append("kill", number)
    assert (await reader(story, "news", number)).op is Op.KILL


async def test_unknown_names_and_numbers_name_the_nearest(reader, news):
    for _ in range(3):
        news.publish()
    for number, near in ((1, 2), (9, 4), (0, 2)):
        with pytest.raises(UnknownStory) as unknown:
            await reader(story, "news", number)
        assert unknown.value.hint == f"The nearest is #{near}."
    with pytest.raises(UnknownFeed) as unknown_feed:
        await reader(snapshot, "nws")
    assert unknown_feed.value.hint == "Did you mean news?"
    with pytest.raises(UnknownFeed):
        await reader(story, "nws", 2)
    with pytest.raises(UnknownFeed):
        await reader(after, "nws", Position(1, "00000000"), limit=5)


async def test_the_text_of_a_held_story_is_read_for_its_release(reader, news):
    number = news.publish("One")
    before = await reader(story, "news", number)
    with pytest.raises(UnknownStory, match=f"#{number} of news is not held; it is live"):
        await reader(held, "news", number)
    news.append("hold", number)
    assert await reader(held, "news", number) == before
    news.append("kill", number)
    with pytest.raises(UnknownStory, match="it is killed"):
        await reader(held, "news", number)
    with pytest.raises(UnknownStory):
        await reader(held, "news", 99)


async def test_a_storys_revisions_are_its_texts_oldest_first(reader, news):
    number = news.publish("One")
    news.publish("Another")
    for op in ("correct", "update", "pin", "refile"):
        news.append(op, number)
    told = [entry for entry in news.log() if entry.number == number and entry.story]
    assert await reader(revisions, "news", number, most=9) == told
    assert [entry.rev for entry in told] == [1, 2, 3, 4]
    for most in (1, 2, 3, 4):
        assert await reader(revisions, "news", number, most=most) == told[-most:]
    with pytest.raises(UnknownStory):
        await reader(revisions, "news", 99, most=9)


async def test_revisions_end_where_a_text_was_withdrawn(reader, news):
    number = news.publish("One")
    news.append("correct", number)
    news.append("correct", number, redacts=True)
    news.append("update", number)
    assert [e.rev for e in await reader(revisions, "news", number, most=9)] == [3, 4]
    news.append("hold", number)
    assert await reader(revisions, "news", number, most=9) == []
    news.append("release", number)
    assert [e.rev for e in await reader(revisions, "news", number, most=9)] == [6]
    news.append("kill", number)
    assert await reader(revisions, "news", number, most=9) == []


async def test_revisions_end_where_the_log_does_or_cannot_be_read(reader, log_url, caplog):
    with NewsDesk(log_url, keep=4) as news:
        number = news.publish("One")
        for _ in range(4):
            news.append("update", number)
        assert [e.rev for e in await reader(revisions, "news", number, most=9)] == [2, 3, 4, 5]
        for _ in range(3):
            news.append("pin", number)
        assert [e.rev for e in await reader(revisions, "news", number, most=9)] == [5]
        news.append("update", number)
        news.client.zremrangebyscore(news.keys.log, 6, 6)
        news.client.zadd(news.keys.log, {b"garbage": 6})
        with caplog.at_level(logging.WARNING):
            assert [e.rev for e in await reader(revisions, "news", number, most=9)] == [6]


@pytest.mark.parametrize("looks", [0, 1, 2, 3])
def test_revisions_that_are_withdrawn_while_they_are_read_are_not_told(log_url, looks):
    """A kill before one of the reader's looks at Redis, whichever it is."""

    def with_kill(question):
        commands = next(question)
        for look in itertools.count():
            if look == looks:
                news.append("kill", number)
            try:
                commands = question.send((yield commands))
            except StopIteration as answered:
                return answered.value

    with NewsDesk(log_url) as news:
        number = news.publish("One")
        news.append("correct", number)
        assert ask(news.client, with_kill(revisions("news", number, most=9))) == []
        assert news.log()[-1].op is Op.KILL


async def test_entries_after_a_position(reader, news):
    position = news.fold().position
    for _ in range(5):
        news.publish()
    assert await reader(after, "news", position, limit=3) == news.log()[1:4]
    assert await reader(after, "news", news.fold().position, limit=3) == []
    assert await reader(after, "news", Position(3, "00000000"), limit=3) is None
    assert await reader(after, "news", Position(99, "00000000"), limit=3) is None


async def test_a_key_of_another_type_is_the_operators(reader, news):
    for key in ("facts", "stories", "pinned", "log", "head"):
        saved = news.everything()
        news.client.delete(getattr(news.keys, key))
        news.client.set(getattr(news.keys, key), "x")
        with pytest.raises(LogUnusable, match="WRONGTYPE"):
            await reader(snapshot, "news")
        news.client.flushall()
        for name, dump in saved.items():
            news.client.restore(name, 0, dump)


async def test_without_redis_both_readers_say_where_it_should_be():
    with pytest.raises(Unreachable, match="unix:///nowhere/s"):
        await Reader("unix:///nowhere/s")(feed_names)


async def test_a_silent_redis_is_waited_for_as_long_as_was_said(own_server):
    own_server.pause()
    async with connect_async(own_server.url, patience=0.2) as client:
        with pytest.raises(Unreachable, match="does not answer"):
            await feed_names_async(client)
        own_server.resume()
        assert await feed_names_async(client) == []


def test_a_snapshot_fits_together_while_others_append(log_url):
    with NewsDesk(log_url) as news, NewsDesk(log_url, feed="other") as other:
        ending = threading.Event()

        def push():
            while not ending.is_set():
                number = news.publish()
                news.append("pin", number)
                news.append("kill", number)

        pushing = threading.Thread(target=push)
        pushing.start()
        try:
            for _ in range(200):
                found = ask(other.client, snapshot("news", tail=1))
                (newest,) = found.tail
                assert newest.position == found.fold.position
                fold = found.fold
                assert max(e.seq for e in fold.stories.values() or [newest]) <= newest.seq
                if newest.op is not Op.FEED and newest.op is not Op.PIN:
                    assert fold.stories[newest.number] == newest
                assert (newest.number in fold.pinned) is (newest.op is Op.PIN)
        finally:
            ending.set()
            pushing.join()
