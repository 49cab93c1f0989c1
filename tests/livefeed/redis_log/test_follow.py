"""The follower against real servers that are killed, stopped, paused, emptied and lied to."""

import asyncio
import logging
from contextlib import aclosing

import msgpack
import pytest

from cut_line import HalfOpenLine
from following import Following
from livefeed.errors import UnknownFeed, UsageError
from livefeed.position import Position, next_tag
from livefeed.redis_log.follow import Reset, Upstream, _Follower, follow
from livefeed.wire import channel
from news_desk import NewsDesk

GARBAGE = {
    "text": b"hello",
    "empty": b"",
    "another version": b"\xde\x00\x07" + msgpack.packb({"v": 2})[1:],
    "nested 10,000 deep": b"\x91" * 10_000,
    "the wrong types": msgpack.packb({"v": 1, "feed": [], "seq": "x"}),
    "too large": b"\x00" * (600 * 1024),
}


async def test_without_a_position_the_feed_as_it_stands_comes_first(news):
    number = news.publish()
    async with Following(news.url, tail=10) as following:
        await following.until_state(Upstream.FOLLOWING)
        (reset,) = following.events
        assert reset.fold == news.fold()
        assert list(reset.fold.stories) == [number]
        assert list(reset.tail) == news.log()


async def test_each_entry_comes_as_it_is_appended(news):
    async with Following(news.url) as following:
        await following.until_state(Upstream.FOLLOWING)
        for op in ("publish", "correct", "pin", "hold", "release", "kill"):
            news.append(op, 0 if op == "publish" else 2)
        await following.until_seq(7)
        assert following.seqs == [1, 2, 3, 4, 5, 6, 7]
        assert following.fold == news.fold()
        assert following.bad == []


@pytest.mark.parametrize("form", [lambda position: position, str])
async def test_it_continues_from_a_position(news, form):
    news.publish()
    position = news.fold().position
    news.publish()
    async with Following(news.url, after=form(position)) as following:
        await following.until_seq(3)
        news.publish()
        await following.until_seq(4)
        assert following.events == news.log()[2:]


async def test_it_continues_from_the_very_beginning(news):
    news.publish()
    root = news.client.hget(news.keys.facts, "root").decode()
    async with Following(news.url, after=Position(0, root)) as following:
        await following.until_seq(2)
        assert following.events == news.log()


async def test_at_the_newest_position_nothing_comes(news):
    async with Following(news.url, after=news.fold().position) as following:
        await following.until_state(Upstream.FOLLOWING)
        assert following.events == []


@pytest.mark.parametrize(
    "position", ["2-00000000", "0-00000000", "99-12345678", "no position", "-1-12345678"]
)
async def test_a_foreign_future_or_malformed_position_gets_a_reset(news, position):
    news.publish()
    async with Following(news.url, after=position) as following:
        await following.until_state(Upstream.FOLLOWING)
        assert [type(event) for event in following.events] == [Reset]


async def test_a_position_that_the_log_no_longer_keeps_gets_a_reset(log_url):
    with NewsDesk(log_url, keep=3) as news:
        old = news.fold().position
        for _ in range(5):
            news.publish()
        async with Following(log_url, after=old) as following:
            await following.until_state(Upstream.FOLLOWING)
            assert [event.fold for event in following.events] == [news.fold()]


async def test_a_long_absence_is_read_in_several_goes(news):
    position = news.fold().position
    for _ in range(450):
        news.publish()
    async with Following(news.url, after=position) as following:
        await following.until_seq(451)
        assert following.seqs == list(range(2, 452))


async def test_a_withdrawn_text_is_not_sent_to_who_comes_back(news):
    position = news.fold().position
    number = news.publish("One", "secret")
    news.append("correct", number)
    news.append("kill", number)
    async with Following(news.url, after=position) as following:
        await following.until_seq(4)
        assert [entry.withdrawn for entry in following.entries] == [True, True, False]
        assert "secret" not in repr(following.events)
        news.publish()
        await following.until_seq(5)


async def test_an_unknown_feed_is_an_error_that_names_the_nearest(news):
    for after in (None, "1-12345678"):
        async with Following(news.url, "mews", after) as following:
            with pytest.raises(UnknownFeed, match="mews") as unknown:
                await following.until(lambda: False)
            assert unknown.value.hint == "Did you mean news?"


