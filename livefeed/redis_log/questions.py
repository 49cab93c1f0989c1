"""What is asked of a feed's log: commands out, values in, without a connection.

Each question is a generator. It yields commands that are to be run in their order, is sent their
answers, and returns the result. So the blocking and the asynchronous reader
(`livefeed.redis_log.read`) share every decision.

No question needs a transaction: a full Redis 7 refuses those, and just then editors want to kill
and readers to read. Where answers must fit together, their order sees to it, or the newest entry is
asked for before and behind them.
"""

import difflib
import logging
import re
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from livefeed.entry import Entry, Facts, Op
from livefeed.errors import BadMessage, LogUnusable, UnknownFeed, UnknownStory
from livefeed.feed_name import is_feed_name
from livefeed.fold import Fold
from livefeed.position import Position
from livefeed.redis_log.keys import FEEDS, Keys
from livefeed.redis_log.stretch import Stretch, continuation
from livefeed.wire.channel import Received, decode

Result = TypeVar("Result")
Commands = list[tuple[str | int, ...]]
Question = Generator[Commands, list[Any], Result]

_PLACE = re.compile(rb";(\d+):")  # in `3;1:137;2:139`: the seq of each text
_ID_MEMBER = re.compile(r"\S+ (\d+) ([0-9a-f]{8}) (\d+) (\d+) ([0-9a-f]{40})")

KEEP = 10_000  # entries and stories of a feed, unless its facts say otherwise

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A feed as it stands, with the newest entries up to there, oldest first."""

    fold: Fold
    tail: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended:
    """What was appended under a publication id. `at` is None once its entry is not kept."""

    position: Position
    number: int
    rev: int
    digest: str
    at: int | None


def feed_names() -> Question[list[str]]:
    """The names of all feeds, sorted."""
    (names,) = yield [("SMEMBERS", FEEDS)]
    known = sorted(name for raw in names if is_feed_name(name := raw.decode(errors="replace")))
    roots = (yield [("HGET", Keys(name).facts, "root") for name in known]) if known else []
    return [name for name, root in zip(known, roots, strict=True) if root]


def snapshot(feed: str, *, tail: int = 0) -> Question[Snapshot]:
    """The feed as it stands, with its `tail` newest entries.

    Raises:
        UnknownFeed: with the nearest that there is.
        LogUnusable: the keys are no log of ours.
    """
    keys = Keys(feed)
    newest_entry: Commands = [
        ("HMGET", keys.head, "seq", "tag"),
        ("ZRANGE", keys.log, -1, -1),
    ]
    while True:
        *before, facts, stories, pinned, log, head, last = yield [
            *newest_entry,
            ("HGETALL", keys.facts),
            ("HGETALL", keys.stories),
            ("ZRANGE", keys.pinned, 0, -1, "REV"),
            ("ZRANGE", keys.log, -max(tail, 1), -1),
            *newest_entry,
        ]
        if before == [head, last]:  # nothing was appended meanwhile
            break
    if b"root" not in facts:
        raise (yield from unknown_feed(feed))
    entries = _unbroken_end(_read_rows(feed, log))
    position = _later(_head(head), entries[-1].position if entries else None)
    if position is None:
        raise log_gone(feed)
    fold = _fold(feed, position, facts, stories, pinned)
    fits = tail and entries and entries[-1].position == position
    return Snapshot(fold, tuple(entries) if fits else ())


def stretch(feed: str, *, first: int, limit: int) -> Question[Stretch]:
    """At most `limit` entries from the seq `first` on."""
    keys = Keys(feed)
    # The newest entry first: what is appended meanwhile is then among the rows at most.
    root, head, last, rows = yield [
        ("HGET", keys.facts, "root"),
        ("HMGET", keys.head, "seq", "tag"),
        ("ZRANGE", keys.log, -1, -1),
        ("ZRANGE", keys.log, first, "+inf", "BYSCORE", "LIMIT", 0, limit, "WITHSCORES"),
    ]
    newest = _unbroken_end(_read_rows(feed, last))
    return Stretch(
        root=root.decode() if root else None,
        newest=_later(_head(head), newest[-1].position if newest else None),
        rows=tuple((int(seq), _read(feed, data)) for data, seq in _in_pairs(rows)),
    )


def newest(feed: str) -> Question[Position | None]:
    """The position that the feed's head names: cheap, for a check each second."""
    (head,) = yield [("HMGET", Keys(feed).head, "seq", "tag")]
    return _head(head)


