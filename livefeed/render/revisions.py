"""A story's public history: what each of its revisions changed, as far as its texts are kept.

A text that a hold, a kill or a redaction took out is gone here too. What readers were told of a
correction then stays, for a note is no text of the story.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import msgspec

from livefeed.entry import Correction, Entry, Op
from livefeed.render.differences import (
    Paragraph,
    is_changed,
    line_differences,
    text_differences,
)
from livefeed.render.paragraphs import story_paragraphs
from livefeed.story import main_headline, story_document

Missing = Literal["nothing", "redacted", "held", "not-shown"]
_MISSING: dict[Op, Missing] = {Op.PUBLISH: "nothing", Op.RELEASE: "held"}


_MOST_CHARACTERS = 2_000_000  # half a second's work


@dataclass(frozen=True, slots=True)
class _Text:
    """What is compared of an entry's story; `byline` is who and where."""

    entry: Entry
    headline: str
    byline: str
    paragraphs: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One revision beside the one before it; `is_first` has nothing before it to stand beside."""

    entry: Entry
    headline: Paragraph
    byline: Paragraph
    body: list[Paragraph]
    is_first: bool

    @property
    def is_worded_anew(self) -> bool:
        """Whether any word differs: else it was a picture, a link, a mark."""
        return any(map(is_changed, (self.headline, self.byline, *self.body)))


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A story's revisions, the newest first, and what is `missing` below the last of them."""

    revisions: list[Revision]
    missing: Missing
    corrections: tuple[Correction, ...]
    first_published: int


def history(entries: Sequence[Entry]) -> History:
    """The history in a story's entries that have their text, oldest first."""
    texts = _newest_texts(entries)
    oldest = texts[0].entry
    later = [_revision(before, after) for before, after in pairwise(texts)]
    return History(
        revisions=[_revision(None, texts[0]), *later][::-1],
        missing="redacted" if oldest.redacts else _MISSING.get(oldest.op, "not-shown"),
        corrections=oldest.corrections[::-1],
        first_published=oldest.first_published,
    )


def history_document(feed: str, entries: Sequence[Entry]) -> bytes:
    """The same as JSON, with each revision's ninjs document."""
    told = history(entries)
    return msgspec.json.encode(
        {
            "feed": feed,
            "number": entries[0].number,
            "first_at": told.first_published,
            "revisions": [_document(revision) for revision in told.revisions],
            "missing": {"why": told.missing, "corrections": told.corrections},
        }
    )


def folded(paragraphs: list[Paragraph]) -> list[Paragraph | int]:
    """The paragraphs that differ, and how many stand unchanged between them."""
    shown: list[Paragraph | int] = []
    for paragraph in paragraphs:
        if is_changed(paragraph):
            shown.append(paragraph)
        elif shown and isinstance(shown[-1], int):
            shown[-1] += 1
        else:
            shown.append(1)
    return shown


def _newest_texts(entries: Sequence[Entry]) -> list[_Text]:
    """The texts that are compared, oldest first: as many as take a moment."""
    texts: list[_Text] = []
    length = 0
    for entry in reversed(entries):
        text = _text(entry)
        length += sum(map(len, text.paragraphs))
        if texts and length > _MOST_CHARACTERS:
            break
        texts.append(text)
    return texts[::-1]


def _text(entry: Entry) -> _Text:
    if (story := entry.story) is None:
        return _Text(entry, "", "", [])
    byline = ", ".join(filter(None, (story.by, story.located)))
    return _Text(entry, main_headline(story), byline, story_paragraphs(story))


def _revision(before: _Text | None, after: _Text) -> Revision:
    old = before or after
    return Revision(
        entry=after.entry,
        headline=line_differences(old.headline, after.headline),
        byline=line_differences(old.byline, after.byline),
        body=text_differences(old.paragraphs, after.paragraphs),
        is_first=before is None,
    )


def _document(revision: Revision) -> dict[str, object]:
    entry = revision.entry
    told: dict[str, object] = {"rev": entry.rev, "at": entry.at, "op": entry.op}
    if entry.note:
        told["note"] = entry.note
    if entry.redacts:
        told["redacts"] = True
    if not revision.is_first:
        told["differences"] = {
            "headline": _parts(revision.headline),
            "byline": _parts(revision.byline),
            "body": [_parts(paragraph) for paragraph in revision.body],
        }
    return {**told, "story": story_document(entry.story) if entry.story else None}


def _parts(paragraph: Paragraph) -> list[dict[str, str]]:
    return [{"kind": p.kind, "text": " " * p.spaced + p.text} for p in paragraph]
