"""A subscribed connection, at a real server."""

import asyncio

import pytest

from livefeed.errors import Unreachable
from livefeed.redis_log.connect import connect_async
from livefeed.redis_log.subscription import Subscription

QUIET = 0.05  # seconds


async def test_what_came_together_is_given_together(news):
    async with connect_async(news.url) as client:
        subscription = await Subscription.to("bulletin", client, 5.0)
        with news.client.pipeline() as together:
            for n in range(20):
                together.publish("bulletin", f"message {n}")
            together.execute()
        came = []
        while len(came) < 20:
            came += await subscription.messages(5.0)
        assert came == [b"message %d" % n for n in range(20)]


async def test_a_quiet_connection_is_asked_for_one_sign_of_life_each_time(news):
    """The answer is no message: it does not end the waiting for one."""
    async with connect_async(news.url) as client:
        subscription = await Subscription.to("bulletin", client, 5.0)
        loop = asyncio.get_running_loop()
        began, before = loop.time(), pings(news)
        for _ in range(10):
            assert await subscription.messages(QUIET) == []
        assert loop.time() - began > 9 * QUIET
        assert 5 <= pings(news) - before <= 10


def pings(news):
    return news.client.info("commandstats").get("cmdstat_ping", {"calls": 0})["calls"]


async def test_a_connection_that_ends_gives_what_came_and_then_says_so(news):
    async with connect_async(news.url) as client:
        subscription = await Subscription.to("bulletin", client, 5.0)
        news.client.publish("bulletin", "the last one")
        news.client.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
        assert await subscription.messages(5.0) == [b"the last one"]
        with pytest.raises(Unreachable):
            await subscription.messages(5.0)


async def test_who_has_no_right_to_the_channel_is_told(news):
    rights = ["on", ">secret", "~*", "resetchannels", "+@all"]
    news.client.execute_command("ACL", "SETUSER", "deaf", *rights)
    try:
        async with connect_async(f"{news.url}?username=deaf&password=secret") as client:
            with pytest.raises(Unreachable, match="does not permit"):
                await Subscription.to("bulletin", client, 5.0)
    finally:
        news.client.execute_command("ACL", "DELUSER", "deaf")
