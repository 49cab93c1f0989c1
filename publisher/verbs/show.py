"""`publisher show`: one story."""

import click

from publisher.desk import Desk
from publisher.flags import story_number, verb


@click.command(short_help="Show one story.")
@story_number
@click.option("--ninjs", is_flag=True, help="Only the story, as a ninjs document to edit.")
@verb
def show(desk: Desk, number: int, ninjs: bool) -> None:
    """Show a story: its state, what was corrected, and its text.

    \b
      publisher show 12 --ninjs > story.json
      publisher correct 12 story.json --note "…"
    """  # noqa: D301 - click's mark
    from publisher import showing

    showing.show(desk, number, ninjs=ninjs)
