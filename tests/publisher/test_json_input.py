"""ninjs documents in JSON: their values and their lines."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livefeed.document import depth_problem
from livefeed.errors import StoryInvalid
from publisher.json_input import document_in, field_lines

DOCUMENT = """{
  "headlines": [
    {"value": "a", "role": "main"},
    {"value":
      "b \\" } ] , : c"}
  ],
  "urgency": 3, "by": "x",
  "places": [
    { "geoJSON": {
        "coordinates": [1.5,
           true, null, "x"] } }
  ]
}"""
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def problems_of(text, first_line=1):
    with pytest.raises(StoryInvalid) as invalid:
        document_in(text, first_line)
    return str(invalid.value)


def test_each_field_has_its_line():
    lines = field_lines(DOCUMENT)
    assert {path: lines[path] for path in ("headlines", "urgency", "by", "places")} == {
        "headlines": 2,
        "urgency": 7,
        "by": 7,
        "places": 8,
    }
    assert lines["headlines[0].role"] == 3
    assert lines["headlines[1].value"] == 4
    assert lines["places[0].geoJSON"] == 9
    assert [lines[f"places[0].geoJSON.coordinates[{n}]"] for n in range(4)] == [10, 11, 11, 11]


@given(DOCUMENTS, st.sampled_from([None, 1, "\t"]))
def test_any_document_is_read_and_outlined(document, indent):
    text = json.dumps(document, indent=indent)
    assert document_in(text) == document
    assert set(field_lines(text).values()) <= set(range(1, text.count("\n") + 2))


@given(st.dictionaries(st.text(min_size=1), st.lists(st.text()), min_size=1))
def test_written_one_field_a_line_each_has_its_own(document):
    lines = field_lines(json.dumps(document, indent=1))
    assert lines[next(iter(document))] == 2


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "line 1, story: is no JSON: expecting value"),
        ('{\n"a" 3}', "line 2, story: is no JSON: expecting ':' delimiter"),
        ('{"a": 1}\n\n{"b": 2}', "line 3, story: is no JSON: extra data"),
        ('{"a": ' + "9" * 5000 + "}", "story: has a number of thousands of digits"),
        ('{"a":' * 100_000, "line 1, a: is nested more than 64 levels deep"),
        ('{"a": 1,\n"b":' + "[" * 100_000, "line 2, b: is nested more than 64 levels deep"),
        ("[" * 100_000 + "]" * 100_000, "line 1, story: is nested more than 64 levels deep"),
        ('{"a": 1,\n "a": 2}', "line 2, a: stands twice, first on line 1"),
        (
            '{"b": [{"a": 1}, {"a": {},\n "a":\n [1, {"c": 1, "c": 1}]}]}',
            """line 2, b[1].a: stands twice, first on line 1
line 3, b[1].a[1].c: stands twice, first on line 3""",
        ),
    ],
)
def test_what_is_no_good_json_is_told_with_its_line(text, problem):
    assert problems_of(text) == problem


@pytest.mark.parametrize("inside", ["", "1"])
@pytest.mark.parametrize("levels", [62, 63, 64, 65])
def test_the_outline_is_as_deep_as_a_story_may_be(levels, inside):
    text = '{"a": 1,\n"b": ' + "[" * levels + inside + "]" * levels + "}"
    if depth_problem(document_in(text)):
        with pytest.raises(StoryInvalid, match="line 2, b: is nested more than 64 levels deep"):
            field_lines(text)
    else:
        assert field_lines(text)["b"] == 2


def test_lines_count_from_where_the_document_begins():
    assert problems_of("{", 7).startswith("line 7, story: ")
    assert problems_of('{"a": 1, "a": 2}', 7) == "line 7, a: stands twice, first on line 7"
    assert field_lines('{"a":\n1}', 7) == {"": 7, "a": 7}
