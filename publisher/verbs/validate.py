"""`publisher validate`: would this be a story? Nobody but the file is asked."""

import click

from publisher.desk import Answers, Desk
from publisher.flags import verb


@click.command(short_help="Check a story without publishing it.")
@click.argument("file", metavar="FILE")
@verb
def validate(desk: Desk, file: str) -> None:
    """Check whether FILE (or `-`) can be published. Redis is not needed."""
    from livefeed.entry import Op
    from livefeed.text import one_line
    from livefeed.wire.channel import packed
    from publisher.change import Change, asked, completed
    from publisher.publishing import headline_of
    from publisher.story_file import draft_in

    change = Change(op=Op.PUBLISH, draft=draft_in(file, desk.terminal))
    request = asked(change, feed=desk.feed, publication_id=desk.publication_id, editor=desk.editor)
    request = completed(change, request, current=None, uris={})
    size = len(packed(request, None).data)
    headline, out = headline_of(request.story), desk.terminal.out
    if desk.answers is Answers.JSON:
        out.object({"valid": True, "headline": headline, "bytes": size})
    else:
        out.line(f"{out.style('Valid:', 'green', 'bold')} {one_line(headline)}")