def after(feed: str, position: Position, *, limit: int) -> Question[list[Entry] | None]:
    """At most `limit` entries after `position`; None where this history does not hold it (now).

    Raises:
        UnknownFeed: with the nearest that there is.
    """
    found = yield from stretch(feed, first=position.seq, limit=limit + 1)
    if found.root is None:
        raise (yield from unknown_feed(feed))
    return continuation(position, found)


def story(feed: str, number: int) -> Question[Entry]:
    """The newest entry of a story that has its text, or its hold or kill.

    Raises:
        UnknownFeed, UnknownStory: with the nearest that there is.
        LogUnusable: the entry cannot be read.
    """
    keys = Keys(feed)
    root, data = yield [("HGET", keys.facts, "root"), ("HGET", keys.stories, number)]
    if root is None:
        raise (yield from unknown_feed(feed))
    if data is None:
        raise (yield from unknown_story(feed, number))
    return _readable(feed, number, data)


def held(feed: str, number: int) -> Question[Entry]:
    """The entry with the text of a held story, for its release.

    Raises:
        UnknownFeed, UnknownStory: with the nearest; also where the story is not held.
        LogUnusable: the entry cannot be read.
    """
    newest_entry = yield from story(feed, number)
    (data,) = yield [("HGET", Keys(feed).held, number)]
    if data is None:
        state = "killed" if newest_entry.op is Op.KILL else "live"
        raise UnknownStory(
            f"#{number} of {feed} is not held; it is {state}",
            hint="Only a held story can be released.",
        )
    return _readable(feed, number, data)


def revisions(feed: str, number: int, *, most: int) -> Question[list[Entry]]:
    """A story's entries that still have their text, at most the `most` newest, oldest first.

    What a hold, a kill or a redaction took out is not among them, nor what the log keeps no more;
    so there are none of a story that is held or killed.

    Raises:
        UnknownFeed, UnknownStory: with the nearest that there is.
        LogUnusable: the newest entry cannot be read.
    """
    keys = Keys(feed)
    newest_entry = yield from story(feed, number)
    while newest_entry.story is not None:
        (texts,) = yield [("HGET", keys.texts, number)]
        seqs = [seq for seq in map(int, _PLACE.findall(texts or b"")) if seq < newest_entry.seq]
        rows = []
        if kept := seqs[max(0, len(seqs) + 1 - most) :]:
            rows = yield [("ZRANGE", keys.log, seq, seq, "BYSCORE") for seq in kept]
        before, newest_entry = newest_entry, (yield from story(feed, number))
        if before == newest_entry:  # nothing was withdrawn meanwhile
            return [*_with_text(feed, rows), newest_entry]
    return []


def appended(feed: str, publication_id: str) -> Question[Appended | None]:
    """What was appended under this id within the time that ids are kept.

    Raises:
        LogUnusable: the keys are no log of ours.
    """
    keys = Keys(feed)
    first, behind = f"[{publication_id} ", f"({publication_id}!"
    (members,) = yield [("ZRANGE", keys.ids, first, behind, "BYLEX", "LIMIT", 0, 1)]
    if not members:
        return None
    if not (said := _ID_MEMBER.fullmatch(members[0].decode(errors="replace"))):
        raise LogUnusable(f"{keys.ids} has a member of another form")
    seq, tag, number, rev, digest = said.groups()
    (rows,) = yield [("ZRANGE", keys.log, seq, seq, "BYSCORE")]
    entries = [received.entry for row in rows if (received := _read(feed, row))]
    return Appended(
        position=Position(int(seq), tag),
        number=int(number),
        rev=int(rev),
        digest=digest,
        at=entries[0].at if entries else None,
    )


def log_gone(feed: str) -> LogUnusable:
    """The error that nothing is left of where the feed stood."""
    return LogUnusable(
        f"The log of {feed} is gone, its head too",
        hint="Restore Redis from its backup.",
    )


