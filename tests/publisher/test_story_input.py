"""A story as an editor gives it, and each thing that can be wrong with it."""

import io
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livefeed.errors import StoryInvalid
from livefeed.story import main_headline, story_document
from publisher.story_input import LONGEST_LINE, draft_from_options, read_json_lines, read_story

URI = "urn:uuid:0199c82c-c000-7a3b-8c5d-000000000001"
LEAST = {"headlines": [{"value": "A"}]}
MARKDOWN = """---
headline: Ferries run again
by: Ada Byron
also-read: [2, '#5', 2]
---
The *first* left at **06:20**.
"""


def problems_of(source, **more):
    with pytest.raises(StoryInvalid) as invalid:
        read_story(source if isinstance(source, bytes) else source.encode(), **more)
    return [str(problem) for problem in invalid.value.problems]


def json_of(document):
    return json.dumps(document).encode()


def test_a_markdown_file_becomes_a_story():
    draft = read_story(MARKDOWN.encode(), name="ferries.md")
    document = story_document(draft.story(URI))
    del document["standard"]
    assert document == {
        "uri": URI,
        "headlines": [{"role": "main", "value": "Ferries run again"}],
        "bodies": [
            {
                "role": "main",
                "contentType": "text/html",
                "value": "<p>The <em>first</em> left at <strong>06:20</strong>.</p>",
            }
        ],
        "by": "Ada Byron",
    }
    assert draft.also_read == (2, 5)


PICTURE = {"name": "main", "uri": "urn:example:p", "type": "picture"}


def test_a_picture_without_words_is_refused():
    (told,) = problems_of(json_of({**LEAST, "associations": [{**PICTURE}]}))
    assert told.startswith("line 1, associations[0]: is a picture without words")
    for words in (
        {"headlines": [{"value": "The hall"}]},
        {"title": "The hall"},
        {"descriptions": [{"value": "The hall"}]},
    ):
        read_story(json_of({**LEAST, "associations": [{**PICTURE, **words}]}))


@pytest.mark.parametrize(
    ("body", "is_silent"),
    [
        ("<p><img src='a.jpg'></p>", True),
        ("<p><img src='a.jpg' alt='The hall'></p>", False),
        ("<p><img src='a.jpg' alt=''> an ornament</p>", False),
    ],
)
def test_a_picture_in_a_text_says_what_it_shows_or_that_it_shows_nothing(body, is_silent):
    document = {**LEAST, "bodies": [{"contentType": "text/html", "value": body}]}
    if is_silent:
        (told,) = problems_of(json_of(document))
        assert 'has an <img> without alt="what it shows"' in told
    else:
        read_story(json_of(document))


def test_a_picture_in_markdown_has_words():
    (told,) = problems_of("# A\n\nOne.\n\n![](a.jpg)\n", kind="markdown")
    assert told == "line 5, body: has a picture without words; write ![what it shows](…)"
    read_story(b"# A\n\n![The hall](a.jpg)\n", kind="markdown")


def test_plain_text_begins_with_its_headline():
    story = read_story(
        b"\n\n  Ferries run again \r\n\r\nThe <first>\r\nleft.\r\n\r\nMore.\r\n"
    ).story(URI)
    assert main_headline(story) == "Ferries run again"
    (body,) = story.bodies
    assert body.content_type == "text/plain"
    assert body.value == "The <first>\nleft.\n\nMore."


def test_options_alone_make_a_story():
    story = draft_from_options(
        "Ferries run again",
        "The first left.\n\nMore.",
        by="Ada Byron",
        located="Incheon",
        urgency=3,
        subject=["transport", "weather"],
        language="en",
    ).story(URI)
    assert (main_headline(story), story.by, story.located) == (
        "Ferries run again",
        "Ada Byron",
        "Incheon",
    )
    assert (story.urgency, story.language) == (3, "en")
    assert [subject.name for subject in story.subjects] == ["transport", "weather"]
    assert story.bodies[0].value == "The first left.\n\nMore."


