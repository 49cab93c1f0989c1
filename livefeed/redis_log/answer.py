"""What the append's script answered: a receipt, or an error that says what changed meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import redis
from redis import exceptions as foreign

from livefeed.entry import Entry, Op
from livefeed.errors import (
    BadMessage,
    FeedExists,
    IdExpired,
    IdReused,
    LivefeedError,
    LogUnusable,
    RevisionConflict,
    StateConflict,
)
from livefeed.position import Position
from livefeed.redis_log import questions
from livefeed.redis_log.connect import address, translated
from livefeed.redis_log.read import ask
from livefeed.request import Request
from livefeed.wire.channel import decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What was appended, and where.

    `at` is in ms since 1970, None for a repeated id whose entry is not kept any more. `repeated`
    says that an earlier call had appended it.
    """

    op: Op
    feed: str
    number: int
    rev: int
    seq: int
    position: Position
    id: str
    at: int | None
    repeated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the script was asked, by whom. `current` is the entry that the editor started from."""

    client: redis.Redis
    request: Request
    current: Entry | None


def settled(asked: Asked, answer: list[bytes], perhaps_ours: bool) -> Receipt:
    """The receipt that an answer of the script stands for.

    `perhaps_ours` says that an attempt of this very call went unanswered before: that one may have
    been the first under its id.

    Raises:
        UnknownFeed, UnknownStory: with the nearest that there is.
        Conflict: with what changed meanwhile.
        Unreachable: this user may not append.
        LogUnusable: the keys are damaged.
    """
    what, *told = answer
    if what == b"appended":
        return _receipt(asked.request, told, repeated=False)
    if what == b"repeated":
        return _receipt(asked.request, told, repeated=not perhaps_ours)
    refusal = _REFUSALS.get(what.decode(), _unusable)
    raise refusal(asked, told)


def _receipt(request: Request, told: list[bytes], *, repeated: bool) -> Receipt:
    seq, tag, at, number, rev = told
    return Receipt(
        op=request.op,
        feed=request.feed,
        number=int(number),
        rev=int(rev),
        seq=int(seq),
        position=Position(int(seq), tag.decode()),
        id=request.id,
        at=int(at) if at else None,
        repeated=repeated,
    )


def _unknown_feed(asked: Asked, _: list[bytes]) -> LivefeedError:
    return ask(asked.client, questions.unknown_feed(asked.request.feed))


def _unknown_story(asked: Asked, _: list[bytes]) -> LivefeedError:
    return ask(asked.client, questions.unknown_story(asked.request.feed, asked.request.number))


def _feed_exists(asked: Asked, _: list[bytes]) -> LivefeedError:
    return FeedExists(
        f"There is a feed {asked.request.feed!r} already",
        hint="Its facts are changed with `publisher feed edit`.",
    )


def _not_permitted(asked: Asked, told: list[bytes]) -> LivefeedError:
    return translated(foreign.NoPermissionError(told[0].decode()), address(asked.client))


def _malformed(_: Asked, told: list[bytes]) -> LivefeedError:
    return LivefeedError(f"The append's script takes no such request: {told[0].decode()}")


def _unusable(asked: Asked, told: list[bytes]) -> LivefeedError:
    return LogUnusable(
        f"The log of {asked.request.feed} is damaged: {b' '.join(told).decode()}",
        hint="docs/protocol.md has the keys and their types; restore the feed from a backup.",
    )


def _id_reused(asked: Asked, told: list[bytes]) -> LivefeedError:
    _, number, rev = told
    return id_reused(asked.request, int(number), int(rev))


def id_reused(request: Request, number: int, rev: int) -> IdReused:
    """The error that the request's id made something else: revision `rev` of story `number`."""
    made = f"#{number} revision {rev}" if number else f"a change of the feed {request.feed}"
    return IdReused(
        f"The id {request.id} was used for another request: it made {made}",
        hint="Leave --id away, or repeat exactly the command that it was made for.",
    )


def _id_expired(asked: Asked, told: list[bytes]) -> LivefeedError:
    request, at = asked.request, int(told[0])
    made = int(request.id.replace("-", "")[:12], 16)
    return IdExpired(
        f"The id {request.id} was made at {_written(made)}; by Redis's clock it is {_written(at)}, "
        "and ids are kept for 24 hours",
        hint="Look whether it was published; if not, leave --id away. Is this machine's clock off?",
    )


def _state_conflict(asked: Asked, told: list[bytes]) -> LivefeedError:
    request, entry = asked.request, _entry(told[0])
    if entry.op is Op.HOLD:
        what = f"is held{_by_whom(entry)}; a held story takes release and kill"
    elif entry.op is Op.KILL:
        what = f"is killed{_by_whom(entry)}; a killed story takes nothing more"
    else:
        what = "is live; only a held story can be released"
    return StateConflict(
        f"#{request.number} {what}",
        hint=f"`publisher show {request.number}` tells how it stands.",
    )


def _revision_conflict(asked: Asked, told: list[bytes]) -> LivefeedError:
    request, entry = asked.request, _entry(told[1])
    started = (
        request.if_rev if request.if_rev is not None or not asked.current else asked.current.rev
    )
    return RevisionConflict(
        f"#{request.number} is at revision {int(told[0])} now ({entry.op}{_by_whom(entry)}), "
        f"not at {started} any more",
        hint=f"Read it with `publisher show {request.number}`, then decide again.",
    )


def _by_whom(entry: Entry) -> str:
    """` by anna at 12:04:07 UTC: “A note”`, as far as it is known."""
    editor = f" by {entry.editor}" if entry.editor else ""
    note = f": “{entry.note}”" if entry.note else ""
    return f"{editor} at {_written(entry.at)}{note}"


def _entry(data: bytes) -> Entry:
    try:
        return decode(data).entry
    except BadMessage as bad:
        raise LogUnusable(f"A story in the log cannot be read: {bad}") from bad


def _written(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"


_REFUSALS: dict[str, Callable[[Asked, list[bytes]], LivefeedError]] = {
    "unknown-feed": _unknown_feed,
    "unknown-story": _unknown_story,
    "feed-exists": _feed_exists,
    "id-reused": _id_reused,
    "id-expired": _id_expired,
    "state": _state_conflict,
    "revision": _revision_conflict,
    "not-permitted": _not_permitted,
    "malformed": _malformed,
}
