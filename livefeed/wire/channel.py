"""The log's codec: one entry is one MessagePack map, in the log and on the channel alike.

    de nn nn                                  map16 header: the number of pairs
    v feed seq tag at number rev              seven pairs that the append's script writes
    op id editor note … story                 `pairs`: what the publisher packed; the hash covers it

Absent values are left out; `story` is always last, so that a withdrawal can cut it off unread.
"""

import hashlib
from dataclasses import dataclass
from itertools import islice
from typing import Any

import msgpack
import msgspec

from livefeed.document import DEEPEST
from livefeed.entry import LARGEST_ENTRY, VERSION, Entry
from livefeed.errors import BadMessage, Problem, StoryInvalid
from livefeed.position import next_tag
from livefeed.request import Request, content, pairs
from livefeed.story import Association, Story

HEADER = ("v", "feed", "seq", "tag", "at", "number", "rev")
_LARGEST_HEADER = 192  # bytes: a feed's name of 64 characters and every number at its widest
_MALFORMED = (ValueError, TypeError, msgpack.UnpackException, msgspec.MsgspecError)
_TOO_DEEP = f"no entry: nested more than {DEEPEST} levels deep"
_MAP16 = b"\xde"
_HEADERS_KEYS = 3 + sum(1 + len(key) for key in HEADER)  # bytes: the map's, and each key's
_UNREAD = msgspec.msgpack.Decoder(dict[str, msgspec.Raw])
_ENTRIES = msgspec.msgpack.Decoder(Entry)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """The publisher's part of an entry: `count` pairs without a map header.

    `story_offset` is the offset in `data` at which the pair `story` begins, where there is one.
    """

    count: int
    data: bytes
    story_offset: int | None


class Received(msgspec.Struct, frozen=True):
    """A decoded entry with those of its bytes that its tag covers."""

    entry: Entry
    pairs: bytes


def digest(request: Request) -> str:
    """The SHA-1 (40 hex digits) that tells two requests under one publication id apart."""
    given = msgpack.packb(content(request))
    return hashlib.sha1(given, usedforsecurity=False).hexdigest()


def packed(request: Request, current: Entry | None) -> Pairs:
    """The publisher's part of the entry that `request` makes of the story's `current` entry.

    Raises:
        StoryInvalid: where the entry would exceed 512 KiB.
    """
    made = _pack(pairs(request, current))
    size = len(made.data) + _LARGEST_HEADER
    if size > LARGEST_ENTRY:
        raise StoryInvalid(
            [Problem("story", f"{size:,} bytes packed; an entry holds {LARGEST_ENTRY:,}")],
            hint="Shorten the story, or split it into several.",
        )
    return made


def encode(entry: Entry) -> bytes:
    """An entry's bytes, as the append's script writes them."""
    values = msgspec.to_builtins(entry)
    header = {key: values.pop(key) for key in HEADER}
    rest = _pack(values)
    count = (len(HEADER) + rest.count).to_bytes(2, "big")
    return _MAP16 + count + _pack(header).data + rest.data


def decode(data: bytes) -> Received:
    """Read an entry from the log or the channel.

    Raises:
        BadMessage: for bytes that are no entry of a version we read.
    """
    if len(data) > LARGEST_ENTRY:
        raise BadMessage(f"{len(data):,} bytes; an entry has at most {LARGEST_ENTRY:,}")
    try:
        start = _check(data)
        entry = _ENTRIES.decode(data)
        if entry.story is not None and _is_too_deep(entry.story):
            raise BadMessage(_TOO_DEEP)
        return Received(entry, data[start:])
    except RecursionError as error:
        raise BadMessage(_TOO_DEEP) from error
    except _MALFORMED as error:
        raise BadMessage(f"no entry: {str(error) or type(error).__name__}") from error


def expected_tag(before: str, received: Received) -> str:
    """The tag that the entry must have after one with the tag `before`, unless it is withdrawn."""
    entry = received.entry
    return next_tag(
        before,
        seq=entry.seq,
        at=entry.at,
        number=entry.number,
        rev=entry.rev,
        pairs=received.pairs,
    )


def _pack(values: dict[str, Any]) -> Pairs:
    packer = msgpack.Packer(autoreset=False)
    story_offset = None
    for key, value in values.items():
        if key == "story":
            story_offset = len(packer.getbuffer())
        packer.pack(key)
        packer.pack(value)
    return Pairs(count=len(values), data=packer.bytes(), story_offset=story_offset)


def _check(data: bytes) -> int:
    """Where `pairs` begin in bytes that begin as an entry does, and have each key once."""
    if data[:1] != _MAP16:
        raise BadMessage("no entry: it has no map16 header")
    values = _UNREAD.decode(data)
    count = int.from_bytes(data[1:3], "big")
    if tuple(values)[: len(HEADER)] != HEADER:
        raise BadMessage(f"an entry begins with the keys {' '.join(HEADER)}, in this order")
    if len(values) != count:
        raise BadMessage("an entry has each key once")
    if (version := msgspec.msgpack.decode(values["v"])) != VERSION:
        raise BadMessage(f"version {version!r:.20}; this livefeed reads version {VERSION}")
    sizes = [len(memoryview(value)) for value in islice(values.values(), len(HEADER))]
    return _HEADERS_KEYS + sum(sizes)


def _is_too_deep(story: Story) -> bool:
    """Whether associations stand in associations so often that nobody can read it."""
    level: list[Story | Association] = [story]
    for _ in range(DEEPEST // 2):  # a list and an object each time
        level = [inner for outer in level for inner in outer.associations or ()]
        if not level:
            return False
    return True
