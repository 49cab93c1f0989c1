"""The append: one atomic script, run until its outcome is known.

The publication id makes every attempt safe: the script appends once under it and gives a retry the
first answer. So a lost connection is met with another attempt, until the time is up; then it is
said whether surely nothing was published (`Unreachable`) or nobody knows (`OutcomeUnknown`).

A harmless PING goes before the script: where it fails, surely nothing was sent. On a connection
that has answered within the last second it is left out, which spares an import half of its round
trips. A Redis that stops in just that second leaves an outcome unknown that the PING would have
known.
"""

import math
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final, NoReturn
from weakref import WeakKeyDictionary

import msgpack
import msgspec
import redis
from redis import exceptions as foreign

from livefeed.entry import WITHDRAWS, Entry, Facts, Op
from livefeed.errors import (
    Conflict,
    InvalidInput,
    LivefeedError,
    OutcomeUnknown,
    Unreachable,
)
from livefeed.publication_id import check_id
from livefeed.redis_log import questions
from livefeed.redis_log.answer import Asked, Receipt, id_reused, settled
from livefeed.redis_log.connect import PATIENCE, address, connect, our_errors, refused, run
from livefeed.redis_log.keys import FEEDS, Keys
from livefeed.redis_log.new_id import new_id
from livefeed.redis_log.read import ask
from livefeed.redis_log.script import Arguments, script
from livefeed.request import Request
from livefeed.wire.channel import Pairs, digest, packed

__all__ = ["Receipt", "append", "create_feed", "earlier"]

TIMEOUT = 10.0  # seconds until an append gives up
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0  # seconds between two attempts
_LATELY = 1.0  # seconds

Command = tuple[str, ...]
_SIGN_OF_LIFE: Final[Command] = ("PING",)
_answered: Final[WeakKeyDictionary[redis.Redis, float]] = WeakKeyDictionary()  # when, by client
Settle = Callable[[list[bytes], bool], Receipt]


