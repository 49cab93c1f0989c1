"""`publisher pin` and `unpin`: which stories stand first."""

import click

from publisher.desk import Desk
from publisher.flags import change, story_number


@click.command(short_help="Let a story stand first.")
@story_number
@change
def pin(desk: Desk, number: int) -> None:
    """Let a story stand first, before the other pinned ones."""
    _move(desk, "pin", number)


@click.command(short_help="Put a pinned story back in its place.")
@story_number
@change
def unpin(desk: Desk, number: int) -> None:
    """Put a pinned story back in its place."""
    _move(desk, "unpin", number)


def _move(desk: Desk, verb: str, number: int) -> None:
    from livefeed.entry import Op
    from publisher.change import Change
    from publisher.open_log import open_log
    from publisher.publishing import publish

    with open_log(desk) as log:
        publish(desk, log, Change(op=Op(verb), number=number))
