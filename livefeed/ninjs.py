"""The parts of a ninjs 3.1 document, typed: every property of the schema, and none besides.

ninjs is the news industry's schema (IPTC). One property of it is left out: `recurrenceDates` must
by the schema be a list and a text at once, so no document that has it is valid.
"""

from typing import Annotated, Any, Literal

from msgspec import field

from livefeed.document import Part
from livefeed.formats import (
    date_time,
    exactly_one,
    headline,
    percentage,
    truncated_date_time,
    urgency,
    uri,
)
from livefeed.geojson import geojson

DateTime = Annotated[str, date_time]
TruncatedDateTime = Annotated[str, truncated_date_time]
Uri = Annotated[str, uri]
Urgency = Annotated[int, urgency]
Percentage = Annotated[int, percentage]

NewsType = Literal[
    "text", "audio", "video", "picture", "graphic", "composite", "component", "event", "planning"
]
PubStatus = Literal["usable", "withheld", "canceled"]
Frequency = Literal["secondly", "minutely", "hourly", "daily", "weekly", "monthly", "yearly"]


class Headline(Part, frozen=True, kw_only=True):
    """A headline; the `main` role is the one that readers see first."""

    role: str | None = None
    content_type: str | None = None
    value: Annotated[str, headline]


class Description(Part, frozen=True, kw_only=True):
    """A text that describes, such as a caption."""

    role: str | None = None
    content_type: str | None = None
    value: str


class Body(Part, frozen=True, kw_only=True):
    """The story's text, in one content type."""

    role: str | None = None
    content_type: str | None = None
    char_count: int | None = None
    word_count: int | None = None
    value: str


class Address(Part, frozen=True, kw_only=True):
    """A postal address."""

    lines: tuple[str, ...] = ()
    locality: str | None = None
    area: str | None = None
    postal_code: str | None = None
    country: str | None = None


class ContactInfo(Part, frozen=True, kw_only=True):
    """One way to reach somebody: a `value` (number, address of a page …) or an `address`."""

    type: str | None = None
    role: str | None = None
    lang: str | None = None
    name: str | None = None
    value: str | None = None
    address: Address | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        exactly_one(value=self.value, address=self.address)


class Person(Part, frozen=True, kw_only=True):
    """Somebody the story is about or mentions."""

    name: str | None = None
    rel: str | None = None
    uri: Uri | None = None
    literal: str | None = None
    contact_info: tuple[ContactInfo, ...] = ()


class Symbol(Part, frozen=True, kw_only=True):
    """How an organisation's stock is called at an exchange."""

    exchange: str | None = None
    symbol_type: Uri | None = None
    symbol: str | None = None


class Organisation(Part, frozen=True, kw_only=True):
    """An organisation that the story is about or mentions."""

    name: str | None = None
    rel: str | None = None
    uri: Uri | None = None
    literal: str | None = None
    symbols: tuple[Symbol, ...] = ()
    contact_info: tuple[ContactInfo, ...] = ()


class Place(Part, frozen=True, kw_only=True):
    """A place that the story is about or mentions."""

    name: str | None = None
    rel: str | None = None
    uri: Uri | None = None
    literal: str | None = None
    contact_info: tuple[ContactInfo, ...] = ()
    geo_json: Annotated[dict[str, Any], geojson] | None = field(default=None, name="geoJSON")


class Subject(Part, frozen=True, kw_only=True):
    """What the story is about; `relevance` and `confidence` in percent."""

    name: str | None = None
    rel: str | None = None
    uri: Uri | None = None
    literal: str | None = None
    creator: str | None = None
    relevance: Percentage | None = None
    confidence: Percentage | None = None


class Event(Part, frozen=True, kw_only=True):
    """An event that the story is about or mentions."""

    id: str | None = None
    name: str | None = None
    rel: str | None = None
    uri: Uri | None = None
    literal: str | None = None


class RecurrenceRule(Part, frozen=True, kw_only=True):
    """How often an event comes back."""

    frequency: Frequency | None = None
    interval: int | None = None
    until: DateTime | None = None
    count: int | None = None


class Recurrence(Part, frozen=True, kw_only=True):
    """When an event comes back."""

    recurrence_rules: tuple[RecurrenceRule, ...] = ()


