"""`publisher update`, `correct` and `refile`: another revision of a story."""

from typing import Any

import click

from livefeed.errors import UsageError
from publisher.argument_types import WORDS
from publisher.desk import Desk
from publisher.flags import IF_REV, change, story_number
from publisher.story_flags import check_any, story_flags, taken

_QUESTION = "What was wrong? Readers see this note: "
_QUIET = "For a typing error nobody needs to be told of there is `publisher refile`."


@click.command(short_help="Add facts to a story.")
@story_number
@click.argument("file", required=False, metavar="[FILE]")
@story_flags
@click.option("--note", type=WORDS, metavar="TEXT", help="What is new.")
@IF_REV
@change
def update(desk: Desk, **given: Any) -> None:
    """Add facts to a story.

    FILE is the story as it shall stand, whole; flags alone change single fields of it.
    """
    _change(desk, "update", given)


@click.command(short_help="Repair an error, and tell readers of it.")
@story_number
@click.argument("file", required=False, metavar="[FILE]")
@story_flags
@click.option("--note", type=WORDS, metavar="TEXT", help="What was wrong; readers see it.")
@click.option("--redact", is_flag=True, help="Take the earlier texts away for ever (legal).")
@IF_REV
@change
def correct(desk: Desk, **given: Any) -> None:
    """Repair an error, and tell readers of it with a note.

    FILE is the story as it shall stand, whole; flags alone change single fields of it:

    \b
      publisher correct 12 --headline "Turnout is 16 %" --note "It is 16 %, not 61 %."
    """  # noqa: D301 - click's mark
    given["note"] = given["note"] or _asked_note(desk)
    _change(desk, "correct", given)


@click.command(short_help="Repair a typing error quietly.")
@story_number
@click.argument("file", required=False, metavar="[FILE]")
@story_flags
@IF_REV
@change
def refile(desk: Desk, **given: Any) -> None:
    """Repair a typing error; readers are not told.

    FILE is the story as it shall stand, whole; flags alone change single fields of it.
    """
    _change(desk, "refile", given)


def _asked_note(desk: Desk) -> str:
    note = desk.terminal.ask(_QUESTION) if desk.terminal.asks else ""
    if not note:
        raise UsageError("A correction has a --note that tells readers what was wrong", hint=_QUIET)
    return note


def _change(desk: Desk, verb: str, given: dict[str, Any]) -> None:
    from livefeed.entry import Op
    from publisher.change import Change
    from publisher.open_log import open_log
    from publisher.publishing import publish
    from publisher.story_file import draft_in

    number, file = given["number"], given["file"]
    flags = taken(given)
    check_any(flags, file, example=f'publisher {verb} {number} --headline "…"')
    wanted = Change(
        op=Op(verb),
        number=number,
        draft=draft_in(file, desk.terminal) if file is not None else None,
        flags=flags,
        note=given.get("note"),
        redacts=given.get("redact", False),
        if_rev=given["if_rev"],
    )
    with open_log(desk) as log:
        publish(desk, log, wanted)
