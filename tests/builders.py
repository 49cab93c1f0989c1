"""Entries and logs for tests, as the append's script would have made them."""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from livefeed.entry import Entry, Op
from livefeed.fold import Fold
from livefeed.position import Position
from livefeed.request import Request, pairs
from livefeed.story import Story, parse_story
from livefeed.wire import channel

ROOT = "5ca1ab1e"
ID_HEAD = "0199c82c-c000-7a3b-8c5d"  # a UUIDv7 of START
START = 1_760_000_000_000


def make_story(headline: str = "A headline", body: str = "A body.", **more: Any) -> Story:
    document = {
        "uri": f"urn:example:{headline.encode().hex()}",
        "headlines": [{"role": "main", "value": headline}],
        "bodies": [{"role": "main", "contentType": "text/html", "value": f"<p>{body}</p>"}],
    }
    return parse_story({**document, **more})


def empty_fold(feed: str = "news", *, root: str = ROOT, keep: int = 10_000) -> Fold:
    return Fold(feed=feed, position=Position(0, root), keep=keep)


@dataclass
class LogBook:
    """A log in memory, appended to by the rules of the script."""

    feed: str = "news"
    root: str = ROOT
    entries: list[Entry] = field(default_factory=list)
    current: dict[int, Entry] = field(default_factory=dict)

    @property
    def position(self) -> Position:
        return self.entries[-1].position if self.entries else Position(0, self.root)

    def append(self, op: Op | str, number: int = 0, **more: Any) -> Entry:
        """Append one entry; a withdrawal takes the story's text out of the earlier ones."""
        op = Op(op)
        seq = len(self.entries) + 1
        number = seq if op is Op.PUBLISH else number
        current = self.current.get(number)
        request = Request(feed=self.feed, op=op, id=f"{ID_HEAD}-{seq:012x}", number=number, **more)
        header: dict[str, Any] = {
            "v": 1,
            "feed": self.feed,
            "seq": seq,
            "tag": "00000000",
            "at": START + seq * 1000,
            "number": number,
            "rev": _next_rev(op, current),
        }
        drafted = msgspec.convert({**header, **pairs(request, current)}, Entry)
        tag = channel.expected_tag(self.position.tag, channel.decode(channel.encode(drafted)))
        entry = msgspec.structs.replace(drafted, tag=tag)
        if entry.withdraws:
            self.entries = [e.without_text() if e.number == number else e for e in self.entries]
        self.entries.append(entry)
        if op not in {Op.PIN, Op.UNPIN, Op.FEED}:
            self.current[number] = entry
        return entry


def _next_rev(op: Op, current: Entry | None) -> int:
    if op is Op.FEED:
        return 0
    before = current.rev if current else 0
    return before if op in {Op.PIN, Op.UNPIN} else before + 1
