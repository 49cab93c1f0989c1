"""Requests: what the editor gave, told apart from what was read."""

import msgspec

from builders import LogBook, make_story
from livefeed.entry import Facts, Mark, Op
from livefeed.request import Request, content, pairs


def push(**more):
    return Request(**{"feed": "news", "op": Op.PUBLISH, "id": "a", "story": make_story(), **more})


def test_the_editors_name_the_id_and_the_guard_do_not_make_another_request():
    assert content(push(editor="ada", if_rev=3)) == content(push(id="b", editor="grace"))


def test_what_was_given_counts_and_not_what_was_inherited():
    given = {"headline": "New"}
    one = push(story=make_story("New", "Old body"), given=given)
    other = push(story=make_story("New", "Other body"), given=given, marks=(Mark.KEY,))
    assert content(one) == content(other) != content(push(given={"headline": "Newer"}))


def test_every_other_part_of_a_request_makes_another_one():
    changes = [
        {"op": Op.UPDATE}, {"number": 3}, {"story": make_story("Other")}, {"note": "n"},
        {"marks": (Mark.KEY,)}, {"substitute": 2}, {"facts": Facts(title="T")}, {"redacts": True},
        {"feed": "sport"},
    ]  # fmt: skip
    contents = [msgspec.json.encode(content(push(**change))) for change in [{}, *changes]]
    assert len(set(contents)) == len(changes) + 1


def test_the_story_stands_last_and_what_is_absent_is_left_out():
    written = pairs(push(editor="ada"), None)
    assert list(written) == ["op", "id", "editor", "story"]


def test_a_later_revision_tells_of_the_story_before_it_and_keeps_its_marks():
    book = LogBook()
    first = book.append("publish", story=make_story(), marks=(Mark.KEY,))
    written = pairs(push(op=Op.UPDATE, number=1), first)
    assert written["first_at"] == first.at
    assert written["marks"] == ("key",)
    assert "marks" not in pairs(push(op=Op.UPDATE, number=1, marks=()), first)


def test_a_pin_tells_nothing_of_the_story():
    first = LogBook().append("publish", story=make_story(), marks=(Mark.KEY,))
    written = pairs(Request(feed="news", op=Op.PIN, id="a", number=1), first)
    assert list(written) == ["op", "id"]


def test_a_link_within_the_feed_holds_no_copy_of_the_other_story():
    """A copy would stay in this story when the other is withdrawn."""
    copied = {
        "name": "#12", "uri": "urn:a", "rel": "related", "title": "Secret", "type": "text",
        "headlines": [{"value": "Secret"}], "bodies": [{"value": "Secret"}],
    }  # fmt: skip
    elsewhere = {"name": "agency", "uri": "https://example.org/a", "title": "Public"}
    nested = {**elsewhere, "name": "other", "associations": [copied]}
    story = make_story(associations=[copied, elsewhere, nested])
    written = pairs(push(story=story), None)["story"]["associations"]
    bare = {"name": "#12", "uri": "urn:a", "rel": "related"}
    assert written == [bare, elsewhere, {**nested, "associations": [bare]}]
