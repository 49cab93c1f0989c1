"""A publication id: the UUIDv7 under which a change is appended once, however often it is tried.

It is made before the first try. UUIDv7s begin with a time, so ids sort by age, and those that are
older than a log keeps them can be told.
"""

import re

from livefeed.errors import UsageError

RANDOM_BYTES = 10
_UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_VERSION = 0x7 << 76
_VARIANT = 0b10 << 62


def publication_id(now_ms: int, randomness: bytes) -> str:
    """A UUIDv7 of this time (ms since 1970) and these ten random bytes."""
    drawn = int.from_bytes(randomness[:RANDOM_BYTES], "big")
    low = drawn & ((1 << 62) - 1)
    middle = (drawn >> 62 & 0xFFF) << 64
    digits = f"{(now_ms & (1 << 48) - 1) << 80 | _VERSION | middle | _VARIANT | low:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def check_id(text: str) -> str:
    """The id as it is written in a log: lower case.

    Raises:
        UsageError: if it is no UUIDv7.
    """
    if not _UUID7.fullmatch(text.lower()):
        raise UsageError(
            f"{text[:60]!r} is no publication id",
            hint="An id is a UUIDv7, such as an earlier run printed; without --id one is made.",
        )
    return text.lower()
