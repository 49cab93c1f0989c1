"""The first feed of an embedded server."""

import json

import pytest

from checkout import CHECKOUT
from livefeed.entry import Facts
from livefeed.errors import InvalidInput, StoryInvalid
from livefeed.redis_log.append import create_feed
from livefeed.redis_log.connect import connect
from livefeed.redis_log.first_feed import make_first_feed
from livefeed.redis_log.read import feed_names, read_fold
from livefeed.story import main_headline

DEMONSTRATION = CHECKOUT / "examples" / "demonstration.json"


def test_without_a_demonstration_an_empty_feed_is_made(log_url):
    assert make_first_feed(log_url, "news", None)
    with connect(log_url) as client:
        fold = read_fold(client, "news")
    assert fold.facts.title == "Live News Feed"
    assert not fold.stories


def test_the_demonstration_tells_the_facts_and_links_its_stories_and_pins_none(log_url):
    assert make_first_feed(log_url, "news", DEMONSTRATION)
    with connect(log_url) as client:
        fold = read_fold(client, "news")
    assert (fold.facts.section, fold.facts.title) == ("News Update", "Live News Feed")
    newest = fold.newest_first()[0].story
    assert newest is not None
    assert "North Korea" in main_headline(newest)
    assert newest.content_created == "2021-04-20T09:00:00+09:00"
    linked = {int(a.name.removeprefix("#")): a.uri for a in newest.associations}
    assert linked == {n: e.story.uri for n, e in fold.stories.items() if e.story and n in linked}
    assert len(linked) == 2
    assert fold.pinned == ()


def test_where_there_is_any_feed_nothing_is_made(log_url):
    with connect(log_url) as client:
        create_feed(client, "sport", Facts(title="Sport"))
        assert not make_first_feed(log_url, "news", DEMONSTRATION)
        assert feed_names(client) == ["sport"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"feed": {"title": 3}}'])
def test_a_file_that_is_no_demonstration_is_named_and_nothing_is_published(log_url, tmp_path, text):
    file = tmp_path / "demonstration.json"
    file.write_text(text)
    with pytest.raises(InvalidInput, match=r"demonstration\.json is no demonstration"):
        make_first_feed(log_url, "news", file)
    with connect(log_url) as client:
        assert feed_names(client) == []


def test_a_story_that_is_none_is_found_before_anything_is_published(log_url, tmp_path):
    file = tmp_path / "demonstration.json"
    file.write_text(json.dumps({"feed": {"title": "T"}, "stories": [{"uri": "urn:a"}]}))
    with pytest.raises(StoryInvalid, match="headlines"):
        make_first_feed(log_url, "news", file)
    with connect(log_url) as client:
        assert feed_names(client) == []
