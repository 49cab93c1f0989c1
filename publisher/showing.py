"""One story as an editor reads it: its state, its history for readers, its text."""

from collections.abc import Callable, Iterator
from datetime import tzinfo
from typing import Any

import msgspec

from livefeed.entry import Entry, Mark, Op
from livefeed.errors import StateConflict
from livefeed.ninjs import Body
from livefeed.story import Story, is_markup, main_body, main_headline, story_document
from livefeed.text import one_line, printable
from publisher.clock_time import short_time, zone_named
from publisher.desk import Answers, Desk
from publisher.html_text import html_text
from publisher.listing import state_of
from publisher.open_log import open_log

_MARKS = {Mark.KEY: "key event", Mark.SUMMARY: "in the summary"}
_PAST = {
    Op.PUBLISH: "published",
    Op.UPDATE: "updated",
    Op.CORRECT: "corrected",
    Op.REFILE: "refiled",
    Op.HOLD: "held",
    Op.RELEASE: "released",
    Op.KILL: "killed",
}


def show(desk: Desk, number: int, *, ninjs: bool) -> None:
    """Print the story; a held one with its text.

    Raises:
        StateConflict: if only its text was asked for and it was killed.
    """
    with open_log(desk) as log:
        entry = log.story(number)
        fold = log.fold()
        story = log.held(number).story if entry.op is Op.HOLD else entry.story
    state = state_of(entry, fold.pinned)
    if ninjs:
        indent = None if desk.answers is Answers.JSON else 2
        desk.terminal.out.object(_document(number, story), indent=indent)
    elif desk.answers is Answers.JSON:
        desk.terminal.out.object(as_object(entry, story, state))
    else:
        zone = zone_named(fold.facts.zone)
        for line in _lines(desk, entry, story, state, zone):
            desk.terminal.out.line(line)


def _document(number: int, story: Story | None) -> dict[str, Any]:
    if story is None:
        raise StateConflict(f"#{number} was killed; its text is gone for ever")
    return story_document(story)


def as_object(entry: Entry, story: Story | None, state: str) -> dict[str, Any]:
    """The story's newest entry for `--json`, with its state and the text of a held one."""
    values: dict[str, Any] = msgspec.to_builtins(entry)
    values |= {"position": str(entry.position), "state": state}
    return values | ({"story": story_document(story)} if story else {})


def _lines(
    desk: Desk, entry: Entry, story: Story | None, state: str, zone: tzinfo
) -> Iterator[str]:
    """What people read; the text last."""
    out = desk.terminal.out
    headline = one_line(main_headline(story)) if story else ""
    yield f"{out.style(f'#{entry.number}', 'bold')} {out.style(headline, 'bold')}".rstrip()
    for name, value in _facts(entry, story, state, lambda ms: short_time(ms, desk.now_ms, zone)):
        yield f"{out.style(f'{name:>12}', 'dim')}  {one_line(value)}"
    if body := (main_body(story) if story else None):
        yield ""
        yield printable(_text(body))


def _facts(
    entry: Entry, story: Story | None, state: str, time: Callable[[int], str]
) -> Iterator[tuple[str, str]]:
    marks = "".join(f", {_MARKS[mark]}" for mark in entry.marks)
    yield "state", f"{state}{marks}, revision {entry.rev}"
    yield "published", time(entry.first_published)
    if entry.rev > 1:
        yield _PAST[entry.op], time(entry.at) + (f" by {entry.editor}" if entry.editor else "")
    for correction in entry.all_corrections:
        yield "correction", f"{time(correction.at)}: {correction.note}"
    if entry.note and entry.op is not Op.CORRECT:
        yield "note", entry.note
    if entry.substitute:
        yield "substitute", f"#{entry.substitute}"
    if story:
        yield from _story_facts(story)


def _story_facts(story: Story) -> Iterator[tuple[str, str]]:
    for name in ("by", "located", "urgency", "language", "content_created"):
        if (value := getattr(story, name)) is not None:
            yield name.replace("content_created", "date"), str(value)
    if subjects := ", ".join(subject.name for subject in story.subjects if subject.name):
        yield "subject", subjects
    if links := ", ".join(link.name for link in story.associations):
        yield "also read", links
    yield "uri", story.uri


def _text(body: Body) -> str:
    return html_text(body.value) if is_markup(body.content_type) else body.value
