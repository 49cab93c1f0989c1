"""A feed in a real log, and short ways to change it."""

import os
from typing import Any, Self

import redis

from builders import make_story
from livefeed.entry import CARRIES_STORY, Entry, Facts, Op
from livefeed.fold import Fold, apply_all
from livefeed.position import Position
from livefeed.publication_id import publication_id
from livefeed.redis_log.append import Receipt, append, create_feed
from livefeed.redis_log.connect import connect
from livefeed.redis_log.keys import Keys
from livefeed.redis_log.read import read_fold, read_held, read_story
from livefeed.request import Request
from livefeed.wire.channel import decode, expected_tag

ROOT = "0a1b2c3d"


class NewsDesk:
    """Appends to one feed, which it makes first.

    Ids have Redis's time, and sort as they were made.
    """

    def __init__(
        self, url: str, feed: str = "news", *, keep: int = 10_000, make: bool = True
    ) -> None:
        self.url = url
        self.feed = feed
        self.keys = Keys(feed)
        self.client: redis.Redis = connect(url)
        self.made = 0
        if make:
            facts = Facts(title=f"All about {feed}")
            self.created = create_feed(
                self.client, feed, facts, id=self.new_id(), root=ROOT, keep=keep
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def now(self) -> int:
        seconds, micros = self.client.time()
        return seconds * 1000 + micros // 1000

    def new_id(self, *, age: int = 0) -> str:
        self.made += 1
        return publication_id(self.now() - age, self.made.to_bytes(4, "big") + os.urandom(6))

    def request(self, op: Op | str, number: int = 0, **more: Any) -> Request:
        op = Op(op)
        if op in CARRIES_STORY and "story" not in more:
            more["story"] = make_story(f"Headline {self.made}", f"Text {self.made}.")
        if op is Op.CORRECT:
            more.setdefault("note", "A note")
        more.setdefault("id", self.new_id())
        return Request(feed=self.feed, op=op, number=number, **more)

    def current(self, op: Op | str, number: int) -> Entry | None:
        if not number:
            return None
        read = read_held if Op(op) is Op.RELEASE else read_story
        return read(self.client, self.feed, number)

    def append(self, op: Op | str, number: int = 0, **more: Any) -> Receipt:
        """Read the story, then change it."""
        request = self.request(op, number, **more)
        return append(self.client, request, self.current(op, number), timeout=5)

    def publish(self, headline: str = "A headline", body: str = "A body.", **more: Any) -> int:
        """The number of a new story; `more` are its other properties of ninjs."""
        return self.append(Op.PUBLISH, story=make_story(headline, body, **more)).number

    def log(self) -> list[Entry]:
        return [decode(data).entry for data in self.client.zrange(self.keys.log, 0, -1)]

    def fold(self) -> Fold:
        return read_fold(self.client, self.feed)

    def folded_log(self) -> Fold:
        """The fold of the log from its start."""
        empty = Fold(feed=self.feed, position=Position(0, ROOT), keep=self.fold().keep)
        return apply_all(empty, self.log())

    def check_tags(self) -> None:
        """Each entry's tag hashes the one before it, unless its text was withdrawn."""
        tag, seq = ROOT, 0
        for data, score in self.client.zrange(self.keys.log, 0, -1, withscores=True):
            received = decode(data)
            entry = received.entry
            assert entry.seq == score == seq + 1
            assert entry.withdrawn or entry.tag == expected_tag(tag, received)
            tag, seq = entry.tag, entry.seq

    def everything(self) -> dict[bytes, bytes]:
        """All that Redis holds, to compare or to search in."""
        return {key: self.client.dump(key) for key in sorted(self.client.keys("*"))}

    def texts(self) -> bytes:
        """All values of all keys, as bytes to search in."""
        found = []
        for key in self.client.keys("*"):
            match self.client.type(key):
                case b"zset":
                    found += self.client.zrange(key, 0, -1)
                case b"hash":
                    found += [word for pair in self.client.hgetall(key).items() for word in pair]
                case b"set":
                    found += self.client.smembers(key)
        return b"\n".join(found)
