"""From a change to its receipt: read what it builds on, append it, answer."""

from collections.abc import Callable
from contextlib import suppress

from livefeed.entry import CARRIES_STORY, Entry, Op
from livefeed.errors import (
    InvalidInput,
    Problem,
    StateConflict,
    StoryInvalid,
    UnknownStory,
    UsageError,
)
from livefeed.story import Story, main_headline
from publisher import dry_run, receipt
from publisher.also_read import uris_of
from publisher.change import Change, asked, completed
from publisher.desk import Desk
from publisher.open_log import OpenLog
from publisher.sending import send


def publish(
    desk: Desk,
    log: OpenLog,
    change: Change,
    confirm: Callable[[str], None] | None = None,
) -> None:
    """Publish the change and answer; with `--dry-run` show the entry instead.

    `confirm` is called with the story's headline before it is changed, and raises to prevent it.

    Raises:
        Failed: with the publication id, once it may have been published.
        LivefeedError: if it is refused.
    """
    request = asked(change, feed=desk.feed, publication_id=desk.publication_id, editor=desk.editor)
    if desk.id_given and not desk.dry_run and (before := log.earlier(request)):
        send(
            desk.publication_id, lambda: before, lambda appended: receipt.answer(desk, appended, "")
        )
        return
    current = _read(log, change)
    _check_substitute(log, change)
    standing = _text(log, current)
    if confirm:
        confirm(headline_of(standing))
    request = completed(change, request, current=current, uris=_uris(log, change))
    if desk.dry_run:
        log.check_feed()
        dry_run.show(desk, request, current)
        return
    log.wait()
    headline = headline_of(request.story or standing)
    send(
        desk.publication_id,
        lambda: log.append(request, current),
        lambda appended: receipt.answer(desk, appended, headline),
    )


def _read(log: OpenLog, change: Change) -> Entry | None:
    """The entry that the change starts from: the newest, for a release the one with the text."""
    if not change.number:
        return None
    current = log.story(change.number)
    if change.op is Op.RELEASE and current.op is Op.HOLD:
        return log.held(change.number)
    if change.op in CARRIES_STORY and current.story is None:
        raise _withdrawn(change, current)
    return current


def _text(log: OpenLog, current: Entry | None) -> Story | None:
    """The story as it stands, also while it is held."""
    if current and current.op is Op.HOLD:
        with suppress(UnknownStory):  # released, or lost: neither may stop a kill
            return log.held(current.number).story
    return current.story if current else None


def _withdrawn(change: Change, current: Entry) -> StateConflict:
    number, done = change.number, receipt.DONE_WORDS[change.op].lower()
    if current.op is Op.HOLD:
        return StateConflict(
            f"#{number} is held{_by(current)}; it cannot be {done}",
            hint=f"`publisher release {number}` brings it back first.",
        )
    return StateConflict(
        f"#{number} was killed{_by(current)}, for ever; it cannot be {done}",
        hint="What is true can be published anew, with `publisher push`.",
    )


def _by(current: Entry) -> str:
    note = f" ({current.note})" if current.note else ""
    return f"{f' by {current.editor}' if current.editor else ''}{note}"


def _uris(log: OpenLog, change: Change) -> dict[int, str]:
    if change.number and change.number in change.also_read:
        raise StoryInvalid([Problem("also-read", f"#{change.number} is this story itself")])
    return uris_of(log.story(number) for number in dict.fromkeys(change.also_read))


def _check_substitute(log: OpenLog, change: Change) -> None:
    if change.substitute is None:
        return
    if change.substitute == change.number:
        raise UsageError(f"#{change.number} cannot stand in for itself")
    if log.story(change.substitute).story is None:
        raise InvalidInput(f"#{change.substitute} has no text; it cannot stand in for another")


def headline_of(story: Story | None) -> str:
    """The headline, where there is a story."""
    return main_headline(story) if story else ""