async def test_a_malformed_name_or_address_is_wrong_usage(log_url):
    for url, feed in ((log_url, "No Feed"), ("http://h", "news")):
        with pytest.raises(UsageError):
            await anext(follow(url, feed))


@pytest.mark.parametrize("kind", GARBAGE)
async def test_a_bad_message_is_logged_once_counted_and_skipped(news, kind, caplog):
    async with Following(news.url) as following:
        await following.until_state(Upstream.FOLLOWING)
        for _ in range(3):
            news.client.publish(news.keys.channel, GARBAGE[kind])
        news.publish()
        await following.until_seq(2)
        assert len(following.bad) == 3
        assert len([r for r in caplog.records if "Skipped" in r.message]) == 1
        assert following.states == [Upstream.FOLLOWING]


async def test_another_feeds_entry_is_skipped(log_url):
    with NewsDesk(log_url) as news, NewsDesk(log_url, feed="sport") as sport:
        async with Following(log_url) as following:
            await following.until_state(Upstream.FOLLOWING)
            sport.publish()
            news.client.publish(news.keys.channel, channel.encode(sport.log()[-1]))
            await following.until(lambda: following.bad)
            assert "sport" in following.bad[0].message


async def test_50_mb_on_the_channel_do_not_stop_the_next_entry(news):
    async with Following(news.url) as following:
        await following.until_state(Upstream.FOLLOWING)
        news.client.publish(news.keys.channel, b"\x00" * 50_000_000)
        news.publish()
        await following.until_seq(2)
        assert following.seqs == [1, 2]


async def test_a_forged_entry_is_not_believed(news):
    async with Following(news.url) as following:
        await following.until_state(Upstream.FOLLOWING)
        with NewsDesk(news.url, feed="forge") as forge:
            forge.publish("Forged")
            forged = channel.encode(forge.log()[-1]).replace(b"\xa5forge", b"\xa4news")
        news.client.publish(news.keys.channel, forged)
        await following.until(lambda: following.bad)
        assert "not in the log" in following.bad[0].message
        number = news.publish("True")
        await following.until_seq(2)
        assert following.entries == news.log()[1:]
        assert following.fold.stories[number].story.headlines[0].value == "True"


async def test_an_entry_that_claims_to_be_withdrawn_is_not_believed(news):
    async with Following(news.url) as following:
        await following.until_state(Upstream.FOLLOWING)
        number = news.publish()
        news.publish()
        await following.until_seq(3)
        claim = {"v": 1, "feed": "news", "seq": 4, "tag": "00000000", "at": 1, "number": number}
        claim |= {"rev": 2, "op": "update", "id": "x", "withdrawn": True}
        forged = b"\xde\x00\x0a" + msgpack.packb(claim)[1:]
        news.client.publish(news.keys.channel, forged)
        await following.until(lambda: following.bad)
        assert following.seqs == [1, 2, 3]


async def test_a_repeated_message_changes_nothing(news):
    news.publish()
    data = news.client.zrange(news.keys.log, -1, -1)[0]
    async with Following(news.url) as following:
        await following.until_state(Upstream.FOLLOWING)
        for _ in range(3):
            news.client.publish(news.keys.channel, data)
        news.publish()
        await following.until_seq(3)
        assert following.seqs == [2, 3]
        assert following.bad == []


async def test_a_subscription_that_redis_cuts_loses_nothing(news):
    async with Following(news.url) as following:
        await following.until_state(Upstream.FOLLOWING)
        for seq in range(2, 6):
            news.client.client_kill_filter(_type="pubsub")
            news.publish()
            await following.until_seq(seq)
        assert following.seqs == [1, 2, 3, 4, 5]


async def test_an_entry_without_any_signal_is_found_within_seconds(news):
    async with Following(news.url) as following:
        await following.until_state(Upstream.FOLLOWING)
        # It reaches the log by another way than the script, which would publish it.
        entry = appended_in_silence(news)
        await following.until_seq(2)
        assert following.entries == [entry]
        assert following.bad == []


