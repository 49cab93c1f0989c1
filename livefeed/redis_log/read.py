"""Reading a feed's log, blocking and asynchronous: the questions are asked, errors are ours.

Everything raises Unreachable where Redis is out of reach and LogUnusable where the keys are no log
of ours; see `livefeed.redis_log.questions` for the rest.
"""

from typing import Any, TypeVar

import redis
import redis.asyncio

from livefeed.entry import Entry
from livefeed.fold import Fold
from livefeed.position import Position
from livefeed.redis_log import questions
from livefeed.redis_log.connect import address, in_time, our_errors, run, run_async
from livefeed.redis_log.questions import Commands, Question

Result = TypeVar("Result")


def ask(client: redis.Redis, question: Question[Result]) -> Result:
    """The answer to a question. Raises what the question raises."""
    try:
        commands = next(question)
        while True:
            commands = question.send(_run(client, commands))
    except StopIteration as answered:
        result: Result = answered.value
        return result


async def ask_async(client: redis.asyncio.Redis, question: Question[Result]) -> Result:
    """The answer to a question. Raises what the question raises."""
    try:
        commands = next(question)
        while True:
            commands = question.send(await _run_async(client, commands))
    except StopIteration as answered:
        result: Result = answered.value
        return result


def _run(client: redis.Redis, commands: Commands) -> list[Any]:
    with our_errors(address(client)):
        if len(commands) == 1:
            return [run(client, *commands[0])]
        with client.pipeline(transaction=False) as pipeline:
            for command in commands:
                run(pipeline, *command)
            return _all_good(pipeline.execute(raise_on_error=False))


async def _run_async(client: redis.asyncio.Redis, commands: Commands) -> list[Any]:
    async with in_time(client):
        if len(commands) == 1:
            return [await run_async(client, *commands[0])]
        async with client.pipeline(transaction=False) as pipeline:
            for command in commands:
                run_async(pipeline, *command)
            return _all_good(await pipeline.execute(raise_on_error=False))


def _all_good(answers: list[Any]) -> list[Any]:
    # redis-py would raise the first error too, but with the command written into what Redis said.
    for answer in answers:
        if isinstance(answer, redis.RedisError):
            raise answer
    return answers


def feed_names(client: redis.Redis) -> list[str]:
    """The names of all feeds, sorted."""
    return ask(client, questions.feed_names())


async def feed_names_async(client: redis.asyncio.Redis) -> list[str]:
    """The names of all feeds, sorted."""
    return await ask_async(client, questions.feed_names())


def read_fold(client: redis.Redis, feed: str) -> Fold:
    """The feed as it stands.

    Raises:
        UnknownFeed: with the nearest that there is.
    """
    return ask(client, questions.snapshot(feed)).fold


def read_story(client: redis.Redis, feed: str, number: int) -> Entry:
    """The newest entry of a story that has its text, or its hold or kill.

    Raises:
        UnknownFeed, UnknownStory: with the nearest that there is.
    """
    return ask(client, questions.story(feed, number))


def read_held(client: redis.Redis, feed: str, number: int) -> Entry:
    """The entry with the text of a held story: what a release starts from (its `current`).

    Raises:
        UnknownFeed, UnknownStory: with the nearest; also where the story is not held.
    """
    return ask(client, questions.held(feed, number))


async def read_revisions_async(
    client: redis.asyncio.Redis, feed: str, number: int, *, most: int
) -> list[Entry]:
    """A story's entries that still have their text, at most the `most` newest, oldest first.

    Raises:
        UnknownFeed, UnknownStory: with the nearest that there is.
    """
    return await ask_async(client, questions.revisions(feed, number, most=most))


async def read_after_async(
    client: redis.asyncio.Redis, feed: str, position: Position, *, limit: int
) -> list[Entry] | None:
    """At most `limit` entries after `position`; None where this history does not hold it (now).

    Raises:
        UnknownFeed: with the nearest that there is.
    """
    return await ask_async(client, questions.after(feed, position, limit=limit))
