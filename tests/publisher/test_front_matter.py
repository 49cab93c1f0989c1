"""The YAML at the head of a Markdown file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.front_matter import key_for, read_front_matter


def read(source):
    found = read_front_matter(source, 2)
    assert found.problems == []
    assert found.readable
    return found


def problems_of(source):
    return [str(problem) for problem in read_front_matter(source, 2).problems]


def test_every_kind_of_field_becomes_ninjs():
    found = read(
        """
headline: Ferries run again
by: Ada Byron
located: Incheon
urgency: 3
language: en
contentCreated: 2021-04-20T09:30:00+09:00
description: {role: caption, value: A ferry}
subject: [transport, {name: weather, relevance: 80}]
person: Ada Byron
organisation: [Port of Incheon]
place:
  - name: Incheon
    geoJSON: {type: Point, coordinates: [126.6, 37], name: "1"}
rendition:
  name: main
  href: https://example.com/a.jpg
  width: 429
  duration: 1.5
digitalSourceType: {name: "1"}
"""
    )
    assert found.document == {
        "headlines": [{"role": "main", "value": "Ferries run again"}],
        "by": "Ada Byron",
        "located": "Incheon",
        "urgency": 3,
        "language": "en",
        "contentCreated": "2021-04-20T09:30:00+09:00",
        "descriptions": [{"role": "caption", "value": "A ferry"}],
        "subjects": [{"name": "transport"}, {"name": "weather", "relevance": 80}],
        "people": [{"name": "Ada Byron"}],
        "organisations": [{"name": "Port of Incheon"}],
        "places": [
            {
                "name": "Incheon",
                "geoJSON": {"type": "Point", "coordinates": [126.6, 37], "name": "1"},
            }
        ],
        "renditions": [
            {"name": "main", "href": "https://example.com/a.jpg", "width": 429, "duration": 1.5}
        ],
        "digitalSourceType": {"name": "1"},
    }
    assert found.lines["by"] == 4
    assert found.lines["subjects[1].relevance"] == 10
    assert found.lines["places[0].geoJSON"] == 15


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("no", "no"),
        ("2021", "2021"),
        ("12:30", "12:30"),
        ("2021-04-20", "2021-04-20"),
        ("0x1f", "0x1f"),
        ("true", "true"),
        ("'# 1: a'", "# 1: a"),
        ('"a\\u00e9"', "aé"),
        ("|\n  two words\n", "two words"),
        (">\n  two\n  words\n", "two words"),
        ("a#b", "a#b"),
        ("'null'", "null"),
        ("  spaced  ", "spaced"),
    ],
)
def test_a_text_stays_what_was_typed(written, read_as):
    assert read(f"located: {written}\n").document == {"located": read_as}


@pytest.mark.parametrize("blank", ["", " ", "~", "null"])
def test_a_field_that_was_left_blank_counts_as_left_out(blank):
    assert read(f"headline:{blank and ' '}{blank}\nplace: {{name: }}\nby: a\n").document == {
        "places": [{}],
        "by": "a",
    }


@pytest.mark.parametrize("source", ["", "\n", "# a comment\n", "~\n"])
def test_the_head_may_be_empty(source):
    assert read(source).document == {}


@pytest.mark.parametrize(
    ("written", "numbers"),
    [("2", [2]), ("'#2'", [2]), ("[2, '#3', 2]", [2, 3, 2]), ("\n  - 4\n  - 5", [4, 5])],
)
def test_stories_of_the_feed_are_linked_by_their_numbers(written, numbers):
    assert read(f"also-read: {written}\n").also_read == numbers


def test_a_story_elsewhere_is_linked_by_headline_and_address():
    found = read(
        "also-read:\n  - headline: Elsewhere\n    uri: https://example.com/\n  - 2\n"
        "association: {name: a, uri: 'urn:a:b'}\n"
    )
    assert found.also_read == [2]
    assert found.document["associations"] == [
        {
            "name": "also-read",
            "uri": "https://example.com/",
            "headlines": [{"role": "main", "value": "Elsewhere"}],
        },
        {"name": "a", "uri": "urn:a:b"},
    ]
    assert found.lines["associations[0]"] == 3


NUMBERS = "also-read: takes numbers of stories, or objects with headline and uri"


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("also-read: foo\n", f"line 2, {NUMBERS}"),
        ("also-read: [0]\n", f"line 2, {NUMBERS}"),
        ("also-read: [[2]]\n", f"line 2, {NUMBERS}"),
        ("also-read: {headline: a}\n", f"line 2, {NUMBERS}"),
        ("also-read: {headline: a, uri: b, c: d}\n", f"line 2, {NUMBERS}"),
        ("also-read: {headline: a, uri: [b]}\n", f"line 2, {NUMBERS}"),
        ("\nheadlin: a\n", "line 3, headlin: is no field of a story; did you mean headline?"),
        ("headlines: a\n", "line 2, headlines: is no field of a story; did you mean headline?"),
        ("people: a\n", "line 2, people: is no field of a story; did you mean person?"),
        ("content-created: a\n", "did you mean contentCreated?"),
        ("author: a\n", "line 2, author: is no field of a story; did you mean by?"),
        ("Tags: [a]\n", "line 2, Tags: is no field of a story; did you mean subject?"),
        ("date: 2021-04-20\n", "did you mean contentCreated?"),
        ("related: 12\n", "did you mean also-read?"),
        ("bodies: a\n", "line 2, bodies: is no field of a story; "),
        ("<<: {by: a}\n", "line 2, <<: is no field of a story; known are headline, "),
        ("? ''\n: a\n", "line 2, front matter: is no field of a story; "),
        ("by: a\n\nby: b\n", "line 4, by: stands twice, first on line 2"),
        ("place: {name: a,\n name: b}\n", "line 3, place: stands twice, first on line 2"),
        ("? [a]\n: b\n", "line 2, front matter: has a key that is no text"),
        ("place: {? {a: b} : c}\n", "line 2, place: has a key that is no text"),
        ("headline: We are # 1\n", "line 2, headline: has a # that YAML takes for a comment"),
        ("subject: [a, b]\nby:  A # b\n", "line 3, by: has a # that YAML takes for a comment"),
        ("- a\n", "line 2, front matter: must be lines such as `headline: Ferries run again`"),
        ("just words\n", "line 2, front matter: must be lines such as"),
        ("headline: Foo: bar\n", "line 2, headline: is no YAML (mapping values are not allowed"),
        ("by: a\nheadline: @foo\n", "line 3, headline: is no YAML (found character '@'"),
        ("headline: 'a\n", "front matter: is no YAML (found unexpected end of stream)"),
        ("by: &a b\nheadline: *a\n", "line 2, by: has a YAML anchor, alias or tag"),
        ("headline: *a\n", "line 2, headline: has a YAML anchor, alias or tag"),
        ("headline: !!python/object/apply:os.getcwd []\n", "line 2, headline: has a YAML anchor"),
        ("headline: !!str a\n", "line 2, headline: has a YAML anchor, alias or tag"),
        ("by: a\nheadline: a\x1bb\n", "line 3, headline: holds the character U+001B"),
        ("\x7f\n", "line 2, front matter: holds the character U+007F"),
        ("place: " + "[" * 20 + "]" * 20, "line 2, place: is nested more than 16 levels"),
        ("place: " + "[" * 60_000, "line 2, place: is nested more than 16 levels"),
        ("place:\n" + "".join(" " * n + "a:\n" for n in range(1, 40)), "nested more than 16"),
        ("#" * 70_000, "line 2, front matter: is longer than 65,536 characters"),
        ("by: a\u2028b\n", "line 2, by: holds the character U+2028; take it out"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_field_and_line(source, problem):
    (told,) = problems_of(source)
    assert problem in told


@pytest.mark.parametrize("source", ["a: b: c\n", "- a\n", "a: *b\n", "a: \x1b\n", "a: [[[[" * 9])
def test_a_head_that_cannot_be_read_says_so(source):
    assert not read_front_matter(source, 2).readable


def test_of_very_many_problems_the_first_hundred_are_told():
    assert len(problems_of("".join(f"x{n}: a\n" for n in range(2000)))) == 100


@given(st.text())
def test_any_text_is_read_or_has_problems(source):
    found = read_front_matter(source, 2)
    lines = [problem.line for problem in found.problems]
    assert all(line and 2 <= line <= source.count("\n") + 2 for line in lines)
    assert found.readable or found.problems


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("headlines[0].value", "headline"),
        ("headlines", "headline"),
        ("subjects[1].relevance", "subject.relevance"),
        ("people[0].name", "person"),
        ("places[0].geoJSON", "place.geoJSON"),
        ("bodies[0].value", "body"),
        ("contentCreated", "contentCreated"),
        ("eventDetails.dates", "eventDetails.dates"),
        ("associations[0].uri", "association.uri"),
    ],
)
def test_a_field_of_ninjs_has_its_name_in_the_front_matter(path, key):
    assert key_for(path) == key
