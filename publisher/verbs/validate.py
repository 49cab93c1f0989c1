"""`publisher validate`: would this be a story? Nobody but the file is asked."""

import click

from publisher.desk import Desk
from publisher.flags import verb


@click.command(short_help="Check a story without publishing it.")
@click.argument("file", metavar="FILE")
@verb
def validate(desk: Desk, file: str) -> None:
    """Check whether FILE (or `-`) can be published. Redis is not needed."""
    from publisher import validating

    validating.validate(desk, file)
