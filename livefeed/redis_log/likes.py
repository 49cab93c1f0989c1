"""Likes: counted beside the log, for they are no news. A browser's random token counts once."""

import redis
import redis.asyncio
from redis.exceptions import NoPermissionError

from livefeed.errors import LivefeedError, LogUnusable
from livefeed.redis_log import questions
from livefeed.redis_log.connect import Client, address, in_time, our_errors, translated
from livefeed.redis_log.keys import Keys
from livefeed.redis_log.questions import Question
from livefeed.redis_log.read import ask, ask_async
from livefeed.redis_log.script import Arguments, script


def like(client: redis.Redis, feed: str, number: int, token: str) -> int:
    """Count a like of a story, and say how many like it now.

    Raises:
        UnknownFeed, UnknownStory: with the nearest that there is.
        Unreachable, RedisFull, LogUnusable: nothing was counted.
    """
    with our_errors(address(client)):
        answer = script("like").run(client, _arguments(feed, number, token))
    if answer[0] == b"unknown-story":
        ask(client, questions.story(feed, number))
    return _count(client, answer)


async def like_async(client: redis.asyncio.Redis, feed: str, number: int, token: str) -> int:
    """Count a like of a story, and say how many like it now.

    Raises:
        UnknownFeed, UnknownStory: with the nearest that there is.
        Unreachable, RedisFull, LogUnusable: nothing was counted.
    """
    async with in_time(client):
        answer = await script("like").run_async(client, _arguments(feed, number, token))
    if answer[0] == b"unknown-story":
        await ask_async(client, questions.story(feed, number))
    return _count(client, answer)


def read_likes(client: redis.Redis, feed: str) -> tuple[int, dict[int, int]]:
    """How often likes have changed, and how many like each story that somebody likes."""
    return ask(client, _counts(feed))


async def read_likes_async(client: redis.asyncio.Redis, feed: str) -> tuple[int, dict[int, int]]:
    """How often likes have changed, and how many like each story that somebody likes."""
    return await ask_async(client, _counts(feed))


async def like_changes_async(client: redis.asyncio.Redis, feed: str) -> int:
    """How often likes have changed: cheap, to see whether reading them is worth it."""
    return await ask_async(client, _changes(feed))


def _counts(feed: str) -> Question[tuple[int, dict[int, int]]]:
    (raw,) = yield [("HGETALL", Keys(feed).likes)]
    changes = int(raw.pop(b"changes", 0))
    return changes, {int(number): int(count) for number, count in raw.items()}


def _changes(feed: str) -> Question[int]:
    (changes,) = yield [("HGET", Keys(feed).likes, "changes")]
    return int(changes or 0)


def _arguments(feed: str, number: int, token: str) -> Arguments:
    keys = Keys(feed)
    return [3, keys.stories, keys.likes, keys.liked(number), number, token]


def _count(client: Client, answer: list[bytes]) -> int:
    what, *told = (word.decode() for word in answer)
    if what == "counted":
        return int(told[0])
    raise _refusal(client, what, told)


def _refusal(client: Client, what: str, told: list[str]) -> LivefeedError:
    if what == "not-permitted":
        return translated(NoPermissionError(told[0]), address(client))
    return LogUnusable(
        f"The likes are damaged: {' '.join(told) or what}",
        hint="docs/protocol.md has the keys and their types; "
        "without its likes key a feed counts anew.",
    )
