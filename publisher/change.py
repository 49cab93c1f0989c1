"""A change that an editor wants, and the request it becomes once the story was read.

Pure: what stands in the log is handed in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from livefeed.entry import Entry, Mark, Op
from livefeed.errors import Problem, StoryInvalid
from livefeed.request import Request
from livefeed.story import Story, main_headline, story_document
from publisher.also_read import linked
from publisher.story_flags import StoryFlags

if TYPE_CHECKING:
    from publisher.story_input import Draft

_NO_FLAGS = StoryFlags(fields={}, also_read=(), marks={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What was asked for. `number` is 0 for a new story.

    `draft` is the story that was given whole; `flags` are single fields, which win over it.
    """

    op: Op
    number: int = 0
    draft: "Draft | None" = None
    flags: StoryFlags = field(default=_NO_FLAGS)
    note: str | None = None
    substitute: int | None = None
    redacts: bool = False
    if_rev: int | None = None

    @property
    def also_read(self) -> tuple[int, ...]:
        """The numbers to link: those of the flags, else those of the draft."""
        return self.flags.also_read or (self.draft.also_read if self.draft else ())


def asked(change: Change, *, feed: str, publication_id: str, editor: str | None) -> Request:
    """What was asked for, before the story was read: enough to know it again by its id."""
    return Request(
        feed=feed,
        op=change.op,
        id=publication_id,
        number=change.number,
        given=_given(change, minted_uri(publication_id)),
        note=change.note,
        editor=editor,
        substitute=change.substitute,
        redacts=change.redacts,
        if_rev=change.if_rev,
    )


def completed(
    change: Change, request: Request, *, current: Entry | None, uris: Mapping[int, str]
) -> Request:
    """The request with the story as it shall stand.

    `current` is the entry that has the story's text, `uris` those of the stories to link.

    Raises:
        StoryInvalid: if the story that results is none.
    """
    if change.op is Op.RELEASE:
        return msgspec.structs.replace(request, story=current.story if current else None)
    if change.draft is None and not change.flags:
        return request
    minted = minted_uri(request.id)
    before = current.story if current else None
    story = _with_fields(_base(change, before, minted), change.flags.fields, minted)
    return msgspec.structs.replace(
        request,
        story=linked(story, uris) if uris else story,
        marks=_marks(change.flags.marks, current),
    )


def minted_uri(publication_id: str) -> str:
    """The uri of a story that came without one."""
    return f"urn:uuid:{publication_id}"


def _base(change: Change, before: Story | None, minted: str) -> Story | None:
    if change.draft is None:
        return before
    story = change.draft.story(before.uri if before else minted)
    if before and story.uri != before.uri:
        raise StoryInvalid(
            [Problem("uri", f"{story.uri} is another story than #{change.number} ({before.uri})")],
            hint="Is this the right file, and the right number?",
        )
    return story


def _with_fields(base: Story | None, fields: Mapping[str, Any], minted: str) -> Story:
    from publisher.story_input import draft_from_options  # noqa: PLC0415

    if base is None:
        return draft_from_options(**fields).story(minted)
    if not fields:
        return base
    whole = draft_from_options(**{"headline": main_headline(base), **fields}).story(base.uri)
    names = [_ATTRIBUTES[name] for name in fields]
    return msgspec.structs.replace(base, **{name: getattr(whole, name) for name in names})


_ATTRIBUTES = {
    "headline": "headlines",
    "body": "bodies",
    "by": "by",
    "located": "located",
    "urgency": "urgency",
    "subject": "subjects",
    "language": "language",
}


def _given(change: Change, minted: str) -> dict[str, Any]:
    """What the editor gave: the same for a retry, whatever happened to the story meanwhile."""
    draft = change.draft
    if draft is None and not change.flags:
        return {}
    return {
        "story": story_document(draft.story(minted)) if draft else None,
        "fields": dict(change.flags.fields),
        "also_read": list(change.also_read),
        "marks": dict(change.flags.marks),
    }


def _marks(wanted: Mapping[str, bool], current: Entry | None) -> tuple[Mark, ...] | None:
    if not wanted:
        return None
    before = current.marks if current else ()
    return tuple(mark for mark in Mark if wanted.get(mark, mark in before))
