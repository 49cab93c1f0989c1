"""`publisher feed`: feeds are made, described, started and ended."""

from collections.abc import Callable
from typing import Any

import click

from livefeed.errors import UsageError
from publisher.desk import Desk
from publisher.flag_order import FlagsAnywhere
from publisher.flags import change, verb

_FACTS = (
    click.option("--title", metavar="TEXT", help="The page's heading, such as “Live News Feed”."),
    click.option("--section", metavar="TEXT", help="The label above it, such as “News Update”."),
    click.option("--description", metavar="TEXT", help="One sentence on what it is about."),
    click.option("--language", metavar="TAG", help="Such as en or pt-BR."),
    click.option("--zone", metavar="ZONE", help="The time zone of its dates: Europe/Paris."),
    click.option("--starts", metavar="TIME", help="When it begins: 2026-11-03T19:00:00-05:00."),
)


def _facts(command: Callable[..., None]) -> Callable[..., None]:
    for flag in reversed(_FACTS):
        command = flag(command)
    return command


def _name(command: Callable[..., None]) -> Callable[..., None]:
    return click.argument("name", required=False, metavar="[NAME]")(command)


_MEANT = {
    **dict.fromkeys(("add", "make", "new"), "create"),
    **dict.fromkeys(("change", "rename", "set"), "edit"),
    **dict.fromkeys(("begin", "open", "reopen"), "start"),
    **dict.fromkeys(("close", "finish", "stop"), "end"),
    **dict.fromkeys(("ls", "show"), "list"),
}


@click.group(
    cls=FlagsAnywhere, meant=_MEANT, short_help="Make, describe, start, end and list feeds."
)
def feed() -> None:
    """Make feeds, describe them, start and end them.

    \b
      publisher feed create quake --title "Earthquake in Izmir" --zone Europe/Istanbul
      publisher feed create vote --title "The vote" --upcoming --starts 2026-11-03T19:00:00-05:00
      publisher --feed quake push story.md
    """  # noqa: D301 - click's mark


@feed.command(short_help="Make a feed.")
@click.argument("name", metavar="NAME")
@_facts
@click.option("--upcoming", is_flag=True, help="Announce it; `feed start` starts it.")
@change
def create(desk: Desk, name: str, upcoming: bool, **facts: str | None) -> None:
    """Make the feed NAME: lower-case letters, digits and hyphens; it becomes part of addresses."""
    if not facts["title"]:
        raise UsageError(f"The feed {name!r} has no --title", hint="It is the page's heading.")
    from publisher import feed_changes

    feed_changes.create(desk, name, facts, upcoming=upcoming)


@feed.command(short_help="Change a feed's title and other facts.")
@_name
@_facts
@change
def edit(desk: Desk, name: str | None, **facts: str | None) -> None:
    """Change facts of a feed; what is not named stays. An empty text takes a fact away."""
    if all(value is None for value in facts.values()):
        raise UsageError("Nothing to change was given", hint="`publisher feed edit --title …`")
    _edit(desk, name, facts)


@feed.command(short_help="The event begins: the feed is live.")
@_name
@change
def start(desk: Desk, name: str | None) -> None:
    """Say that the feed is live."""
    _edit(desk, name, {}, "live")


@feed.command(short_help="The event is over.")
@_name
@change
def end(desk: Desk, name: str | None) -> None:
    """Say that the feed has ended. Its stories stay; `feed start` opens it again."""
    _edit(desk, name, {}, "ended")


@feed.command("list", short_help="List the feeds.")
@verb
def list_feeds(desk: Desk) -> None:
    """List the feeds: name, state, stories, title."""
    from publisher import feed_listing

    feed_listing.show(desk)


def _edit(desk: Desk, name: str | None, facts: dict[str, Any], state: str | None = None) -> None:
    from publisher import feed_changes

    feed_changes.edit(desk, name, facts, state)