class Dates(Part, frozen=True, kw_only=True):
    """When an event begins and ends, exactly or about; one of the two is told in one way."""

    start_date: DateTime | None = None
    end_date: DateTime | None = None
    expected_start_date: TruncatedDateTime | None = None
    expected_end_date: TruncatedDateTime | None = None
    expected_duration: str | None = None
    recurrence: Recurrence | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        starts = (self.start_date is None) != (self.expected_start_date is None)
        ends = (self.end_date is None) != (self.expected_end_date is None)
        if not (starts or ends):
            raise ValueError(
                "takes startDate or expectedStartDate, but not both; or endDate or expectedEndDate"
            )


class EventDetails(Part, frozen=True, kw_only=True):
    """What is known of an event that a document of the type `event` tells of."""

    event_status: Uri | None = None
    planned_coverage_status: Uri | None = None
    dates: Dates | None = None
    organiser: Organisation | None = None


class Reference(Part, frozen=True, kw_only=True):
    """A number that goes with a commission, such as that of an order."""

    name: str | None = None
    value: str | None = None


class Commissioned(Part, frozen=True, kw_only=True):
    """Who commissioned the content, and when."""

    by: str | None = None
    on: DateTime | None = None
    references: tuple[Reference, ...] = ()


class Audience(Part, frozen=True, kw_only=True):
    """Whom planned content is for."""

    audience: str | None = None
    significance: int | None = None


class ItemCount(Part, frozen=True, kw_only=True):
    """How many items are planned, as a range."""

    range_from: int | None = None
    range_to: int | None = None


class PointOfInterest(Part, frozen=True, kw_only=True):
    """The point of a picture that must stay visible, in pixels from the top left."""

    x: int | None = None
    y: int | None = None


class Rendition(Part, frozen=True, kw_only=True):
    """One file of a picture, a film or a sound; sizes in pixels and bytes, `duration` in s."""

    name: str
    href: Uri | None = None
    content_type: str | None = None
    title: str | None = None
    width: int | None = None
    height: int | None = None
    size_in_bytes: int | None = None
    duration: float | None = None
    format: str | None = None
    aspect_ratio: str | None = None
    video_codec: str | None = None
    frame_rate: float | None = None
    poi: PointOfInterest | None = None
    transport_protocol: str | None = None
    scan_type: Literal["progressive", "interlaced"] | None = None
    bitrate: str | None = None


class PlannedCoverage(Part, frozen=True, kw_only=True):
    """What a newsroom means to deliver on an event."""

    uri: Uri | None = None
    title: str | None = None
    pub_status: PubStatus | None = None
    type: NewsType | None = None
    commissioned: Commissioned | None = None
    dates: Dates | None = None
    audiences: tuple[Audience, ...] = ()
    excl_audience: tuple[str, ...] = ()
    ed_note: str | None = None
    urgency: Urgency | None = None
    language: str | None = None
    item_count: ItemCount | None = None
    word_count: int | None = None
    renditions: tuple[Rendition, ...] = ()


class Thing(Part, frozen=True, kw_only=True):
    """Something material that the story is about (ninjs's `objects`)."""

    name: str | None = None
    rel: str | None = None
    uri: Uri | None = None
    literal: str | None = None


class InfoSource(Part, frozen=True, kw_only=True):
    """Who made, changed or supplied the content or what it rests on."""

    name: str | None = None
    role: str | None = None
    uri: Uri | None = None
    literal: str | None = None
    contact_info: tuple[ContactInfo, ...] = ()


class AltId(Part, frozen=True, kw_only=True):
    """Another identifier of the document."""

    role: str | None = None
    value: str | None = None


class TrustIndicator(Part, frozen=True, kw_only=True):
    """A page that tells why the source can be trusted."""

    role: Uri | None = None
    title: str | None = None
    href: Uri | None = None


class Standard(Part, frozen=True, kw_only=True):
    """Which standard the document keeps to."""

    name: str | None = None
    version: str | None = None
    schema: Uri | None = None


class Genre(Part, frozen=True, kw_only=True):
    """The kind of journalism; its `uri` is free of form in ninjs."""

    name: str | None = None
    uri: str | None = None
    literal: str | None = None


class RightsInfo(Part, frozen=True, kw_only=True):
    """The rights to the content, by link or in a rights language."""

    lang_id: Uri | None = None
    linked_rights: Uri | None = None
    encoded_rights: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        exactly_one(linkedRights=self.linked_rights, encodedRights=self.encoded_rights)


class DigitalSourceType(Part, frozen=True, kw_only=True):
    """How the content was made: by a camera, by hand, by an algorithm."""

    name: str | None = None
    uri: Uri | None = None
    literal: str | None = None
