import pytest

from builders import LogBook, make_story
from livefeed.entry import Mark, Op
from livefeed.errors import StoryInvalid
from livefeed.request import content
from livefeed.story import main_headline
from publisher.change import Change, asked, completed
from publisher.story_flags import StoryFlags
from publisher.story_input import read_story

ID = "019dacf5-81bb-7000-8000-000000000000"
MINTED = f"urn:uuid:{ID}"


def flags(*, also_read=(), marks=None, **fields):
    return StoryFlags(fields=fields, also_read=also_read, marks=marks or {})


def request(change, current=None, uris=None):
    begun = asked(change, feed="news", publication_id=ID, editor="anna")
    return completed(change, begun, current=current, uris=uris or {})


def published(**more):
    return LogBook().append("publish", story=make_story("Old", "Old text."), **more)


def test_a_new_story_gets_a_uri_from_its_id():
    by_flags = request(Change(op=Op.PUBLISH, flags=flags(headline="x")))
    by_file = request(Change(op=Op.PUBLISH, draft=read_story(b"x\n\nText\n")))
    assert by_flags.story.uri == by_file.story.uri == MINTED


def test_flags_win_over_the_draft():
    draft = read_story(b"---\nheadline: x\nby: Anna\n---\nText\n")
    story = request(Change(op=Op.PUBLISH, draft=draft, flags=flags(headline="y"))).story
    assert (main_headline(story), story.by) == ("y", "Anna")


def test_a_draft_inherits_the_uri_and_nothing_else():
    before = published()
    story = request(Change(op=Op.UPDATE, number=1, draft=read_story(b"New\n")), before).story
    assert story.uri == before.story.uri
    assert story.bodies == ()


def test_a_draft_of_another_story_is_refused():
    draft = read_story(b'{"uri": "urn:x:other", "headlines": [{"value": "x"}]}')
    with pytest.raises(StoryInvalid, match="uri: urn:x:other is another story"):
        request(Change(op=Op.UPDATE, number=1, draft=draft), published())


def test_links_of_the_flags_win_over_those_of_the_draft():
    draft = read_story(b"---\nheadline: x\nalso-read: [3]\n---\n")
    assert Change(op=Op.PUBLISH, draft=draft).also_read == (3,)
    assert Change(op=Op.PUBLISH, draft=draft, flags=flags(also_read=(4, 5))).also_read == (4, 5)
    assert Change(op=Op.PUBLISH).also_read == ()


@pytest.mark.parametrize(
    ("wanted", "marks"),
    [
        ({}, None),
        ({"summary": True}, (Mark.KEY, Mark.SUMMARY)),
        ({"key": False}, ()),
        ({"key": False, "summary": True}, (Mark.SUMMARY,)),
    ],
)
def test_marks_are_wished_for_one_by_one(wanted, marks):
    before = published(marks=(Mark.KEY,))
    made = request(Change(op=Op.REFILE, number=1, flags=flags(headline="x", marks=wanted)), before)
    assert made.marks == marks


def test_a_withdrawal_has_no_story():
    made = request(Change(op=Op.KILL, number=1, note="n", substitute=2, if_rev=3), published())
    assert (made.story, made.note, made.substitute, made.if_rev) == (None, "n", 2, 3)


def test_a_release_has_the_held_text():
    before = published()
    assert request(Change(op=Op.RELEASE, number=1), before).story == before.story


@pytest.mark.parametrize(
    "change",
    [
        Change(op=Op.UPDATE, number=1, flags=flags(headline="x", marks={"summary": True})),
        Change(op=Op.UPDATE, number=1, draft=read_story(b"x\n"), flags=flags(also_read=(3,))),
        Change(op=Op.RELEASE, number=1),
        Change(op=Op.KILL, number=1),
    ],
)
def test_a_retry_is_the_same_request_whatever_happened_to_the_story(change):
    begun = asked(change, feed="news", publication_id=ID, editor="anna")
    one = request(change, published(), {3: "urn:x:3"} if change.also_read else {})
    marked = LogBook().append("publish", story=make_story("Other"), marks=(Mark.KEY,))
    other = request(change, marked, {3: "urn:x:4"} if change.also_read else {})
    assert content(begun) == content(one) == content(other)


@pytest.mark.parametrize(
    "other",
    [
        flags(headline="y"),
        flags(headline="x", by="Anna"),
        flags(headline="x", also_read=(3,)),
        flags(headline="x", marks={"key": True}),
    ],
)
def test_whatever_else_is_given_is_another_request(other):
    one = Change(op=Op.UPDATE, number=1, flags=flags(headline="x"))
    two = Change(op=Op.UPDATE, number=1, flags=other)
    assert content(request(one, published())) != content(request(two, published()))
