import msgspec
import pytest

from builders import LogBook, make_story
from livefeed.errors import StoryInvalid
from livefeed.story import Association
from publisher.also_read import linked, uris_of


def test_a_link_is_named_by_its_number_beside_its_uri():
    story = linked(make_story(), {12: "urn:x:12", 3: "urn:x:3"})
    assert [(link.name, link.uri) for link in story.associations] == [
        ("#12", "urn:x:12"),
        ("#3", "urn:x:3"),
    ]


def test_new_links_replace_the_old_and_leave_other_associations():
    picture = Association(name="mainpic", uri="urn:x:pic")
    before = msgspec.structs.replace(linked(make_story(), {3: "urn:x:3"}))
    before = msgspec.structs.replace(before, associations=(*before.associations, picture))
    story = linked(before, {12: "urn:x:12"})
    assert [link.name for link in story.associations] == ["#12", "mainpic"]


def test_a_story_is_linked_by_the_uri_it_has_in_the_feed():
    book = LogBook()
    entry = book.append("publish", story=make_story("One"))
    assert uris_of([entry]) == {1: make_story("One").uri}


def test_withdrawn_stories_cannot_be_linked():
    book = LogBook()
    for _ in range(2):
        book.append("publish", story=make_story())
    with pytest.raises(StoryInvalid) as caught:
        uris_of([book.append("hold", 1), book.append("kill", 2)])
    assert str(caught.value).splitlines() == [
        "also-read: #1 is held; link another",
        "also-read: #2 is killed; link another",
    ]