async def test_an_entry_behind_a_lost_signal_sends_it_to_the_log(news):
    async with Following(news.url) as following:
        await following.until_state(Upstream.FOLLOWING)
        appended_in_silence(news)
        news.publish()
        await following.until_seq(3)
        assert following.entries == news.log()[1:]


def appended_in_silence(news):
    seq, tag, at = news.client.hmget(news.keys.head, "seq", "tag", "at")
    pairs = channel.packed(news.request("publish"), None)
    data = signed(news, int(seq) + 1, tag.decode(), int(at), pairs)
    entry = channel.decode(data).entry
    news.client.zadd(news.keys.log, {data: entry.seq})
    news.client.hset(news.keys.head, mapping={"seq": entry.seq, "tag": entry.tag})
    return entry


def signed(news, seq, tag, at, pairs):
    head = {"v": 1, "feed": news.feed, "seq": seq}
    head["tag"] = next_tag(tag, seq=seq, at=at, number=seq, rev=1, pairs=pairs.data)
    head |= {"at": at, "number": seq, "rev": 1}
    count = (len(head) + pairs.count).to_bytes(2, "big")
    return (
        b"\xde" + count + b"".join(msgpack.packb(w) for p in head.items() for w in p) + pairs.data
    )


async def test_a_lost_head_is_no_loss(news):
    async with Following(news.url) as following:
        await following.until_state(Upstream.FOLLOWING)
        news.client.delete(news.keys.head)
        news.publish()
        await following.until_seq(2)
        news.client.delete(news.keys.head)
        news.publish()
        await following.until_seq(3)
        assert following.seqs == [1, 2, 3]


async def test_a_lost_log_is_no_loss_to_who_stands_at_the_head(news):
    async with Following(news.url) as following:
        await following.until_state(Upstream.FOLLOWING)
        news.client.delete(news.keys.log)
        news.publish()
        await following.until_seq(2)
        assert following.seqs == [1, 2]


async def test_with_neither_head_nor_log_readers_keep_what_they_have(news):
    news.publish()
    async with Following(news.url) as following:
        await following.until_state(Upstream.FOLLOWING)
        saved = news.everything()
        news.client.flushall()
        await following.until_state(Upstream.GONE)
        assert following.seqs == [2]
        for key, dump in saved.items():
            news.client.restore(key, 0, dump)
        await following.until_state(Upstream.FOLLOWING)
        news.publish()
        await following.until_seq(3)
        assert following.seqs == [2, 3]


async def test_a_log_restored_from_an_older_backup_gets_a_reset(news):
    news.publish("Kept")
    saved = news.everything()
    news.publish("Lost")
    async with Following(news.url) as following:
        await following.until_state(Upstream.FOLLOWING)
        with news.client.pipeline() as at_once:
            at_once.flushall()
            for key, dump in saved.items():
                at_once.restore(key, 0, dump)
            at_once.execute()
        await following.until(lambda: len(following.resets) == 2)
        assert following.fold == news.fold()
        news.publish("Another")
        await following.until_seq(3)
        assert following.fold == news.fold()


async def test_a_feed_made_again_gets_a_reset(log_url):
    with NewsDesk(log_url) as news:
        news.publish()
        async with Following(log_url) as following:
            await following.until_state(Upstream.FOLLOWING)
            news.client.flushall()
            with NewsDesk(log_url) as again:
                again.publish()
                again.publish()
                await following.until(lambda: len(following.resets) == 2)
                assert following.fold == again.fold()


async def test_an_unreadable_entry_in_the_log_gets_a_reset_beyond_it(news, caplog):
    position = news.fold().position
    number = news.publish()
    news.client.zremrangebyscore(news.keys.log, 2, 2)
    news.client.zadd(news.keys.log, {b"garbage": 2})
    with caplog.at_level(logging.WARNING):
        news.client.hset(news.keys.head, "seq", 2)
        async with Following(news.url, after=position) as following:
            await following.until_state(Upstream.FOLLOWING)
            assert list(following.resets[0].fold.stories) == [number]
    assert "cannot be read" in caplog.text


