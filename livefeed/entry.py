"""An entry: one change of a feed, as it stands in the log and travels on the channel.

Keys, types and their meaning are the contract of `docs/protocol.md`. Entries are values: a
withdrawal makes another entry (`without_text`) and leaves the first as it was.
"""

from enum import StrEnum
from typing import Literal

import msgspec

from livefeed.position import Position
from livefeed.story import Story

VERSION = 1
LARGEST_ENTRY = 512 * 1024  # bytes, packed


class Op(StrEnum):
    """What an entry does."""

    PUBLISH = "publish"
    UPDATE = "update"
    CORRECT = "correct"
    REFILE = "refile"
    HOLD = "hold"
    RELEASE = "release"
    KILL = "kill"
    PIN = "pin"
    UNPIN = "unpin"
    FEED = "feed"


CARRIES_STORY = frozenset({Op.PUBLISH, Op.UPDATE, Op.CORRECT, Op.REFILE, Op.RELEASE})
WITHDRAWS = frozenset({Op.HOLD, Op.KILL})


class Mark(StrEnum):
    """How a story stands out: a key event, or the feed's summary box."""

    KEY = "key"
    SUMMARY = "summary"


class FeedState(StrEnum):
    """Whether the event that a feed tells of is still to come, going on, or over."""

    UPCOMING = "upcoming"
    LIVE = "live"
    ENDED = "ended"


class Facts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A feed's facts. In an entry only those that change are there.

    `language` is a BCP 47 tag, `zone` a name of the IANA time zone database, `starts` (when the
    event begins) a date-time of RFC 3339.
    """

    title: str | None = None
    section: str | None = None
    description: str | None = None
    language: str | None = None
    zone: str | None = None
    starts: str | None = None
    state: FeedState | None = None

    def updated(self, changes: "Facts") -> "Facts":
        """These facts with those of `changes` in their place."""
        given = {
            name: value
            for name in self.__struct_fields__
            if (value := getattr(changes, name)) is not None
        }
        return msgspec.structs.replace(self, **given)


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """When a story was corrected (ms since 1970) and what readers were told of it."""

    at: int
    note: str


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One entry. `at` and `first_at` are ms since 1970 by Redis's clock.

    `number` is the seq of the story's first publication and `rev` its revision; both are 0 with
    `feed`. `first_at` and `corrections` tell of the story before this entry.
    """

    v: Literal[1]
    feed: str
    seq: int
    tag: str
    at: int
    number: int
    rev: int
    op: Op
    id: str
    editor: str | None = None
    note: str | None = None
    first_at: int | None = None
    corrections: tuple[Correction, ...] = ()
    marks: tuple[Mark, ...] = ()
    substitute: int | None = None
    facts: Facts | None = None
    redacts: bool = False
    withdrawn: bool = False
    story: Story | None = None

    @property
    def position(self) -> Position:
        """Where a reader stands who has this entry."""
        return Position(self.seq, self.tag)

    @property
    def first_published(self) -> int:
        """When the story was first published, in ms since 1970."""
        return self.at if self.first_at is None else self.first_at

    @property
    def withdraws(self) -> bool:
        """Whether the story's earlier texts leave the log with this entry."""
        return self.op in WITHDRAWS or self.redacts

    @property
    def all_corrections(self) -> tuple[Correction, ...]:
        """The story's corrections, this entry's included, oldest first."""
        if self.op is not Op.CORRECT:
            return self.corrections
        return (*self.corrections, Correction(at=self.at, note=self.note or ""))

    def without_text(self) -> "Entry":
        """This entry as it stands in the log once its text was withdrawn."""
        if self.story is None:
            return self
        return msgspec.structs.replace(self, story=None, withdrawn=True)
