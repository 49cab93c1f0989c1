"""What an editor asks for, before Redis has given it a place in the log.

A request says which change; Redis answers with seq, tag and time. `content` is what two requests
under one publication id are compared by: only what the editor gave, nothing read from Redis or a
clock, so that a retry in another minute is the same request. (How both become bytes:
`livefeed.wire.channel`.)
"""

from typing import Any

import msgspec

from livefeed.entry import Entry, Facts, Mark, Op
from livefeed.story import Story, story_document, with_bare_links


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One change of a feed, under the publication id `id` (a UUIDv7).

    `number` is 0 for a first publication and for `feed`. `story` is the whole story as it shall
    stand; `given` the part of it and its marks that the editor gave, where the rest was inherited
    from the current one. `marks` None keeps the story's. `if_rev` is the revision the editor
    started from; None does not check.
    """

    feed: str
    op: Op
    id: str
    number: int = 0
    story: Story | None = None
    given: Any = None
    note: str | None = None
    editor: str | None = None
    marks: tuple[Mark, ...] | None = None
    substitute: int | None = None
    facts: Facts | None = None
    redacts: bool = False
    if_rev: int | None = None


def content(request: Request) -> list[Any]:
    """What makes two requests the same: plain values, in a fixed order."""
    whole = (request.story, request.marks)
    document, marks = whole if request.given is None else (request.given, None)
    fields = (request.feed, request.op, request.number, document, request.note, marks)
    options = (request.substitute, request.facts, request.redacts)
    return [msgspec.to_builtins(value) for value in (*fields, *options)]


def pairs(request: Request, current: Entry | None) -> dict[str, Any]:
    """The entry's pairs that the publisher writes, as plain values in the log's order.

    `current` is the story's newest entry as it was read: the new entry tells of its first
    publication and its corrections, and keeps its marks unless others are asked for.
    """
    told = _told_of(current) if request.op not in {Op.PIN, Op.UNPIN} else {}
    marks = request.marks if request.marks is not None else (current.marks if current else ())
    written = {
        "op": request.op,
        "id": request.id,
        "editor": request.editor,
        "note": request.note,
        **told,
        "marks": marks if request.story is not None else (),
        "substitute": request.substitute,
        "facts": request.facts,
        "redacts": request.redacts,
        "story": story_document(with_bare_links(request.story)) if request.story else None,
    }
    return {key: msgspec.to_builtins(value) for key, value in written.items() if value}


def _told_of(current: Entry | None) -> dict[str, Any]:
    if current is None:
        return {}
    return {"first_at": current.first_published, "corrections": current.all_corrections}
