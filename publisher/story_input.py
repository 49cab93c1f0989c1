"""A story as an editor gives it: Markdown, a ninjs document, plain text, or options alone.

All end in one ninjs document, read by `parse_story`; what is wrong with it is told in the words of
the input, with the line where there is one. Nothing here reads a file or asks anybody.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, Literal, TypeVar

import msgspec

from livefeed.entry import LARGEST_ENTRY
from livefeed.errors import Problem, StoryInvalid
from livefeed.ninjs import Body, Description
from livefeed.story import Association, Story, is_markup, parse_story
from publisher.field_lines import with_lines
from publisher.field_names import key_for

Kind = Literal["markdown", "ninjs", "text"]
Part = TypeVar("Part", Story, Association)
Text = TypeVar("Text", Body, Description)

# Escapes make JSON longer than the entry it becomes, six times at most.
LONGEST_LINE = 8 * LARGEST_ENTRY
LONGEST_TEXT = 2 * LARGEST_ENTRY  # sanitising may shorten a text, but not by half
_KINDS: Mapping[str, Kind] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".htm": "markdown",
    ".html": "markdown",
    ".json": "ninjs",
    ".txt": "text",
}
_NO_URI = "urn:uuid:00000000-0000-0000-0000-000000000000"
_FIELD_IN_JSON = re.compile(r'"([A-Za-z]{1,40})"\s*:[^:]*\Z')
_FIELD_IN_YAML = re.compile(r"^([A-Za-z-]{1,40}):[^\n]*\Z", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A story that was read, but perhaps has no uri yet.

    `also_read` holds the numbers of stories of the feed that it links to; their uris are not known
    here.
    """

    content: Story
    has_uri: bool
    also_read: tuple[int, ...] = ()

    def story(self, uri_if_missing: str) -> Story:
        """The story; one that came without a uri gets this one."""
        if self.has_uri:
            return self.content
        return msgspec.structs.replace(self.content, uri=uri_if_missing)


def read_story(source: bytes, *, kind: Kind | None = None, name: str = "") -> Draft:
    """Read a story; without a `kind`, the file's `name` decides, else what it begins with.

    Raises:
        StoryInvalid: with every problem, its field and line.
    """
    text = _decoded(source)
    kind = kind or _kind_of(name, text)
    if kind == "ninjs":
        return _from_json(text)
    if len(text) > LONGEST_TEXT:
        raise StoryInvalid([Problem("body", f"has over {LONGEST_TEXT:,} characters")])
    return _from_markdown(text) if kind == "markdown" else _from_text(text)


def read_json_lines(stream: BinaryIO) -> Iterator[Draft]:
    """Read one ninjs document a line, each when it is asked for; empty lines are passed over.

    Raises:
        StoryInvalid: at the first line that is no story.
    """
    number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise StoryInvalid([Problem("story", f"has over {LONGEST_LINE:,} bytes", number)])
        if line.strip():
            yield _from_line(line.rstrip(b"\r\n"), number)


def _from_line(line: bytes, number: int) -> Draft:
    try:
        return _from_json(_decoded(line, number), number)
    except StoryInvalid as invalid:  # whatever is wrong, it is wrong on this line
        problems = [replace(one, line=one.line or number) for one in invalid.problems]
        raise StoryInvalid(problems, hint=invalid.hint) from None


def draft_from_options(
    headline: str | None = None,
    body: str | None = None,
    *,
    by: str | None = None,
    located: str | None = None,
    urgency: int | None = None,
    subject: Sequence[str] = (),
    language: str | None = None,
) -> Draft:
    """A story of single options; the body is plain text, an empty line parts paragraphs.

    Raises:
        StoryInvalid: with every problem, each with its option's name.
    """
    fields = {"by": by, "located": located, "urgency": urgency, "language": language}
    document: dict[str, Any] = {key: value for key, value in fields.items() if value is not None}
    if subject:
        document["subjects"] = [{"name": one} for one in subject]
    return _in_own_words(_with_plain_text(document, headline, body), {}, [])


def _decoded(source: bytes, first_line: int = 1) -> str:
    """The source as text, with newlines for every line end."""
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = source[: error.start].decode("utf-8-sig", "replace")
        what = f"holds the byte 0x{source[error.start]:02x}, which is not UTF-8"
        hint = "Save the file as UTF-8."
        raise StoryInvalid([_problem_at(before, what, first_line)], hint=hint) from None
    if "\0" in text:
        before = text[: text.index("\0")]
        raise StoryInvalid([_problem_at(before, "holds a NUL; take it out", first_line)])
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _problem_at(before: str, message: str, first_line: int) -> Problem:
    """A problem with what follows `before`, in the field that seems to stand there."""
    json = before.lstrip().startswith("{")
    found = (_FIELD_IN_JSON if json else _FIELD_IN_YAML).search(before[-10_000:])
    field = found[1] if found else "story" if json else "body"
    return Problem(field, message, first_line + before.count("\n"))


