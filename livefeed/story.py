"""A story: one ninjs 3.1 document, valid once constructed.

Any ninjs 3.x is read and 3.1 is written. What ninjs leaves open and a feed needs is asked for
here: at least one headline, each of 1 to 300 characters and harmless to show.
"""

import re
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from livefeed.document import Part, depth_problem, read
from livefeed.errors import Problem, StoryInvalid
from livefeed.formats import not_empty
from livefeed.ninjs import (
    AltId,
    Body,
    DateTime,
    Description,
    DigitalSourceType,
    Event,
    EventDetails,
    Genre,
    Headline,
    InfoSource,
    NewsType,
    Organisation,
    Person,
    Place,
    PlannedCoverage,
    PubStatus,
    Rendition,
    RightsInfo,
    Standard,
    Subject,
    Thing,
    TrustIndicator,
    Urgency,
    Uri,
)

NINJS_3_1 = Standard(
    name="ninjs", version="3.1", schema="http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#"
)
_MOST_PROBLEMS = 100  # that anybody reads
_WITHIN_FEED = re.compile(r"#([1-9][0-9]{0,15})")


class _NewsObject(Part, frozen=True, kw_only=True):
    """What stories and what is associated with them have in common: every property of ninjs."""

    uri: Uri
    type: NewsType | None = None
    representation_type: Literal["full", "partial"] | None = None
    profile: str | None = None
    version: str | None = None
    first_created: DateTime | None = None
    version_created: DateTime | None = None
    content_created: DateTime | None = None
    embargoed_until: DateTime | None = None
    pub_status: PubStatus | None = None
    urgency: Urgency | None = None
    copyright_holder: str | None = None
    copyright_notice: str | None = None
    usage_terms: str | None = None
    ed_note: str | None = None
    language: str | None = None
    headlines: tuple[Headline, ...] = ()
    descriptions: tuple[Description, ...] = ()
    bodies: tuple[Body, ...] = ()
    people: tuple[Person, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    places: tuple[Place, ...] = ()
    subjects: tuple[Subject, ...] = ()
    events: tuple[Event, ...] = ()
    event_details: EventDetails | None = None
    planned_coverage: tuple[PlannedCoverage, ...] = ()
    objects: tuple[Thing, ...] = ()
    info_sources: tuple[InfoSource, ...] = ()
    title: str | None = None
    by: str | None = None
    slugline: str | None = None
    located: str | None = None
    renditions: tuple[Rendition, ...] = ()
    associations: "tuple[Association, ...]" = ()
    alt_ids: tuple[AltId, ...] = ()
    trust_indicators: tuple[TrustIndicator, ...] = ()
    standard: Standard | None = None
    genres: tuple[Genre, ...] = ()
    expires: DateTime | None = None
    rights_info: RightsInfo | None = None
    digital_source_type: DigitalSourceType | None = None


class Association(_NewsObject, frozen=True, kw_only=True):
    """Something that belongs to a story: a picture, or a story to read as well.

    `name` says which: within the feed it is `#12`, the number of a story.
    """

    name: str
    rel: str | None = None

    @property
    def within_feed(self) -> int | None:
        """The number of the story of the same feed that this leads to; None for all else."""
        within = _WITHIN_FEED.fullmatch(self.name)
        return int(within[1]) if within else None


class Story(_NewsObject, frozen=True, kw_only=True):
    """A story as ninjs 3.1 has it. Date-times are texts of RFC 3339 that the calendar has."""

    headlines: Annotated[tuple[Headline, ...], not_empty]


NewsObject = TypeVar("NewsObject", Story, Association)


def parse_story(document: object) -> Story:
    """The story that a ninjs 3.x document of builtin types describes.

    Its texts lose control characters, ANSI escapes and direction overrides; a headline that holds
    one is refused.

    Raises:
        StoryInvalid: with every problem of the document, each with its field.
    """
    problems = [deep] if (deep := depth_problem(document)) else []
    story = None if problems else read(Story, document, problems)
    if story and not _is_ninjs_3(story.standard or NINJS_3_1):
        problems.append(Problem("standard", "is not ninjs 3.x, which is what livefeed reads"))
    if story is None or problems:
        raise StoryInvalid(_first(problems))
    return story


def story_document(story: Story) -> dict[str, Any]:
    """The story as a ninjs 3.1 document of builtin types, fit for JSON and MessagePack."""
    written = msgspec.structs.replace(story, standard=NINJS_3_1)
    document: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(written))
    return document


def with_bare_links(story: NewsObject) -> NewsObject:
    """The story whose links within the feed hold only what leads there.

    The rest of such an association would be a copy of another story, and would stay here when that
    one is withdrawn.
    """
    return msgspec.structs.replace(story, associations=tuple(map(_bare, story.associations)))


def _bare(association: Association) -> Association:
    if association.within_feed is None:
        return with_bare_links(association)
    return Association(name=association.name, uri=association.uri, rel=association.rel)


def main_headline(story: Story) -> str:
    """The headline with the role `main`, else the first."""
    return min(story.headlines, key=lambda headline: headline.role != "main").value


def main_body(story: Story) -> Body | None:
    """The body to show: HTML before plain text, the role `main` before others, empty ones last."""
    return min(story.bodies, key=_body_rank, default=None)


def is_markup(content_type: str | None) -> bool:
    """Whether a content type is HTML or another XML that sanitising can make HTML of."""
    return content_type is not None and content_type.lower().endswith(("html", "xml"))


def _body_rank(body: Body) -> tuple[bool, bool, bool]:
    return (not body.value.strip(), not is_markup(body.content_type), body.role != "main")


def _is_ninjs_3(standard: Standard) -> bool:
    return standard.name in (None, "ninjs") and (standard.version or "3").split(".")[0] == "3"


def _first(problems: list[Problem]) -> list[Problem]:
    if len(problems) <= _MOST_PROBLEMS:
        return problems
    more = len(problems) - _MOST_PROBLEMS
    return [*problems[:_MOST_PROBLEMS], Problem("story", f"has {more} more problems")]