def test_options_that_are_wrong_are_told_by_their_names():
    with pytest.raises(StoryInvalid) as invalid:
        draft_from_options("a\x1b[31m", " ", urgency=12, by="\0")
    assert sorted(problem.field for problem in invalid.value.problems) == [
        "by",
        "headline",
        "urgency",
    ]
    with pytest.raises(StoryInvalid, match="headline: is missing"):
        draft_from_options(body="a")


def test_a_story_keeps_its_own_uri_and_gets_one_only_if_it_has_none():
    assert read_story(json_of({**LEAST, "uri": "urn:a:b"})).story(URI).uri == "urn:a:b"
    assert read_story(json_of(LEAST)).story(URI).uri == URI
    assert read_story(b"---\nuri: urn:a:b\nheadline: a\n---\n").story(URI).uri == "urn:a:b"


@pytest.mark.parametrize(
    ("name", "source", "headline"),
    [
        ("a.md", "# A\n", "A"),
        ("a.MARKDOWN", "---\nheadline: A\n---\n", "A"),
        ("a.html", "---\nheadline: A\n---\n<p>b", "A"),
        ("a.txt", "# A\n", "# A"),
        ("a.txt", '{"a": 1}', '{"a": 1}'),
        ("a.json", ' {"headlines": [{"value": "A"}]}', "A"),
        ("standard input", '\n{"headlines": [{"value": "A"}]}', "A"),
        ("standard input", "---\nheadline: A\n---\n", "A"),
        ("", "# A\n", "A"),
        ("v1.2/notes", "A\n", "A"),
        ("", "\ufeff---\nheadline: A\n---\n", "A"),
    ],
)
def test_the_kind_is_told_by_the_name_else_by_how_it_begins(name, source, headline):
    assert main_headline(read_story(source.encode(), name=name).story(URI)) == headline


def test_the_kind_can_be_said():
    assert main_headline(read_story(b"# A", kind="text", name="a.md").story(URI)) == "# A"
    assert problems_of("[]", kind="ninjs") == ["story: must be an object, not a list"]
    assert problems_of("# A", kind="ninjs") == ["line 1, story: is no JSON: expecting value"]


def test_html_is_made_safe_wherever_it_stands_and_never_refused():
    bad, safe = "<p>a<script>b</script><p onclick=c>d</article>", "<p>a</p><p>d</p>"
    texts = [
        {"contentType": "text/html", "value": bad},
        {"contentType": "text/plain", "value": "<b>"},
    ]
    inner = {"name": "x", "uri": "urn:a:b", "descriptions": texts}
    outer = {**inner, "bodies": texts, "associations": [inner]}
    story = read_story(json_of({**LEAST, "bodies": texts, "associations": [outer]})).story(URI)
    (association,) = story.associations
    (nested,) = association.associations
    for made in (story.bodies, association.bodies, association.descriptions, nested.descriptions):
        assert [text.value for text in made] == [safe, "<b>"]


def test_every_problem_of_a_markdown_file_is_one_line_with_field_and_place():
    source = """---
headlin: Ferries
urgency: 17
contentCreated: 2021-02-30T09:30:00Z
place: {name: a, geoJSON: {type: Point}}
subject: [a, {name: b, relevance: 200}]
---
"""
    assert problems_of(source) == [
        "headline: is missing",
        "line 2, headlin: is no field of a story; did you mean headline?",
        "line 3, urgency: is 17; it goes from 1 to 9",
        "line 4, contentCreated: “2021-02-30T09:30:00Z” is no date: that month has no day 30",
        "line 5, place.geoJSON: is no GeoJSON: missing required field coordinates",
        "line 6, subject.relevance: is 200; it goes from 0 to 100",
    ]


def test_a_head_that_is_no_yaml_is_told_alone():
    (problem,) = problems_of("---\nby: a\nheadline: Ferries: again\n---\n")
    assert problem.startswith("line 3, headline: is no YAML")
    assert "quotes" in problem


