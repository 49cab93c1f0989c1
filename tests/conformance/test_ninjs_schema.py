"""What we read and write against the official ninjs 3.1 schema."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from livefeed.errors import StoryInvalid
from livefeed.story import Story, parse_story, story_document
from publisher.story_input import draft_from_options, read_story
from stories import headlines, stories, texts

URI = "urn:uuid:0199c82c-c000-7a3b-8c5d-000000000001"
NOON = "2021-04-20T12:00:00Z"
LEAST: dict[str, Any] = {"uri": URI, "headlines": [{"value": "A"}]}

MARKDOWN = b"""---
headline: Ferries run again
type: text
by: Ada Byron
located: Incheon
urgency: 3
language: en
contentCreated: 2021-04-20T09:30:00+09:00
subject: [transport, weather]
person: {name: Ada Byron, rel: about}
place:
  name: Incheon
  geoJSON: {type: Point, coordinates: [126.6, 37.5]}
genre: report
rendition: {name: main, href: "https://example.com/a.jpg", width: 429, duration: 1.5}
also-read: [2, "#3", {headline: Elsewhere, uri: "https://example.com/"}]
---
The first ferry left at **06:20**.

<script>alert(1)</script>
"""

# Each is wrong in one way; both the schema and we refuse it.
BAD: dict[str, dict[str, Any]] = {
    "unknown key": {"extra": 1},
    "unknown key within": {"bodies": [{"value": "a", "extra": 1}]},
    "unknown key in an association": {"associations": [{"name": "a", "uri": URI, "x": 1}]},
    "association without name": {"associations": [{"uri": URI}]},
    "association without uri": {"associations": [{"name": "a"}]},
    "nested association without name": {
        "associations": [{"name": "a", "uri": URI, "associations": [{"uri": URI}]}]
    },
    "null": {"by": None},
    "number for a text": {"by": 1},
    "text for a list": {"bodies": "a"},
    "list for a text": {"title": ["a"]},
    "body without value": {"bodies": [{"role": "main"}]},
    "headline without value": {"headlines": [{"role": "main"}]},
    "unknown type": {"type": "poem"},
    "unknown representation": {"representationType": "some"},
    "unknown status": {"pubStatus": "killed"},
    "urgency 0": {"urgency": 0},
    "urgency 10": {"urgency": 10},
    "urgency as a text": {"urgency": "3"},
    "urgency true": {"urgency": True},
    "date without time": {"versionCreated": "2021-04-20"},
    "date that is none": {"contentCreated": "2021-02-30T09:30:00Z"},
    "date without zone": {"firstCreated": "2021-04-20T09:30:00"},
    "word for a date": {"embargoedUntil": "soon"},
    "hour 25": {"expires": "2021-04-20T25:00:00Z"},
    "year 0": {"expires": "0000-01-01T00:00:00Z"},
    "leap second": {"expires": "2021-04-20T23:59:60Z"},
    "relevance 101": {"subjects": [{"relevance": 101}]},
    "confidence -1": {"subjects": [{"confidence": -1}]},
    "contact with neither": {"people": [{"contactInfo": [{"type": "phone"}]}]},
    "contact with both": {"people": [{"contactInfo": [{"value": "1", "address": {}}]}]},
    "unknown key in an address": {"infoSources": [{"contactInfo": [{"address": {"street": "a"}}]}]},
    "rights with neither": {"rightsInfo": {}},
    "rights with both": {"rightsInfo": {"linkedRights": URI, "encodedRights": "x"}},
    "rendition without name": {"renditions": [{"href": URI}]},
    "width as a fraction": {"renditions": [{"name": "a", "width": 1.5}]},
    "unknown scan type": {"renditions": [{"name": "a", "scanType": "zigzag"}]},
    "point without coordinates": {"places": [{"geoJSON": {"type": "Point"}}]},
    "unknown geometry": {"places": [{"geoJSON": {"type": "Circle", "coordinates": [1, 2]}}]},
    "feature without geometry": {"places": [{"geoJSON": {"type": "Feature", "properties": None}}]},
    "open ring": {
        "places": [{"geoJSON": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]}}]
    },
    "dates with neither": {"eventDetails": {"dates": {}}},
    "dates with both starts": {
        "eventDetails": {"dates": {"startDate": NOON, "expectedStartDate": "2021"}}
    },
    "truncated date that is none": {"eventDetails": {"dates": {"expectedStartDate": "21"}}},
    "unknown frequency": {
        "eventDetails": {
            "dates": {
                "startDate": NOON,
                "recurrence": {"recurrenceRules": [{"frequency": "often"}]},
            }
        }
    },
    # By the schema a list and a text at once: nothing is valid.
    "recurrence dates as a list": {
        "eventDetails": {"dates": {"startDate": NOON, "recurrence": {"recurrenceDates": ["2021"]}}}
    },
    "recurrence dates as a text": {
        "eventDetails": {"dates": {"startDate": NOON, "recurrence": {"recurrenceDates": "2021"}}}
    },
    "bad date of planned coverage": {"plannedCoverage": [{"commissioned": {"on": "today"}}]},
    "bad urgency of planned coverage": {"plannedCoverage": [{"urgency": 12}]},
    "bad range of planned coverage": {"plannedCoverage": [{"itemCount": {"rangeFrom": "1"}}]},
    "standard as a text": {"standard": "ninjs"},
    "organisation with a bad symbol": {"organisations": [{"symbols": [{"ticker": "A"}]}]},
}


def test_every_official_example_is_read_and_written_validly(
    example: Path, official: Draft202012Validator
) -> None:
    document = json.loads(example.read_text(encoding="utf-8"))
    official.validate(document)
    written = story_document(parse_story(document))
    official.validate(written)
    del written["standard"]
    document.pop("standard", None)
    assert written == document


def test_every_official_example_can_be_pushed(
    example: Path, official: Draft202012Validator
) -> None:
    official.validate(story_document(read_story(example.read_bytes(), name=example.name).story("")))


@pytest.mark.parametrize("wrong", BAD.values(), ids=BAD)
def test_what_the_schema_refuses_we_refuse(
    wrong: dict[str, Any], official: Draft202012Validator
) -> None:
    official.validate(LEAST)
    document = {**LEAST, **wrong}
    assert not official.is_valid(document)
    with pytest.raises(StoryInvalid):
        parse_story(document)


def test_a_document_without_uri_is_refused_by_both(official: Draft202012Validator) -> None:
    assert not official.is_valid({"headlines": LEAST["headlines"]})
    with pytest.raises(StoryInvalid):
        parse_story({"headlines": LEAST["headlines"]})


@given(story=stories())
def test_every_story_is_written_validly(story: Story, official: Draft202012Validator) -> None:
    official.validate(story_document(story))


@settings(max_examples=300)
@given(story=stories(), data=st.data())
def test_a_story_spoilt_anywhere_is_refused_where_the_schema_refuses_it(
    story: Story, data: st.DataObject, official: Draft202012Validator
) -> None:
    document = story_document(story)
    holder, key = data.draw(st.sampled_from(list(places(document))))
    holder[key] = data.draw(
        st.sampled_from([None, True, -1, 1.5, "x", "2021-02-30", [], {}, {"x": 1}])
    )
    if not official.is_valid(document):
        with pytest.raises(StoryInvalid):
            parse_story(document)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each place in a document that can be written to, and in each object an unknown key."""
    if isinstance(value, dict):
        yield value, "unknown"
    keys = list(value) if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from places(value[key])


@pytest.mark.parametrize(
    "source",
    [MARKDOWN, b"# Ferries run again\n", b"Ferries run again\n\nThe first left.\n\x1b[31mNow."],
    ids=["markdown", "heading", "text"],
)
def test_what_editors_write_becomes_valid(source: bytes, official: Draft202012Validator) -> None:
    document = story_document(read_story(source).story(URI))
    official.validate(document)
    assert document["headlines"][0]["value"] == "Ferries run again"


@given(
    headline=headlines,
    body=texts,
    by=st.none() | texts,
    urgency=st.none() | st.integers(1, 9),
    subject=st.lists(texts),
)
def test_what_options_tell_becomes_valid(official: Draft202012Validator, **options: Any) -> None:
    official.validate(story_document(draft_from_options(**options).story(URI)))
