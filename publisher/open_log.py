"""A feed's log, opened for one command: it reads and appends, and does not give up at once.

A Redis that is out of reach is tried again until the desk's time is up; somebody at a terminal is
told that this is why nothing happens.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from livefeed.entry import Entry, Facts
from livefeed.errors import Unreachable
from livefeed.redis_log import append, read
from livefeed.redis_log.connect import PATIENCE, address, connect, our_errors
from livefeed.request import Request
from publisher.desk import Desk

if TYPE_CHECKING:
    from livefeed.fold import Fold
    from livefeed.redis_log.append import Receipt

Answer = TypeVar("Answer")
_SHORTEST_PATIENCE = 0.1  # seconds
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 1.0  # seconds


class OpenLog:
    """What a command asks of Redis. Every method may raise Unreachable."""

    def __init__(self, desk: Desk) -> None:
        patience = max(_SHORTEST_PATIENCE, min(desk.timeout, PATIENCE))
        self._desk = desk
        self._connection = connect(desk.redis.url(), patience=patience)
        self._deadline = time.monotonic() + desk.timeout

    def story(self, number: int) -> Entry:
        """The newest entry of a story.

        Raises:
            UnknownFeed, UnknownStory: with the nearest that there is.
        """
        return self._patiently(lambda: read.read_story(self._connection, self._desk.feed, number))

    def held(self, number: int) -> Entry:
        """The entry that has a held story's text.

        Raises:
            UnknownFeed, UnknownStory: if that story is not held.
        """
        return self._patiently(lambda: read.read_held(self._connection, self._desk.feed, number))

    def fold(self, feed: str | None = None) -> "Fold":
        """A feed as it stands.

        Raises:
            UnknownFeed: with the nearest that there is.
        """
        name = feed or self._desk.feed
        return self._patiently(lambda: read.read_fold(self._connection, name))

    def check_feed(self) -> None:
        """Whether there is such a feed.

        Raises:
            UnknownFeed: with the nearest that there is.
        """
        if self._desk.feed not in self.feeds():
            self.fold()

    def feeds(self) -> list[str]:
        """The names of all feeds."""
        return sorted(self._patiently(lambda: read.feed_names(self._connection)))

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def wait(self) -> None:
        """Wait until Redis answers: whoever loses patience before knows that nothing was sent."""
        self._patiently(self._ping)

    def earlier(self, request: Request) -> "Receipt | None":
        """What an earlier run with the request's id appended, if anything.

        Raises:
            IdReused: the id belongs to another request.
        """
        return self._patiently(lambda: append.earlier(self._connection, request))

    def append(self, request: Request, current: Entry | None) -> "Receipt":
        """Append a change.

        Raises:
            Conflict, UnknownFeed, UnknownStory, StoryInvalid: as the log has it.
            OutcomeUnknown: it may have been appended.
        """
        return append.append(self._connection, request, current, timeout=self._time_left())

    def create(self, request: Request) -> "Receipt":
        """Make the feed that the request names, with its facts.

        Raises:
            FeedExists: there is one of that name.
            OutcomeUnknown: it may have been made.
        """
        return append.create_feed(
            self._connection,
            request.feed,
            request.facts or Facts(),
            id=request.id,
            editor=request.editor,
            timeout=self._time_left(),
        )

    def _ping(self) -> None:
        with our_errors(address(self._connection)):
            self._connection.ping()

    def _time_left(self) -> float:
        return max(0.0, self._deadline - time.monotonic())

    def _patiently(self, ask: Callable[[], Answer]) -> Answer:
        pause = _FIRST_PAUSE
        while True:
            try:
                return ask()
            except Unreachable as error:
                if self._time_left() <= pause:
                    raise
                if pause == _FIRST_PAUSE:
                    self._tell(error)
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _tell(self, error: Unreachable) -> None:
        err = self._desk.terminal.err
        if err.file.isatty():
            err.line(f"{error.message}; trying for {self._time_left():.0f} s …")


@contextmanager
def open_log(desk: Desk) -> Iterator[OpenLog]:
    """Open the log; the connection is made with the first question."""
    log = OpenLog(desk)
    try:
        yield log
    finally:
        log.close()
