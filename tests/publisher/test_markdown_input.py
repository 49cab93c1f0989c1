"""Stories in Markdown: the head, the text, and where one ends and the other begins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.markdown_input import read_markdown


def body_of(source):
    found = read_markdown(source)
    assert found.problems == []
    (body,) = found.document["bodies"]
    assert (body["role"], body["contentType"]) == ("main", "text/html")
    return body["value"]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("A *b* **c** `d`", "<p>A <em>b</em> <strong>c</strong> <code>d</code></p>"),
        ("a\nb\n\nc\\\nd", "<p>a\nb</p>\n<p>c<br>\nd</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>"),
        ("## a", "<h2>a</h2>"),
        ("~~a~~", "<p><s>a</s></p>"),
        ("[a](https://example.com/)",
         '<p><a href="https://example.com/" rel="noopener nofollow">a</a></p>'),
        ("![a](https://example.com/b.jpg)",
         '<p><img src="https://example.com/b.jpg" alt="a" loading="lazy"></p>'),
        ("[a](javascript:b)", "<p>[a](javascript:b)</p>"),
        ("a <b onclick=c>d</b> <script>e</script>", "<p>a <b>d</b> </p>"),
        ("<p>a\n\n</article>b", "<p>a\nb</p>"),
        ("a\x1b[31mb\u202e", "<p>ab</p>"),
    ],
)  # fmt: skip
def test_markdown_becomes_safe_html(text, html):
    assert body_of(text) == html
    assert body_of(f"---\nby: a\n---\n{text}") == html


def test_a_table_becomes_a_table():
    assert "<td>1</td>" in body_of("| a |\n|---|\n| 1 |\n")


@pytest.mark.parametrize("fence", ["---", "--- ", "..."])
def test_the_head_ends_at_its_fence(fence):
    found = read_markdown(f"---\t\nheadline: a\n{fence}\n\n---\n\nb\n")
    assert found.document["headlines"] == [{"role": "main", "value": "a"}]
    assert found.document["bodies"][0]["value"] == "<hr>\n<p>b</p>"


def test_a_head_without_end_is_told():
    found = read_markdown("---\nheadline: a\n\nb\n")
    assert list(map(str, found.problems)) == [
        "line 1, front matter: begins with --- and never ends"
    ]
    assert not found.readable


def test_a_story_may_have_no_text():
    assert "bodies" not in read_markdown("---\nheadline: a\n---\n\n <script>b</script>").document


def test_a_heading_that_begins_the_text_stands_in_for_the_headline():
    found = read_markdown("---\nby: a\n---\n\n# The *first*\n\nb\n")
    assert found.document["headlines"] == [{"role": "main", "value": "The first"}]
    assert found.lines["headlines"] == 5
    assert found.document["bodies"][0]["value"] == "<p>b</p>"


@pytest.mark.parametrize("source", ["---\nheadline: a\n---\n# b\n", "c\n\n# b\n", "## b\n"])
def test_other_headings_stay_in_the_text(source):
    found = read_markdown(source)
    assert ">b</h" in found.document["bodies"][0]["value"]


def test_a_heading_over_two_lines_is_one_headline():
    found = read_markdown("a\nb `c`\n===\n")
    assert found.document["headlines"] == [{"role": "main", "value": "a b c"}]


@pytest.mark.parametrize("text", [">" * 50_000 + "a", "\n" + "- " * 5_000 + "a"])
def test_a_text_of_absurd_depth_is_told_with_its_line(text):
    found = read_markdown(f"---\nheadline: a\n---\n{text}")
    (problem,) = found.problems
    assert problem.field == "body"
    assert problem.line in {4, 5}
    assert "100 levels" in problem.message


def test_a_text_of_sane_depth_loses_nothing():
    assert "deepest" in body_of(">" * 90 + " deepest")


@given(st.text())
def test_any_text_is_read(text):
    read_markdown(text)
    read_markdown(f"---\n{text}\n---\n{text}")
