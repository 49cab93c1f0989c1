import pytest
from hypothesis import given
from hypothesis import strategies as st

from livefeed.render.halves import halves
from livefeed.render.sanitise import safe_html


def paragraphs(count):
    return "".join(f"<p>{n}</p>" for n in range(count))


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_a_short_story_is_not_parted(count):
    assert halves(paragraphs(count)) == (paragraphs(count), "")


@pytest.mark.parametrize(("count", "first"), [(4, 2), (5, 3), (8, 4)])
def test_a_longer_one_is_parted_behind_its_middle_paragraph(count, first):
    head, tail = halves(paragraphs(count))
    assert head == paragraphs(first)
    assert head + tail == paragraphs(count)


def test_lists_quotations_and_tables_are_never_parted():
    inner = "<blockquote><p>a</p><p>b</p><p>c</p><p>d</p><p>e</p></blockquote>"
    assert halves(inner) == (inner, "")
    head, tail = halves(f"<p>1</p><p>2</p>{inner}<p>3</p><p>4</p>")
    assert head == "<p>1</p><p>2</p>"
    assert tail == f"{inner}<p>3</p><p>4</p>"


def test_lines_and_elements_without_an_end_do_not_confuse_the_count():
    html = '<p>1<br>\n<img src="x"></p>\n<p>2</p>\n<hr>\n<p>3 &lt;p&gt;</p>\n<p>4</p>'
    head, tail = halves(html)
    assert head.endswith("<p>2</p>")
    assert head + tail == html


@given(st.lists(st.sampled_from(["<p>", "</p>", "<ul>", "<li>", "<b>", "é\n", "<br>", "&amp;"])))
def test_whatever_a_body_is_both_parts_together_are_it_and_each_is_whole(pieces):
    html = safe_html("".join(pieces))
    head, tail = halves(html)
    assert head + tail == html
    assert safe_html(head).strip() == head.strip()
    assert safe_html(tail).strip() == tail.strip()
