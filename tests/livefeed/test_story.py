"""Stories: read with all their problems, written as ninjs 3.1."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livefeed.errors import StoryInvalid
from livefeed.ninjs import Body, Headline, Standard
from livefeed.story import (
    NINJS_3_1,
    Story,
    is_markup,
    main_body,
    main_headline,
    parse_story,
    story_document,
)
from stories import stories

LEAST: dict[str, Any] = {"uri": "urn:example:1", "headlines": [{"value": "A"}]}


def problems_of(document: object) -> list[str]:
    with pytest.raises(StoryInvalid) as invalid:
        parse_story(document)
    return [str(problem) for problem in invalid.value.problems]


def story_with(**fields: Any) -> Story:
    return Story(**{"uri": "urn:example:1", "headlines": (Headline(value="A"),), **fields})


@given(stories())
def test_a_story_that_is_written_and_read_is_the_same(story: Story) -> None:
    assert parse_story(story_document(story)) == msgspec.structs.replace(story, standard=NINJS_3_1)


@given(stories())
def test_a_story_survives_messagepack(story: Story) -> None:
    packed = msgspec.msgpack.encode(story_document(story))
    assert story_document(msgspec.msgpack.decode(packed, type=Story)) == story_document(story)


def test_a_story_needs_an_uri_and_a_headline() -> None:
    assert problems_of({}) == ["uri: is missing", "headlines: is missing"]
    assert problems_of({**LEAST, "headlines": []}) == [
        "headlines: is empty; at least one is needed"
    ]
    with pytest.raises(ValueError, match="at least one is needed"):
        story_with(headlines=())


def test_a_headline_beside_the_main_one_and_in_an_association_keeps_the_rules_too() -> None:
    association = {"name": "#1", "uri": "urn:example:2", "headlines": [{"value": "x" * 301}]}
    assert problems_of(
        {**LEAST, "headlines": [{"value": "a"}, {"value": "b\x1b"}], "associations": [association]}
    ) == [
        "headlines[1].value: holds an ANSI escape as its character 2; take it out",
        "associations[0].headlines[0].value: has 301 characters; a headline has 300 at most",
    ]


def test_an_association_needs_a_name_and_an_uri() -> None:
    assert problems_of({**LEAST, "associations": [{}]}) == [
        "associations[0].uri: is missing",
        "associations[0].name: is missing",
    ]


def test_a_key_that_ninjs_does_not_know_is_refused_with_the_nearest_that_it_does() -> None:
    assert problems_of({**LEAST, "headline": "A", "extra": 1}) == [
        "headline: is no property of ninjs 3.1; did you mean headlines?",
        "extra: is no property of ninjs 3.1",
    ]


def test_a_body_loses_control_characters_and_keeps_its_tabs_and_newlines() -> None:
    body = {"value": "a\x1b[31mb\u202e\tc\r\n"}
    story = parse_story({**LEAST, "bodies": [body]})
    assert story.bodies[0].value == "ab\tc\n"


@pytest.mark.parametrize("version", ["3", "3.0", "3.1", "3.2"])
def test_any_ninjs_3_is_read_and_3_1_is_written(version: str) -> None:
    story = parse_story({**LEAST, "standard": {"name": "ninjs", "version": version}})
    assert story_document(story)["standard"] == msgspec.to_builtins(NINJS_3_1)


@pytest.mark.parametrize("standard", [{"version": "2.0"}, {"name": "newsml", "version": "3.1"}])
def test_another_standard_is_refused(standard: dict[str, str]) -> None:
    assert problems_of({**LEAST, "standard": standard}) == [
        "standard: is not ninjs 3.x, which is what livefeed reads"
    ]


def test_a_standard_without_a_version_counts_as_ninjs_3() -> None:
    assert parse_story({**LEAST, "standard": {}}).standard == Standard()


def test_absurd_depth_is_told_as_the_one_problem() -> None:
    deep: list[Any] = []
    for _ in range(10_000):
        deep = [deep]
    assert problems_of({"bodies": deep}) == ["story: is nested more than 64 levels deep"]


def test_of_very_many_problems_the_first_hundred_are_told() -> None:
    problems = problems_of({**LEAST, "bodies": [1] * 150})
    assert len(problems) == 101
    assert problems[-1] == "story: has 50 more problems"


def test_very_many_unknown_keys_are_told_without_looking_for_what_was_meant() -> None:
    problems = problems_of({**LEAST, **{f"headline{n}": n for n in range(20_000)}})
    assert problems[0] == "headline0: is no property of ninjs 3.1; did you mean headlines?"
    assert problems[-1] == "story: has 19900 more problems"


def test_a_document_holds_lists_and_no_empty_fields() -> None:
    document = story_document(story_with(bodies=(Body(value="b"),)))
    assert document == {
        "uri": "urn:example:1",
        "headlines": [{"value": "A"}],
        "bodies": [{"value": "b"}],
        "standard": msgspec.to_builtins(NINJS_3_1),
    }


@pytest.mark.parametrize(
    ("roles", "main"),
    [((None,), 0), ((None, "main"), 1), (("deck", "main", "main"), 1), (("deck", None), 0)],
)
def test_the_main_headline_is_the_one_so_called_else_the_first(
    roles: tuple[str | None, ...], main: int
) -> None:
    headlines = tuple(Headline(role=role, value=f"{n}") for n, role in enumerate(roles))
    assert main_headline(story_with(headlines=headlines)) == f"{main}"


@pytest.mark.parametrize(
    ("bodies", "main"),
    [
        ([("main", "text/plain", "a"), (None, "text/html", "b")], "b"),
        ([("main", None, "a"), ("richtext", "body_xhtml", "b")], "b"),
        ([(None, "text/plain", "a"), ("main", "text/plain", "b")], "b"),
        ([(None, "text/html", "a"), ("main", "text/html", "b")], "b"),
        ([("main", "text/plain", "a"), ("main", "text/html", " ")], "a"),
        ([(None, None, "a"), (None, None, "b")], "a"),
    ],
)
def test_the_main_body_is_html_before_text_and_main_before_others(
    bodies: list[tuple[str | None, str | None, str]], main: str
) -> None:
    story = story_with(
        bodies=tuple(
            Body(role=role, content_type=kind, value=value) for role, kind, value in bodies
        )
    )
    chosen = main_body(story)
    assert chosen is not None
    assert chosen.value == main


def test_a_story_may_have_no_body() -> None:
    assert main_body(story_with()) is None


def test_html_and_xml_of_every_name_are_markup() -> None:
    for name in ("text/html", "TEXT/HTML", "application/xhtml+xml", "body_xhtml"):
        assert is_markup(name)
    for name in (None, "", "text/plain", "text/markdown"):
        assert not is_markup(name)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(ANYTHING)
def test_whatever_is_no_story_is_refused_as_one(document: object) -> None:
    assert problems_of(document)