async def test_a_follower_starts_before_its_redis_does(own_server):
    with NewsDesk(own_server.url) as news:
        number = news.publish()
    own_server.stop()
    async with Following(own_server.url) as following:
        await following.until_state(Upstream.LOST)
        await asyncio.to_thread(own_server.start)
        await following.until_state(Upstream.FOLLOWING)
        assert list(following.fold.stories) == [number]


@pytest.mark.parametrize("end", ["stop", "kill"])
async def test_a_redis_that_ends_and_comes_back_loses_and_repeats_nothing(own_server, end, caplog):
    with NewsDesk(own_server.url) as news:
        async with Following(own_server.url) as following:
            await following.until_state(Upstream.FOLLOWING)
            for round_ in range(3):
                news.publish()
                await asyncio.to_thread(getattr(own_server, end))
                await following.until_state(Upstream.LOST)
                await asyncio.to_thread(own_server.start)
                news.publish()
                await following.until_seq(3 + 2 * round_)
                await following.until_state(Upstream.FOLLOWING)
            assert following.seqs == [1, 2, 3, 4, 5, 6, 7]
            assert following.entries == news.log()[1:]
    assert "Lost the feed news" in caplog.text


async def test_a_paused_redis_is_noticed_and_loses_nothing(own_server):
    with NewsDesk(own_server.url) as news:
        async with Following(own_server.url, patience=1.5) as following:
            await following.until_state(Upstream.FOLLOWING)
            own_server.pause()
            await following.until_state(Upstream.LOST)
            own_server.resume()
            news.publish()
            await following.until_seq(2)
            await following.until_state(Upstream.FOLLOWING)
            assert following.seqs == [1, 2]


async def test_it_ends_whenever_it_is_cancelled(news):
    async def run():
        async with aclosing(follow(news.url, "news")) as events:
            async for _ in events:
                pass

    for ticks in range(120):
        task = asyncio.create_task(run())
        for _ in range(ticks):
            await asyncio.sleep(0)
        task.cancel()
        async with asyncio.timeout(10):
            await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled()


async def test_leaving_closes_both_connections(news):
    before = len(news.client.client_list())
    async with Following(news.url) as following:
        await following.until_state(Upstream.FOLLOWING)
        assert len(news.client.client_list()) == before + 2
    deadline = asyncio.get_running_loop().time() + 5
    while len(news.client.client_list()) > before:
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.01)


# The line is silent, whatever server stands behind it.
@pytest.mark.parametrize("log_server", ["valkey"], indirect=True)
async def test_a_half_open_subscription_is_noticed_and_loses_nothing(log_server):
    with NewsDesk(log_server.url) as news:
        async with (
            HalfOpenLine(log_server.socket) as line,
            Following(line.url, patience=1.5) as following,
        ):
            await following.until_state(Upstream.FOLLOWING)
            line.silence_subscriptions()
            news.publish()
            await following.until_seq(2)  # by the head, each second
            await following.until_state(Upstream.LOST)
            await following.until_state(Upstream.FOLLOWING)
            assert line.subscribed == 2
            news.publish()
            await following.until_seq(3)
            assert following.seqs == [1, 2, 3]


async def test_a_feed_that_loses_its_facts_and_its_history_is_gone(news, caplog):
    news.publish()
    async with Following(news.url) as following:
        await following.until_state(Upstream.FOLLOWING)
        news.client.delete(news.keys.log, news.keys.facts)
        news.client.hset(news.keys.head, mapping={"seq": 9, "tag": "00000000"})
        await following.until_state(Upstream.GONE)
        assert following.seqs == [2]
    assert "There is no feed 'news'" in caplog.text


def test_a_follower_shows_where_it_stands():
    follower = _Follower(
        url="redis://h",
        feed="news",
        position=Position(8, "00000000"),
        tail=0,
        on_state=None,
        on_bad=None,
        patience=5,
    )
    assert repr(follower) == "<follower of news at 8-00000000, starting>"


async def test_without_anybody_to_tell_it_follows_all_the_same(news):
    news.publish()
    async with aclosing(follow(news.url, "news")) as events:
        assert isinstance(await anext(events), Reset)
        news.client.publish(news.keys.channel, b"garbage")
        news.publish()
        assert (await anext(events)).seq == 3
