"""`publisher list`: what stands in the feed."""

import click

from publisher.desk import Desk
from publisher.flags import verb

_SHOWN = 20


@click.command("list", short_help="List the stories of the feed, the newest first.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=_SHOWN, metavar="N", help="At most N [20]."
)
@click.option("--all", "everything", is_flag=True, help="All of them.")
@click.option(
    "--state",
    type=click.Choice(["live", "pinned", "held", "killed"]),
    help="Only those in this state.",
)
@verb
def list_stories(desk: Desk, limit: int, everything: bool, state: str | None) -> None:
    """List the stories of the feed, the newest first: number, revision, time, state, headline.

    With --plain a line is those five with tabs between them, and the time is UTC.
    """
    from publisher import listing

    listing.show(desk, limit=None if everything else limit, state=state)
