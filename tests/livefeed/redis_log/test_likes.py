"""Likes against real servers."""

import asyncio

import pytest

from livefeed.errors import LogUnusable, RedisFull, UnknownFeed, UnknownStory, Unreachable
from livefeed.redis_log.connect import connect, connect_async
from livefeed.redis_log.likes import (
    like,
    like_async,
    like_changes_async,
    read_likes,
    read_likes_async,
)


def test_a_token_counts_once(news):
    number = news.publish()
    assert like(news.client, "news", number, "token-one") == 1
    assert like(news.client, "news", number, "token-one") == 1
    assert like(news.client, "news", number, "token-two") == 2
    assert read_likes(news.client, "news") == (2, {number: 2})


async def test_a_lost_script_cache_does_not_show(news):
    number = news.publish()
    async with connect_async(news.url) as client:
        for count in (1, 2):
            news.client.script_flush()
            assert await like_async(client, "news", number, f"token-{count}") == count


async def test_it_is_the_same_asynchronously(news):
    number = news.publish()
    async with connect_async(news.url) as client:
        assert await like_changes_async(client, "news") == 0
        counts = await asyncio.gather(
            *(like_async(client, "news", number, f"token-{n % 5}") for n in range(10))
        )
        assert max(counts) == 5
        assert await like_changes_async(client, "news") == 5
        assert await read_likes_async(client, "news") == (5, {number: 5})


def test_many_likes_are_counted_to_a_few_percent_in_bounded_memory(news):
    number = news.publish()
    for n in range(3000):
        like(news.client, "news", number, f"token-{n}")
    _, counts = read_likes(news.client, "news")
    assert counts[number] == pytest.approx(3000, rel=0.04)
    assert news.client.memory_usage(news.keys.liked(number)) < 16 * 1024


def test_a_count_never_goes_down(news):
    number = news.publish()
    counts = [like(news.client, "news", number, f"token-{n}") for n in range(500)]
    assert counts == sorted(counts)


def test_a_feed_that_nobody_likes_yet_has_no_counts(news):
    assert read_likes(news.client, "news") == (0, {})


async def test_a_story_that_is_none_takes_no_like_and_no_memory(news):
    number = news.publish()
    before = news.everything()
    with pytest.raises(UnknownStory) as unknown:
        like(news.client, "news", 99, "token-one")
    assert unknown.value.hint == f"The nearest is #{number}."
    with pytest.raises(UnknownFeed):
        like(news.client, "nothing", number, "token-one")
    async with connect_async(news.url) as client:
        with pytest.raises(UnknownStory):
            await like_async(client, "news", 99, "token-one")
    assert news.everything() == before


@pytest.mark.parametrize("key", ["stories", "likes", "liked"])
def test_a_key_of_another_type_is_the_operators(news, key):
    number = news.publish()
    name = news.keys.liked(number) if key == "liked" else getattr(news.keys, key)
    news.client.delete(name)
    news.client.lpush(name, "x")
    before = news.everything()
    with pytest.raises(LogUnusable, match="is a list"):
        like(news.client, "news", number, "token-one")
    assert news.everything() == before


def test_a_count_that_is_no_number_is_the_operators(news):
    number = news.publish()
    news.client.hset(news.keys.likes, number, "many")
    with pytest.raises(LogUnusable, match="no number"):
        like(news.client, "news", number, "token-one")


@pytest.mark.parametrize("command", ["PFADD", "PFCOUNT", "HSET", "HINCRBY"])
def test_without_the_right_to_one_command_nothing_is_counted(news, log_server, command):
    number = news.publish()
    news.client.execute_command(f"ACL SETUSER reader reset on >secret ~* &* +@all -{command}")
    before = news.everything()
    with (
        connect(f"unix://reader:secret@{log_server.socket}") as reader,
        pytest.raises(Unreachable, match="does not permit"),
    ):
        like(reader, "news", number, "token-one")
    assert news.everything() == before


def test_a_full_redis_counts_nothing(news):
    number = news.publish()
    before = news.everything()
    news.client.config_set("maxmemory", 1)
    try:
        with pytest.raises(RedisFull):
            like(news.client, "news", number, "token-one")
    finally:
        news.client.config_set("maxmemory", 0)
    assert news.everything() == before
