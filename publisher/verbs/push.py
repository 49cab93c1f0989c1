"""`publisher push`: a new story, or with `--jsonl` one after the other."""

from typing import Any

import click

from livefeed.errors import UsageError
from publisher.desk import Desk
from publisher.flags import change
from publisher.story_flags import StoryFlags, check_any, story_flags, taken

_EXAMPLE = 'publisher push --headline "…" --body "…"'


@click.command(short_help="Publish a new story.")
@click.argument("file", required=False, metavar="[FILE]")
@story_flags
@click.option("--jsonl", is_flag=True, help="FILE has one ninjs document a line; answers are JSON.")
@change
def push(desk: Desk, file: str | None, jsonl: bool, **given: Any) -> None:
    """Publish a new story.

    FILE is Markdown with YAML front matter, a ninjs JSON document, or plain text whose first line
    is the headline; `-` is standard input. Flags win over what the file says.
    """
    flags = taken(given)
    if jsonl:
        _push_lines(desk, file, flags)
    else:
        check_any(flags, file, example=_EXAMPLE)
        _push_one(desk, file, flags)


def _push_one(desk: Desk, file: str | None, flags: StoryFlags) -> None:
    from livefeed.entry import Op
    from publisher.change import Change
    from publisher.open_log import open_log
    from publisher.publishing import publish
    from publisher.story_file import draft_in

    draft = draft_in(file, desk.terminal) if file is not None else None
    with open_log(desk) as log:
        publish(desk, log, Change(op=Op.PUBLISH, draft=draft, flags=flags))


def _push_lines(desk: Desk, file: str | None, flags: StoryFlags) -> None:
    if file is None:
        raise UsageError("With --jsonl give a FILE, or `-` for standard input")
    if desk.id_given:
        raise UsageError("An --id names one publication, and --jsonl makes many")
    if flags:
        raise UsageError(
            "With --jsonl each story is as its line has it; flags for fields do not go with it"
        )
    from publisher.json_lines import push_lines

    push_lines(desk, file)
