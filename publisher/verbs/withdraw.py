"""`publisher hold`, `release` and `kill`: a story leaves the feed, for a while or for ever."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from publisher.argument_types import NUMBER, WORDS
from publisher.desk import Desk
from publisher.flags import IF_REV, change, story_number

Command = TypeVar("Command", bound=Callable[..., Any])


def _with_note(told: str) -> Callable[[Command], Command]:
    """A decorator for all three: which story, and a note of what is told by it."""
    note = click.option("--note", type=WORDS, metavar="TEXT", help=f"{told}; readers see it.")

    def decorate(command: Command) -> Command:
        return story_number(note(IF_REV(command)))

    return decorate


@click.command(short_help="Withdraw a story while something is checked.")
@_with_note("Why")
@change
def hold(desk: Desk, **given: Any) -> None:
    """Withdraw a story while something is checked; `release` brings it back."""
    _withdraw(desk, "hold", given)


@click.command(short_help="Bring a held story back.")
@_with_note("What came of it")
@change
def release(desk: Desk, **given: Any) -> None:
    """Bring a held story back as it was."""
    _withdraw(desk, "release", given)


@click.command(short_help="Withdraw a story for ever.")
@_with_note("Why")
@click.option("--substitute", type=NUMBER, metavar="N", help="The story that stands in for it.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option(
    "--confirm", type=NUMBER, metavar="N", help="Do not ask: the number is this one, as meant."
)
@change
def kill(desk: Desk, yes: bool, confirm: int | None, **given: Any) -> None:
    """Withdraw a story for ever: its text leaves the log and every open page.

    Asks for the number to be typed; without a terminal give --confirm NUMBER or --yes.
    """
    from publisher.confirm import ask_number, still_to_ask

    number = given["number"]
    asks = desk.terminal.asks or desk.dry_run
    must_ask = still_to_ask(number, yes=yes, confirmed=confirm, asks=asks)

    def confirmed(headline: str) -> None:
        if must_ask and not desk.dry_run:
            ask_number(desk.terminal, number, headline)

    _withdraw(desk, "kill", given, confirmed)


def _withdraw(
    desk: Desk,
    verb: str,
    given: dict[str, Any],
    confirm: Callable[[str], None] | None = None,
) -> None:
    from livefeed.entry import Op
    from publisher.change import Change
    from publisher.open_log import open_log
    from publisher.publishing import publish

    with open_log(desk) as log:
        publish(desk, log, Change(op=Op(verb), **given), confirm)