def _kind_of(name: str, text: str) -> Kind:
    suffix = name[name.rfind(".") :].lower() if "." in name else ""
    if suffix in _KINDS:
        return _KINDS[suffix]
    if text.lstrip().startswith("{"):
        return "ninjs"
    # Front matter whose lines of --- were forgotten is no text that begins with "headline:".
    return "markdown" if re.match(r"(?:---[ \t]*\n|# |headline:)", text) else "text"


def _from_json(text: str, first_line: int = 1) -> Draft:
    from publisher.json_input import document_in, field_lines  # noqa: PLC0415 (a push waits)

    document = document_in(text, first_line)
    try:
        return _draft(document)
    except StoryInvalid as invalid:
        lines = field_lines(text, first_line)
        raise StoryInvalid(with_lines(invalid.problems, lines), hint=invalid.hint) from None


def _from_markdown(text: str) -> Draft:
    from publisher.markdown_input import read_markdown  # noqa: PLC0415 (a push waits for imports)

    found = read_markdown(text)
    if not found.readable:
        raise StoryInvalid(found.problems)
    draft = _in_own_words(found.document, found.lines, found.problems)
    return replace(draft, also_read=tuple(dict.fromkeys(found.also_read)))


def _from_text(text: str) -> Draft:
    headline, _, body = text.lstrip().partition("\n")
    line = 1 + text[: len(text) - len(text.lstrip())].count("\n")
    return _in_own_words(_with_plain_text({}, headline.strip(), body), {"headlines": line}, [])


def _with_plain_text(
    document: dict[str, Any], headline: str | None, body: str | None
) -> dict[str, Any]:
    if headline is not None:
        document["headlines"] = [{"role": "main", "value": headline}]
    if body and body.strip():
        value = body.strip("\n")
        document["bodies"] = [{"role": "main", "contentType": "text/plain", "value": value}]
    return document


def _in_own_words(
    document: dict[str, Any], lines: Mapping[str, int], problems: list[Problem]
) -> Draft:
    """The draft of a document that was put together here.

    Raises:
        StoryInvalid: with these problems and those of the document, named as the editor knows them.
    """
    try:
        draft = _draft(document)
    except StoryInvalid as invalid:
        placed = with_lines(invalid.problems, lines)
        named = [replace(problem, field=key_for(problem.field)) for problem in placed]
        told = {problem.field for problem in problems}
        others = [problem for problem in named if problem.field not in told]
        raise StoryInvalid(with_lines([*problems, *others], {})) from None
    if problems:
        raise StoryInvalid(with_lines(problems, {}))
    return draft


def _draft(document: object) -> Draft:
    has_uri = isinstance(document, dict) and "uri" in document
    if isinstance(document, dict):
        document = {"uri": _NO_URI, **document}
    story = _sanitised(parse_story(document))
    if problems := list(_silent_pictures(story)):
        raise StoryInvalid(problems)
    return Draft(content=story, has_uri=has_uri)


def _silent_pictures(story: Story) -> Iterator[Problem]:
    """Pictures that say nothing to those who do not see them."""
    for index, association in enumerate(story.associations):
        if association.type == "picture" and not _has_words(association):
            told = "is a picture without words; give it a headline that says what it shows"
            yield Problem(f"associations[{index}]", told)
    for index, body in enumerate(story.bodies):
        if is_markup(body.content_type) and _is_silent(body):
            yield Problem(f"bodies[{index}].value", 'has an <img> without alt="what it shows"')


def _is_silent(body: Body) -> bool:
    from livefeed.render.sanitise import has_silent_picture  # noqa: PLC0415 (a push waits)

    return has_silent_picture(body.value)


def _has_words(picture: Association) -> bool:
    from livefeed.render.pictures import words_of  # noqa: PLC0415 (a push waits for imports)

    return bool(words_of(picture).strip())


def _sanitised(part: Part) -> Part:
    """A story or an association with its HTML made safe, that of its associations too."""
    return msgspec.structs.replace(
        part,
        bodies=tuple(map(_sanitised_text, part.bodies)),
        descriptions=tuple(map(_sanitised_text, part.descriptions)),
        associations=tuple(map(_sanitised, part.associations)),
    )


def _sanitised_text(text: Text) -> Text:
    if not is_markup(text.content_type):
        return text
    from livefeed.render.sanitise import safe_html  # noqa: PLC0415 (a push waits for imports)

    return msgspec.structs.replace(text, value=safe_html(text.value))
