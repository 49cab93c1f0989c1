"""The editor's desk: what holds for a command as a whole.

Which feed, who edits, where Redis is, under which id, and in which form the answer is wanted.
"""

import getpass
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from livefeed import settings
from livefeed.publication_id import check_id
from livefeed.redis_log.new_id import new_id
from publisher.next_command import next_command
from publisher.redis_address import RedisAddress, redis_address
from publisher.terminal import Terminal, this_terminal


class Answers(Enum):
    """For whom answers are printed."""

    PEOPLE = "people"
    PLAIN = "plain"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """`flags` are those of feed and address that were typed, so that hints can repeat them.

    `now_ms` is this machine's time, for ids and for showing times; the log's time is Redis's.
    """

    feed: str
    editor: str | None
    timeout: float
    redis: RedisAddress
    publication_id: str
    id_given: bool
    dry_run: bool
    now_ms: int
    answers: Answers
    terminal: Terminal
    flags: Mapping[str, str | None] = field(default_factory=dict)

    def next_command(self, *words: str) -> str:
        """A command to type next."""
        return next_command(sys.argv[0], self.flags, words)


def desk_of(given: Mapping[str, Any], *, now_ms: int) -> Desk:
    """The desk that flags and the environment describe.

    Raises:
        UsageError: if a flag's value is none.
    """
    flags = {name: given[name] for name in ("feed", "redis", "data")}
    chosen = settings.read(os.environ, flags)
    asked_id = given.get("publication_id")
    plain = given["plain"] or given["as_json"]
    return Desk(
        feed=chosen.feed,
        editor=given["editor"] or login_name(),
        timeout=given["timeout"],
        redis=redis_address(chosen, flags, named=bool(os.environ.get("LIVEFEED_DATA"))),
        publication_id=check_id(asked_id) if asked_id is not None else new_id(now_ms),
        id_given=asked_id is not None,
        dry_run=given.get("dry_run", False),
        now_ms=now_ms,
        answers=_answers(given),
        terminal=this_terminal(os.environ, plain=plain, no_input=given["no_input"]),
        flags=flags,
    )


def login_name() -> str | None:
    """Who is logged in, where the system knows."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return None


def _answers(given: Mapping[str, Any]) -> Answers:
    if given["as_json"]:
        return Answers.JSON
    return Answers.PLAIN if given["plain"] else Answers.PEOPLE
