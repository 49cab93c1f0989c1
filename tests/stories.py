"""Stories of every shape that the types allow, made by hypothesis."""

import string
from datetime import UTC, datetime
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

import msgspec
from hypothesis import strategies as st

from livefeed import ninjs
from livefeed.document import Part
from livefeed.geojson import geojson
from livefeed.story import Association, Story
from livefeed.text import clean_body

PartType = TypeVar("PartType", bound=Part)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20).map(clean_body)
headlines = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc"], exclude_characters="\u202a\u202b\u202c\u202d\u202e"
    ),
    min_size=1,
    max_size=300,
).filter(str.strip)
uris = st.text(string.ascii_letters + string.digits + "-._~:/?@!$&'()*+,;=", max_size=20).map(
    lambda rest: f"urn:example:{rest}"
)
FIRST = datetime(1, 1, 2)  # noqa: DTZ001 (hypothesis adds the zone)
date_times = st.datetimes(min_value=FIRST, timezones=st.just(UTC)).map(
    lambda moment: moment.isoformat().replace("+00:00", "Z")
)
truncated = st.sampled_from(["2021", "2021-04", "2021-04-20", "2021-04-20T09:30:00+09:00"])
points = st.fixed_dictionaries(
    {"type": st.just("Point"), "coordinates": st.lists(st.integers(-180, 180), min_size=2)}
)
CHECKED: dict[Any, st.SearchStrategy[Any]] = {
    ninjs.date_time: date_times,
    ninjs.truncated_date_time: truncated,
    ninjs.uri: uris,
    ninjs.headline: headlines,
    ninjs.urgency: st.integers(1, 9),
    ninjs.percentage: st.integers(0, 100),
    geojson: points,
}
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: texts,
    int: st.integers(-(2**53) + 1, 2**53 - 1),
    float: st.floats(allow_nan=False, allow_infinity=False),
}


def stories() -> st.SearchStrategy[Story]:
    """Any valid story."""
    return parts(Story)


def parts(part: type[PartType]) -> st.SearchStrategy[PartType]:
    """Any valid part of that type: each optional field may be absent."""
    if part is ninjs.ContactInfo:
        return _either(part, "value", "address")
    if part is ninjs.RightsInfo:
        return _either(part, "linked_rights", "encoded_rights")
    if part is ninjs.Dates:
        return _either(part, "start_date", "expected_start_date")
    return _with(part, leave_out=frozenset())


def _either(part: type[PartType], one: str, other: str) -> st.SearchStrategy[PartType]:
    return _with(part, leave_out=frozenset({one}), need=other) | _with(
        part, leave_out=frozenset({other}), need=one
    )


def _with(
    part: type[PartType], *, leave_out: frozenset[str], need: str = ""
) -> st.SearchStrategy[PartType]:
    needed, optional = {}, {}
    for field in msgspec.structs.fields(part):
        if field.name not in leave_out:
            required = field.required or field.name == need
            (needed if required else optional)[field.name] = _values(field.type, part)
    return st.fixed_dictionaries(needed, optional=optional).map(lambda given: part(**given))


def _values(hint: Any, part: type[Part]) -> st.SearchStrategy[Any]:
    if get_origin(hint) in (Union, UnionType):
        hint = next(one for one in get_args(hint) if one is not type(None))
    if get_origin(hint) is Annotated:
        hint, check = get_args(hint)
        if check in CHECKED:
            return CHECKED[check]
    if get_origin(hint) is Literal:
        return st.sampled_from(get_args(hint))
    if get_origin(hint) is tuple:
        return _tuples(get_args(hint)[0], part)
    if isinstance(hint, type) and issubclass(hint, Part):
        return st.deferred(lambda: parts(hint))
    return PLAIN[hint]


def _tuples(item: Any, part: type[Part]) -> st.SearchStrategy[tuple[Any, ...]]:
    if item is Association:
        # One level of associations is enough: ninjs nests them without end.
        inner = st.builds(
            Association, name=texts, uri=uris, headlines=_tuples(ninjs.Headline, Association)
        )
        return st.lists(inner, max_size=2).map(tuple)
    least = 1 if part is Story and item is ninjs.Headline else 0
    return st.lists(_values(item, part), min_size=least, max_size=2).map(tuple)
