"""The flags that every verb takes, those of every change, and how they become a desk."""

import functools
import time
from collections.abc import Callable
from typing import Any, TypeVar

import click

from livefeed.errors import LivefeedError, Unreachable
from publisher.argument_types import NUMBER, WORDS
from publisher.desk import Desk, desk_of
from publisher.failure import Failed

Command = TypeVar("Command", bound=Callable[..., Any])
SECONDS = 10.0

EVERY_VERB = (
    click.option("--feed", metavar="NAME", help="The feed [LIVEFEED_FEED, else news]."),
    click.option("--redis", metavar="URL", help="Where Redis or Valkey is [LIVEFEED_REDIS_URL]."),
    click.option(
        "--data",
        metavar="FOLDER",
        help="Without --redis: the data folder of `livefeed serve`, whose embedded server is "
        "used [LIVEFEED_DATA].",
    ),
    click.option("--editor", type=WORDS, metavar="NAME", help="Who you are [your login name]."),
    click.option(
        "--timeout",
        type=click.FloatRange(0, 86_400),
        default=SECONDS,
        metavar="SECONDS",
        help="How long to try when Redis does not answer [10].",
    ),
    click.option("--json", "as_json", is_flag=True, help="Answer with JSON, for programs."),
    click.option(
        "--plain", is_flag=True, help="Answer in tab-separated lines, without colours and hints."
    ),
    click.option("--no-input", is_flag=True, help="Never ask a question; fail instead."),
)
EVERY_CHANGE = (
    click.option(
        "--id",
        "publication_id",
        metavar="UUID",
        help="The publication id of an earlier run whose outcome is unknown: it cannot publish "
        "twice.",
    ),
    click.option("--dry-run", is_flag=True, help="Show the entry and publish nothing."),
)
IF_REV = click.option(
    "--if-rev",
    type=click.IntRange(min=1),
    metavar="N",
    help="Only if the story is still at this revision.",
)
_NAMES = {"feed", "redis", "data", "editor", "timeout", "as_json", "plain", "no_input"}
_CHANGE_NAMES = {"publication_id", "dry_run"}


def story_number(command: Command) -> Command:
    """The argument NUMBER."""
    return click.argument("number", type=NUMBER, metavar="NUMBER")(command)


def verb(command: Callable[..., None]) -> Callable[..., None]:
    """A verb that reads: it gets its desk, and the flags that are its own."""
    return _at_a_desk(command, EVERY_VERB)


def change(command: Callable[..., None]) -> Callable[..., None]:
    """A verb that publishes."""
    return _at_a_desk(command, (*EVERY_CHANGE, *EVERY_VERB))


def _at_a_desk(command: Callable[..., None], flags: tuple[Any, ...]) -> Callable[..., None]:
    @functools.wraps(command)
    def seated(**given: Any) -> None:  # noqa: ANN401 - flags come from click in any type
        shared = {name: given.pop(name) for name in _NAMES | _CHANGE_NAMES if name in given}
        desk = desk_of(shared, now_ms=time.time_ns() // 1_000_000)
        publishes = "publication_id" in shared
        try:
            command(desk, **given)
        except Failed as failed:
            failed.error.hint = _as_pasted(failed.error.hint, desk)
            raise
        except LivefeedError as error:
            error.hint = _as_pasted(_hint(error, desk, publishes=publishes), desk)
            raise Failed(error, desk.publication_id if publishes else None) from error

    for flag in reversed(flags):
        seated = flag(seated)
    return seated


def _hint(error: LivefeedError, desk: Desk, *, publishes: bool) -> str:
    """The hint; with no Redis also whether anything was published, and whence the address is."""
    if not isinstance(error, Unreachable):
        return error.hint
    told = ("Nothing was published." if publishes else "", desk.redis.where_from(), error.hint)
    return "\n".join(filter(None, told))


def _as_pasted(hint: str, desk: Desk) -> str:
    """The hint, its commands with the program and the flags that the editor typed."""
    return hint.replace("`publisher ", f"`{desk.next_command()} ")
