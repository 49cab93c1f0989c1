"""A position: how far into which history a reader has come.

`seq` counts a feed's entries from 1; `tag` is the head of a hash over the entry and the tag before
it, as in git. So two histories that share a `seq` differ in their tag, and a position of one never
resumes in the other. Position 0 is before the first entry; its tag is the feed's `root`.
"""

import hashlib
import re

import msgspec

from livefeed.errors import MalformedPosition

_WRITTEN = re.compile(r"(0|[1-9][0-9]{0,15})-([0-9a-f]{8})")


class Position(msgspec.Struct, frozen=True, order=True):
    """`seq` from 0; `tag` is eight hexadecimal digits. Written `812-9f3a1c2e`."""

    seq: int
    tag: str

    def __str__(self) -> str:
        return f"{self.seq}-{self.tag}"

    @classmethod
    def parse(cls, text: str) -> "Position":
        """Read a position as written by `str`.

        Raises:
            MalformedPosition: for anything else.
        """
        if not (written := _WRITTEN.fullmatch(text)):
            raise MalformedPosition(f"{text[:40]!r} is not a position, such as 812-9f3a1c2e")
        return cls(int(written[1]), written[2])


def next_tag(before: str, *, seq: int, at: int, number: int, rev: int, pairs: bytes) -> str:
    """The tag of the entry at `seq`, whose predecessor has the tag `before`.

    `pairs` is every byte of the packed entry behind the value of `rev`. The append's Lua script
    computes the same.
    """
    headline = f"{before}{seq}.{at}.{number}.{rev}."
    digest = hashlib.sha1(headline.encode() + pairs, usedforsecurity=False)
    return digest.hexdigest()[:8]
