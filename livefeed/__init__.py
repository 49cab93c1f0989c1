"""A live news feed: a log that readers and services follow.

    async for event in livefeed.follow("redis://127.0.0.1", "news", after=position):
        ...  # livefeed.Reset, with the feed as it stands, or livefeed.Entry

Names are loaded when they are first used, so that `import livefeed` alone costs nothing and needs
neither Redis nor a server framework.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from livefeed.entry import Correction, Entry, Facts, FeedState, Mark, Op
    from livefeed.errors import LivefeedError
    from livefeed.fold import Fold
    from livefeed.position import Position
    from livefeed.redis_log.append import Receipt, append, create_feed
    from livefeed.redis_log.follow import Reset, Upstream, follow
    from livefeed.request import Request
    from livefeed.story import Story

__all__ = [
    "Correction",
    "Entry",
    "Facts",
    "FeedState",
    "Fold",
    "LivefeedError",
    "Mark",
    "Op",
    "Position",
    "Receipt",
    "Request",
    "Reset",
    "Story",
    "Upstream",
    "append",
    "create_feed",
    "follow",
]

_HOMES = {
    "Correction": "entry",
    "Entry": "entry",
    "Facts": "entry",
    "FeedState": "entry",
    "Fold": "fold",
    "LivefeedError": "errors",
    "Mark": "entry",
    "Op": "entry",
    "Position": "position",
    "Receipt": "redis_log.append",
    "Request": "request",
    "Reset": "redis_log.follow",
    "Story": "story",
    "Upstream": "redis_log.follow",
    "append": "redis_log.append",
    "create_feed": "redis_log.append",
    "follow": "redis_log.follow",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
