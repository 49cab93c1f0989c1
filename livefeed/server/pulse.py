"""A pulse: one beat for all readers of a feed, so that a page knows that it is live."""

from dataclasses import dataclass

from livefeed.position import Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """Beat `number`. `at` is ms since 1970 by this server's clock; `upstream`: Redis is there."""

    number: int
    position: Position
    at: int
    readers: int
    upstream: bool
