"""A story is checked as a push would check it, and nothing is published."""

from livefeed.entry import Op
from livefeed.story import main_headline
from livefeed.text import one_line
from livefeed.wire.channel import packed
from publisher.change import Change, asked, completed
from publisher.desk import Answers, Desk
from publisher.story_file import draft_in


def validate(desk: Desk, file: str) -> None:
    """Say that the story is valid.

    Raises:
        StoryInvalid: with every problem.
    """
    change = Change(op=Op.PUBLISH, draft=draft_in(file, desk.terminal))
    request = asked(change, feed=desk.feed, publication_id=desk.publication_id, editor=desk.editor)
    request = completed(change, request, current=None, uris={})
    size = len(packed(request, None).data)
    headline = main_headline(request.story) if request.story else ""
    out = desk.terminal.out
    if desk.answers is Answers.JSON:
        out.object({"valid": True, "headline": headline, "bytes": size})
    else:
        out.line(f"{out.style('Valid:', 'green', 'bold')} {one_line(headline)}")
