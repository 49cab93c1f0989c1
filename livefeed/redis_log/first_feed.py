"""The first feed of an embedded server: what a newcomer finds in an empty data folder.

Without a demonstration it is an empty feed. A demonstration is a JSON file with the feed's facts
under `feed` and ninjs documents under `stories`, published one after the other.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import redis

from livefeed.entry import Facts, FeedState, Op
from livefeed.errors import InvalidInput
from livefeed.redis_log.append import append, create_feed
from livefeed.redis_log.connect import connect
from livefeed.redis_log.new_id import new_id
from livefeed.redis_log.read import feed_names
from livefeed.request import Request
from livefeed.story import Story, parse_story

_EMPTY = Facts(title="Live News Feed", section="News Update", state=FeedState.LIVE)


def make_first_feed(url: str, feed: str, demonstration: Path | None) -> bool:
    """Make `feed`, unless there is any; whether it was made.

    Raises:
        InvalidInput: the demonstration cannot be read; nothing was published.
        Unreachable, LogUnusable: Redis is out of reach, or holds something else.
    """
    facts, stories = _read(demonstration) if demonstration else (_EMPTY, [])
    with connect(url) as client:
        if feed_names(client):
            return False
        create_feed(client, feed, facts)
        _publish(client, feed, stories)
    return True


def _read(demonstration: Path) -> tuple[Facts, list[Story]]:
    try:
        document: dict[str, Any] = msgspec.json.decode(demonstration.read_bytes())
        facts = msgspec.convert(document["feed"], Facts)
    except (OSError, KeyError, TypeError, msgspec.MsgspecError) as error:
        raise InvalidInput(
            f"{demonstration} is no demonstration: {error}",
            hint="It is a JSON object with the feed's facts under feed and stories under stories.",
        ) from error
    return facts, [parse_story(story) for story in document.get("stories", [])]


def _publish(client: redis.Redis, feed: str, stories: Iterable[Story]) -> None:
    for story in stories:
        append(client, Request(feed=feed, op=Op.PUBLISH, id=new_id(), story=story))