def unknown_feed(feed: str) -> Question[UnknownFeed]:
    """The error that there is no such feed; it names the nearest."""
    names = yield from feed_names()
    near = difflib.get_close_matches(feed, names, n=1, cutoff=0.5)
    if near:
        hint = f"Did you mean {near[0]}?"
    elif names:
        hint = f"There is {', '.join(names[:20])}. `publisher feed create {feed}` makes a new one."
    else:
        hint = f"There are no feeds yet. `publisher feed create {feed}` makes one."
    return UnknownFeed(f"There is no feed {feed!r}", hint=hint)


def unknown_story(feed: str, number: int) -> Question[UnknownStory]:
    """The error that the feed has no such story; it names the nearest."""
    order = Keys(feed).order
    below, above = yield [
        ("ZRANGE", order, number, "-inf", "BYSCORE", "REV", "LIMIT", 0, 1),
        ("ZRANGE", order, number, "+inf", "BYSCORE", "LIMIT", 0, 1),
    ]
    near = sorted((int(raw) for raw in (*below, *above)), key=lambda other: abs(other - number))
    hint = f"The nearest is #{near[0]}." if near else f"{feed} has no stories yet."
    return UnknownStory(f"There is no story #{number} in {feed}", hint=hint)


def _fold(
    feed: str,
    position: Position,
    facts: dict[bytes, bytes],
    stories: dict[bytes, bytes],
    pinned: list[bytes],
) -> Fold:
    readable = ((int(number), _read(feed, data)) for number, data in stories.items())
    entries = sorted((number, received) for number, received in readable if received)
    return Fold(
        feed=feed,
        position=position,
        facts=_facts(feed, facts),
        stories={number: received.entry for number, received in entries},
        pinned=tuple(int(number) for number in pinned),
        keep=int(facts.get(b"keep", KEEP)),
    )


def _facts(feed: str, raw: dict[bytes, bytes]) -> Facts:
    given = {name.decode(): value.decode(errors="replace") for name, value in raw.items()}
    try:
        return msgspec.convert(given, Facts)
    except msgspec.ValidationError as error:
        raise LogUnusable(f"The facts of {feed} are damaged: {error}") from error


def _head(raw: list[bytes | None]) -> Position | None:
    seq, tag = raw
    return Position(int(seq), tag.decode()) if seq and tag else None


def _later(head: Position | None, logged: Position | None) -> Position | None:
    if head and logged:
        return head if head.seq > logged.seq else logged
    return head or logged


def _read_rows(feed: str, rows: list[bytes]) -> list[Received | None]:
    return [_read(feed, data) for data in rows]


def _read(feed: str, data: bytes) -> Received | None:
    try:
        return decode_of(feed, data)
    except BadMessage as bad:
        _log.warning("An entry of %s cannot be read: %s", feed, bad)
        return None


def decode_of(feed: str, data: bytes) -> Received:
    """Read an entry of this feed.

    Raises:
        BadMessage: for other bytes, another feed's entry included.
    """
    received = decode(data)
    if received.entry.feed != feed:
        raise BadMessage(f"an entry of the feed {received.entry.feed[:80]!r}")
    return received


def _readable(feed: str, number: int, data: bytes) -> Entry:
    try:
        return decode_of(feed, data).entry
    except BadMessage as bad:
        raise LogUnusable(f"Story #{number} of {feed} cannot be read: {bad}") from bad


def _unbroken_end(rows: list[Received | None]) -> list[Entry]:
    """The newest entries, back to one that cannot be read or does not join on."""
    entries: list[Entry] = []
    for received in reversed(rows):
        if received is None or (entries and received.entry.seq != entries[-1].seq - 1):
            break
        entries.append(received.entry)
    return entries[::-1]


def _with_text(feed: str, rows: list[list[bytes]]) -> list[Entry]:
    entries = (received.entry for row in rows for received in _read_rows(feed, row) if received)
    return [entry for entry in entries if entry.story is not None]


def _in_pairs(flat: list[bytes]) -> Iterable[tuple[bytes, bytes]]:
    return zip(flat[::2], flat[1::2], strict=True)
