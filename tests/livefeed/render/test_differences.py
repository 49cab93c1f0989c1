import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import written
from livefeed.render.differences import (
    is_changed,
    line_differences,
    text_differences,
)
from livefeed.render.paragraphs import html_paragraphs


def line(before, after):
    return written(line_differences(before, after))


def body(before, after):
    both = (html_paragraphs(html) for html in (before, after))
    return [written(paragraph) for paragraph in text_differences(*both)]


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (
            "Talks begin on Thursday.",
            "Talks begin on Friday.",
            "Talks begin on [-Thursday] [+Friday].",
        ),
        ("Talks begin", "Talks begin", "Talks begin"),
        ("Talks begin", "Talks begin today", "Talks begin [+today]"),
        ("Talks begin today", "Talks begin", "Talks begin [-today]"),
        ("1,200 votes, all told", "1,300 votes, all told", "[-1,200][+1,300] votes, all told"),
        ("He said “no”.", "He said “yes”.", "He said “[-no][+yes]”."),
        ("", "Kim Min-ji", "[+Kim Min-ji]"),
        ("Kim Min-ji", "", "[-Kim Min-ji]"),
        ("", "", ""),
        ("首相が木曜日に会う", "首相が金曜日に会う", "首相が[-木][+金]曜日に会う"),
        (
            "تبدأ المحادثات الخميس، وفق الوزير",
            "تبدأ المحادثات الجمعة، وفق الوزير",
            "تبدأ المحادثات [-الخميس] [+الجمعة]، وفق الوزير",
        ),
    ],
)
def test_words_are_compared_as_readers_see_them(before, after, shown):
    assert line(before, after) == shown


def test_lines_with_little_in_common_are_not_matched_word_by_word():
    assert line("He met the minister", "She saw the president") == (
        "[-He met the minister][+She saw the president]"
    )


def test_paragraphs_are_compared_each_with_its_own():
    before = "<p>One is here.</p><p>Two is there too.</p><p>Three.</p>"
    after = (
        "<p>One was here.</p><p>Something entirely new.</p><p>Two is there now.</p><p>Three.</p>"
    )
    assert body(before, after) == [
        "One [-is] [+was] here.",
        "[+Something entirely new.]",
        "Two is there [-too] [+now].",
        "Three.",
    ]


def test_a_paragraph_that_is_gone_stands_where_it_was():
    before = "<p>One.</p><p>Two had to go.</p><p>Three.</p>"
    assert body(before, "<p>One.</p><p>Three.</p>") == ["One.", "[-Two had to go.]", "Three."]
    assert body(before, "") == ["[-One.]", "[-Two had to go.]", "[-Three.]"]


def test_bold_type_and_links_make_no_difference():
    assert body("<p>A word</p>", '<p>A <b>w</b>or<a href="/">d</a></p>') == ["A word"]


def test_a_text_of_one_endless_paragraph_gives_way_as_a_whole_where_too_much_of_it_changed():
    words = [f"word{index}" for index in range(3000)]
    old, new = " ".join(words), " ".join(["Another", *words[1:-1], "end"])
    assert line(old, new) == f"[-{old}][+{new}]"
    nearly = " ".join([*words[:10], "another", *words[11:]])
    assert line(old, nearly).count("[") == 2


WORDS = st.lists(st.sampled_from(["a", "bee", "sea,", "“dee”", "(e)", "木", "…", "."]), max_size=30)


@given(WORDS, WORDS)
def test_the_old_text_and_the_new_one_can_be_read_out_of_what_differs(before, after):
    old, new = " ".join(before), " ".join(after)
    parts = line_differences(old, new)
    for text, other in ((old, "added"), (new, "removed")):
        kept = "".join(part.text for part in parts if part.kind != other)
        assert kept.replace(" ", "") == text.replace(" ", "")


@given(st.lists(WORDS, max_size=8), st.lists(WORDS, max_size=8))
def test_so_can_those_of_many_paragraphs(before, after):
    old, new = ([" ".join(words) for words in text if words] for text in (before, after))
    shown = text_differences(old, new)
    for text, other in ((old, "added"), (new, "removed")):
        kept = "".join(p.text for paragraph in shown for p in paragraph if p.kind != other)
        assert kept.replace(" ", "") == "".join(text).replace(" ", "")
    if old == new:
        assert not any(map(is_changed, shown))