def append(
    redis_or_url: redis.Redis | str,
    request: Request,
    current: Entry | None = None,
    *,
    timeout: float = TIMEOUT,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> Receipt:
    """Append the change `request`; tried again, with its id, for `timeout` seconds.

    `current` is the story's entry that the change starts from: its newest (`read_story`), for a
    release the one with the text (`read_held`). Unless the request says otherwise (`if_rev`), the
    story must still be at its revision; only a hold and a kill do not mind.

    Raises:
        UsageError: the id is no UUIDv7.
        StoryInvalid: the entry is too big.
        UnknownFeed, UnknownStory: with the nearest that there is.
        RevisionConflict, StateConflict: with what changed meanwhile.
        IdReused, IdExpired: about the publication id.
        Unreachable: Redis could not be reached in time; nothing was published.
        OutcomeUnknown: it may have been published; run again with the same id.
        LogUnusable, RedisFull: the operator's; nothing was published.
    """
    arguments = _arguments(request, current)
    with _connected(redis_or_url, timeout) as client:
        attempts = _Attempts(client, clock() + timeout, clock, sleep)
        return attempts.run(
            arguments, partial(settled, Asked(client=client, request=request, current=current))
        )


def create_feed(
    redis_or_url: redis.Redis | str,
    feed: str,
    facts: Facts,
    *,
    id: str | None = None,  # noqa: A002 - the contract's word
    editor: str | None = None,
    root: str | None = None,
    keep: int = questions.KEEP,
    timeout: float = TIMEOUT,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> Receipt:
    """Make a feed; its first entry tells its facts. `root` are eight hex digits.

    Raises:
        UsageError: no feed can have this name, or the id is no UUIDv7.
        FeedExists: there is one.
        IdReused, IdExpired, Unreachable, OutcomeUnknown, LogUnusable, RedisFull: as `append`.
    """
    request = Request(feed=feed, op=Op.FEED, id=id or new_id(), facts=facts, editor=editor)
    arguments = _arguments(request, None, root=root or os.urandom(4).hex(), keep=keep)
    with _connected(redis_or_url, timeout) as client:
        attempts = _Attempts(client, clock() + timeout, clock, sleep)
        settle = partial(settled, Asked(client=client, request=request, current=None))
        # The name is written before the feed's first entry, so that no feed is without one.
        return attempts.run(arguments, settle, before=("SADD", FEEDS, feed))


def earlier(redis_or_url: redis.Redis | str, request: Request) -> Receipt | None:
    """What was appended under the request's id, if anything: a retry need not read a story first.

    Raises:
        IdReused: the id belongs to another request.
        Unreachable, LogUnusable: nothing is known.
    """
    with _connected(redis_or_url, PATIENCE) as client:
        found = ask(client, questions.appended(request.feed, check_id(request.id)))
        if found is None:
            return None
        if found.digest != digest(request):
            raise id_reused(request, found.number, found.rev)
        return Receipt(
            op=request.op,
            feed=request.feed,
            number=found.number,
            rev=found.rev,
            seq=found.position.seq,
            position=found.position,
            id=request.id,
            at=found.at,
            repeated=True,
        )


@contextmanager
def _connected(redis_or_url: redis.Redis | str, timeout: float) -> Iterator[redis.Redis]:
    if not isinstance(redis_or_url, str):
        yield redis_or_url
        return
    with connect(redis_or_url, patience=max(0.1, min(timeout, PATIENCE))) as client:
        yield client


def _arguments(request: Request, current: Entry | None, **making: Any) -> Arguments:  # noqa: ANN401
    """What goes to the script: the number of keys, the keys, and two arguments."""
    keys, pairs = Keys(request.feed), packed(request, current)
    names = [keys.log, keys.head, keys.facts, keys.stories, keys.held]
    names += [keys.texts, keys.order, keys.pinned, keys.ids, keys.likes]
    asked = msgpack.packb(_asked(request, current, keys, pairs) | making)
    return [len(names), *names, asked, pairs.data]


def _asked(request: Request, current: Entry | None, keys: Keys, pairs: Pairs) -> dict[str, object]:
    asked = {
        "channel": keys.channel,
        "feed": request.feed,
        "op": str(request.op),
        "id": check_id(request.id),
        "digest": digest(request),
        "number": request.number,
        "if_rev": _guard(request, current),
        "redacts": request.redacts or None,
        "count": pairs.count,
        "story_at": pairs.story_offset,
        "facts": msgspec.to_builtins(request.facts) if request.facts else None,
    }
    return {name: value for name, value in asked.items() if value is not None}


def _guard(request: Request, current: Entry | None) -> int | None:
    """The revision that the story must be at, or None."""
    if request.if_rev is not None:
        return request.if_rev
    if current is None or request.op in WITHDRAWS:  # these must not fail on a colleague's comma
        return None
    # A held text is one revision older than its story: the hold counted it up.
    starts_from_held = request.op is Op.RELEASE and current.op is not Op.HOLD
    return current.rev + 1 if starts_from_held else current.rev


class _Attempts:
    """Runs the script until its outcome is known or the time is up."""

    def __init__(
        self,
        client: redis.Redis,
        deadline: float,
        clock: Callable[[], float],
        sleep: Callable[[float], object],
    ) -> None:
        self._client = client
        self._where = address(client)
        self._deadline = deadline
        self._clock = clock
        self._sleep = sleep
        self._perhaps_executed = False

    def run(
        self, arguments: Arguments, settle: Settle, *, before: Command = _SIGN_OF_LIFE
    ) -> Receipt:
        """The receipt that `settle` makes of the script's answer; or what it raises.

        `before` is a harmless command that goes first.
        """
        try:
            return self._until_answered(arguments, settle, before)
        except KeyboardInterrupt as interrupted:
            if self._perhaps_executed:
                raise _unknown("Interrupted while Redis was asked") from interrupted
            raise

    def _until_answered(self, arguments: Arguments, settle: Settle, before: Command) -> Receipt:
        pause = _FIRST_PAUSE
        while True:
            try:
                return settle(self._attempt(arguments, before), self._perhaps_executed)
            except (Conflict, InvalidInput):
                raise
            except Unreachable as error:
                if self._clock() + pause > self._deadline:
                    self._give_up(error)
            except LivefeedError as error:
                self._give_up(error)
            self._sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _attempt(self, arguments: Arguments, before: Command) -> list[bytes]:
        with our_errors(self._where):
            if before is not _SIGN_OF_LIFE or not self._answered_lately():
                run(self._client, *before)
            earlier_unanswered = self._perhaps_executed
            self._perhaps_executed = True  # until the answer says otherwise
            try:
                answer = script("append").run(self._client, arguments)
            except foreign.RedisError as error:
                if refused(error):
                    self._perhaps_executed = earlier_unanswered
                raise
            self._perhaps_executed = earlier_unanswered
            _answered[self._client] = self._clock()
            return answer

    def _answered_lately(self) -> bool:
        """Whether this client's last answer is new; after a failed attempt, none is."""
        return self._clock() - _answered.pop(self._client, -math.inf) < _LATELY

    def _give_up(self, error: LivefeedError) -> NoReturn:
        if self._perhaps_executed:
            raise _unknown(error.message) from error
        raise error


def _unknown(message: str) -> OutcomeUnknown:
    return OutcomeUnknown(
        f"{message}; whether it was published is unknown",
        hint="Run it again with the same --id: it cannot be published twice.",
    )
