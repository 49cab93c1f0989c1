"""Text hygiene: what is refused, what is removed, what is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livefeed.text import (
    clean_body,
    headline_problem,
    one_line,
    printable,
    storage_problem,
)

HARMFUL = [
    *map(chr, (*range(9), *range(11, 32), *range(0x7F, 0xA0))),
    *"\u202a\u202b\u202c\u202d\u202e",
]
HARMLESS = ["\u2066", "\u2069", "\u200e", "\u200f", "\u200d", "é", "東京", "👩‍🚀", "\xa0"]
any_text = st.text(
    st.characters(codec=None) | st.sampled_from([*HARMFUL, "\t", "\n", "[", "]", "m"])
)


@pytest.mark.parametrize("character", set(HARMFUL) - {"\r"})
def test_a_body_loses_each_control_character_and_direction_override(character: str) -> None:
    assert clean_body(f"a{character}") == "a"


@pytest.mark.parametrize("character", [*HARMLESS, "\t", "\n"])
def test_a_body_keeps_tabs_newlines_marks_and_isolates(character: str) -> None:
    assert clean_body(f"a{character}b") == f"a{character}b"


@pytest.mark.parametrize(
    ("escaped", "plain"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x9b1;31mred", "red"),
        ("\x1b[2J\x1b[Hgone", "gone"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;https://example.com\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bPq#0\x1b\\sixel", "sixel"),
        ("\x1b(Bset", "set"),
        ("\x9d0;title\x9ctext", "text"),
    ],
)
def test_a_body_loses_ansi_escapes_whole(escaped: str, plain: str) -> None:
    assert clean_body(escaped) == plain


def test_an_escape_without_its_end_takes_no_text_along() -> None:
    assert clean_body("\x1b]0;never ended\nnext line") == "]0;never ended\nnext line"
    assert clean_body("\x1bHello") == "Hello"


@pytest.mark.parametrize("start", ["\x1b]", "\x9d", "\x9b", "\x1b(", "\x1bP"])
def test_half_a_million_unfinished_escapes_are_cleaned_as_fast_as_text(start: str) -> None:
    assert "\x1b" not in clean_body(start * 500_000)


def test_every_line_end_of_a_body_becomes_a_newline() -> None:
    assert clean_body("a\r\nb\rc\n") == "a\nb\nc\n"


@given(any_text)
def test_cleaning_leaves_nothing_harmful_and_twice_changes_nothing_more(text: str) -> None:
    clean = clean_body(text)
    assert not set(clean) & set(HARMFUL)
    assert clean_body(clean) == clean


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters=HARMFUL)))
def test_cleaning_leaves_a_harmless_text_as_it_is(text: str) -> None:
    assert clean_body(text) == text
    assert printable(text) == text


@given(any_text)
def test_nothing_printable_can_act_on_a_terminal_or_fail_to_be_written(text: str) -> None:
    shown = printable(text)
    assert not set(shown) & set(HARMFUL)
    assert len(shown) == len(text)
    shown.encode()


def test_what_is_printable_shows_what_was_there() -> None:
    assert printable("\x1b[31m\x00\x7f\x9b\u202e\udcff\t\n") == "␛[31m␀␡���\t\n"


def test_one_line_is_one_line() -> None:
    assert one_line(" a\n\tb\u2028c \x1b[1m\r\n") == "a b c ␛[1m"


@pytest.mark.parametrize("headline", ["x", "x" * 300, *(f"a{good}b" for good in HARMLESS)])
def test_a_headline_of_1_to_300_harmless_characters_is_good(headline: str) -> None:
    assert headline_problem(headline) is None


@pytest.mark.parametrize(
    ("headline", "problem"),
    [
        ("", "is empty"),
        (" \u2003", "is empty"),
        ("x" * 301, "has 301 characters"),
        ("a\0", "a NUL as its character 2"),
        ("a\tb", "a tab as its character 2"),
        ("ab\nc", "a line break as its character 3"),
        ("ab\rc", "a line break as its character 3"),
        ("\x1b[1ma", "an ANSI escape as its character 1"),
        ("a\x07", "the control character U+0007"),
        ("a\x9f", "the control character U+009F"),
        ("a\u202e", "the direction override U+202E"),
        ("a\ud800", "half a character"),
    ],
)
def test_a_bad_headline_is_told_why(headline: str, problem: str) -> None:
    assert problem in (headline_problem(headline) or "")


@pytest.mark.parametrize("character", [*HARMFUL, "\t", "\n"])
def test_a_headline_holds_no_control_character_and_no_override(character: str) -> None:
    assert headline_problem(f"a{character}b")


@pytest.mark.parametrize("character", ["\0", "\ud800"])
def test_a_text_that_cannot_be_stored_is_told_why(character: str) -> None:
    assert "as its character 3" in (storage_problem(f"ab{character}") or "")
    assert storage_problem("ab\x1b") is None