def test_every_problem_of_a_document_is_one_line_with_field_and_place():
    source = """{
  "headlines": [
    {"value": "a"},
    {"value": ""}
  ],
  "urgency": 12,
  "renditions": [{"name": "a",
    "duration": NaN}],
  "headline": "b",
  "by": "c\\u0000"
}"""
    assert problems_of(source) == [
        "line 4, headlines[1].value: is empty; a headline has 1 to 300 characters",
        "line 6, urgency: is 12; it goes from 1 to 9",
        "line 8, renditions[0].duration: is not a finite number",
        "line 9, headline: is no property of ninjs 3.1; did you mean headlines?",
        "line 10, by: holds a NUL as its character 2; take it out",
    ]


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (b"", "line 1, headline: is empty; a headline has 1 to 300 characters"),
        (b"\n\n" + b"x" * 301, "line 3, headline: has 301 characters; a headline has 300 at most"),
        (b"a\tb\nc", "line 1, headline: holds a tab as its character 2; take it out"),
        ("a\u202eb".encode(), "line 1, headline: holds the direction override U+202E"),
        (b"a\nb \xe9\n", "line 2, body: holds the byte 0xe9, which is not UTF-8"),
        (b"\xff\xfea\0", "line 1, body: holds the byte 0xff, which is not UTF-8"),
        (b"---\nheadline: a\nby: J\xe9an\n---\n", "line 3, by: holds the byte 0xe9"),
        (b'{"headlines": [],\n "by": "J\xe9an"}', "line 2, by: holds the byte 0xe9"),
        (b'{"\xe9', "line 1, story: holds the byte 0xe9"),
        (b"a\nb\0", "line 2, body: holds a NUL; take it out"),
        (b"---\nheadline: a\nalso-read: b\n---\n", "line 3, also-read: takes numbers of stories"),
        (b"---\nheadline: a\0\n---\n", "line 2, headline: holds a NUL; take it out"),
        (b"a\n" * 600_000, "body: has over 1,048,576 characters"),
        (b'{"a":' * 100_000, "line 1, a: is nested more than 64 levels deep"),
        (
            b'{"headlines": [{"value": "x"}],\n"subjects":' + b"[" * 100 + b"]" * 100 + b"}",
            "line 2, subjects: is nested more than 64 levels deep",
        ),
        (
            b"---\nheadline: " + b"[" * 60_000 + b"\n---\n",
            "line 2, headline: is nested more than 16 levels deep",
        ),
        (b"headline: a\n\nText.\n", "line 1, front matter: stands between two lines of ---"),
        (b"# a\n" + b">" * 10_000 + b"b", "line 2, body: is nested more than 100 levels deep"),
    ],
)
def test_what_cannot_be_a_story_is_told_with_its_field_and_line(source, problem):
    (told,) = problems_of(source)
    assert problem in told


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_story_or_have_problems(source):
    for kind in (None, "markdown", "ninjs", "text"):
        with suppress(StoryInvalid):
            assert main_headline(read_story(source, kind=kind).story(URI)).strip()


def test_json_lines_are_read_one_by_one_past_empty_ones():
    stream = io.BytesIO(b'\n{"headlines": [{"value": "a"}]}\r\n \n{"headlines": [{"value": "b"}]}')
    drafts = read_json_lines(stream)
    assert main_headline(next(drafts).story(URI)) == "a"
    assert main_headline(next(drafts).story(URI)) == "b"
    assert list(drafts) == []


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b'{"headlines": []}\n', "line 3, headlines: is empty; at least one is needed"),
        (b"{\n", "line 3, story: is no JSON"),
        (b'{"by": "\xe9"}\n', "line 3, by: holds the byte 0xe9"),
        (b" " * (LONGEST_LINE + 1), f"line 3, story: has over {LONGEST_LINE:,} bytes"),
    ],
)
def test_a_line_that_is_no_story_is_told_with_its_number(line, problem):
    drafts = read_json_lines(io.BytesIO(json_of(LEAST) + b"\n\n" + line))
    next(drafts)
    with pytest.raises(StoryInvalid) as invalid:
        next(drafts)
    assert str(invalid.value).startswith(problem)
