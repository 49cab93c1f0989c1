"""What search engines and messengers are told."""

import json

import msgspec
import pytest

from builders import LogBook, empty_fold, make_story
from livefeed.entry import Facts, FeedState, Op
from livefeed.fold import apply_all
from livefeed.render import structured_data
from livefeed.render.structured_data import NOWHERE, Site, embedded

PAPER = Site("https://live.example.org", "The Paper")
PICTURE = {
    "name": "main",
    "uri": "urn:example:p",
    "type": "picture",
    "headlines": [{"value": "The hall"}],
    "renditions": [{"name": "m", "href": "https://e.org/p.jpg", "width": 8, "height": 6}],
}


@pytest.fixture
def book():
    book = LogBook()
    facts = Facts(title="Summit", section="World", zone="Asia/Seoul", description="As it happens.")
    book.append(Op.FEED, facts=facts)
    return book


def fold_of(book):
    return apply_all(empty_fold(), book.entries)


def live_blog(book, site=PAPER):
    fold = fold_of(book)
    return structured_data.live_blog(fold, fold.page().stories, site)


def posting(book, number=2, site=PAPER):
    fold = fold_of(book)
    entry = fold.stories[number]
    return structured_data.blog_posting(fold, entry, entry.story, site)


def graph(book, number=2, site=PAPER):
    fold = fold_of(book)
    entry = fold.stories[number]
    return dict(structured_data.story_open_graph(fold, entry, entry.story, site))


def publish(book, *words, **more):
    return book.append(Op.PUBLISH, story=make_story(*words, **more))


def test_a_feed_is_a_live_blog_with_its_stories(book):
    publish(book, "One", "The text.", by="By Kim Min-ji")
    publish(book, "Two")
    told = live_blog(book)
    assert (told["@context"], told["@type"]) == ("https://schema.org", "LiveBlogPosting")
    assert told["headline"] == "Summit"
    assert told["url"] == "https://live.example.org/feeds/news"
    assert told["coverageStartTime"] == "2025-10-09T17:53:22+09:00"
    assert told["publisher"]["name"] == "The Paper"
    newest, first = told["liveBlogUpdate"]
    assert newest["headline"] == "Two"
    assert first["@type"] == "BlogPosting"
    assert first["url"] == "https://live.example.org/feeds/news/stories/2"
    assert first["author"] == {"@type": "Person", "name": "Kim Min-ji"}
    assert first["articleBody"] == "The text."
    assert newest["author"]["name"] == "The Paper"


def test_the_coverage_ends_when_the_feed_does(book):
    publish(book)
    publish(book)
    assert "coverageEndTime" not in live_blog(book)
    book.append(Op.FEED, facts=Facts(state=FeedState.ENDED))
    assert live_blog(book)["coverageEndTime"] == "2025-10-09T17:53:23+09:00"


def test_a_feed_without_stories_has_not_begun(book):
    told = live_blog(book)
    assert "coverageStartTime" not in told
    assert told["liveBlogUpdate"] == []


def test_a_corrected_story_keeps_its_date_and_tells_its_correction(book):
    publish(book, "One")
    before = posting(book)
    book.append(Op.CORRECT, 2, story=make_story("Won"), note="Not one.")
    after = posting(book)
    assert after["datePublished"] == before["datePublished"] == before["dateModified"]
    assert after["dateModified"] == "2025-10-09T17:53:23+09:00"
    assert after["correction"] == [
        {
            "@type": "CorrectionComment",
            "text": "Not one.",
            "datePublished": "2025-10-09T17:53:23+09:00",
        }
    ]
    assert after["isPartOf"]["@type"] == "LiveBlogPosting"


@pytest.mark.parametrize("op", [Op.HOLD, Op.KILL])
def test_a_withdrawn_story_is_not_in_it(book, op):
    publish(book, "Secret", "Secret.")
    publish(book, "Two")
    book.append(op, 2)
    told = live_blog(book)
    assert [update["headline"] for update in told["liveBlogUpdate"]] == ["Two"]
    assert "Secret" not in json.dumps(told)


def test_without_a_site_no_address_of_ours_is_told(book):
    publish(book, "One", associations=[PICTURE])
    told = json.dumps([live_blog(book, NOWHERE), posting(book, site=NOWHERE)])
    assert "/feeds" not in told
    assert "publisher" not in told
    assert "og:url" not in graph(book, site=NOWHERE)


def test_pictures_and_machines_are_told(book):
    iptc = {"uri": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"}
    publish(book, "One", associations=[PICTURE], digitalSourceType=iptc)
    told = posting(book)
    (image,) = told["image"]
    assert (image["url"], image["width"], image["height"]) == ("https://e.org/p.jpg", 8, 6)
    assert told["digitalSourceType"] == ("https://schema.org/TrainedAlgorithmicMediaDigitalSource")
    shared = graph(book)
    assert shared["og:image"] == "https://e.org/p.jpg"
    assert (shared["og:image:width"], shared["og:image:alt"]) == ("8", "The hall")


def test_a_story_is_shared_with_its_headline_and_how_it_begins(book):
    publish(book, "One", "word " * 100)
    shared = graph(book)
    assert (shared["og:type"], shared["og:title"]) == ("article", "One")
    assert shared["og:url"] == "https://live.example.org/feeds/news/stories/2"
    assert shared["og:site_name"] == "The Paper"
    assert shared["og:description"].startswith("word word")
    assert len(shared["og:description"]) <= 201
    assert shared["og:description"].endswith("word…")


def test_a_story_without_a_text_is_shared_with_what_its_feed_is_about(book):
    story = make_story("One")
    book.append(Op.PUBLISH, story=msgspec.structs.replace(story, bodies=()))
    assert graph(book)["og:description"] == "As it happens."


def test_a_very_long_text_is_told_in_part(book):
    publish(book, "One", "word " * 40_000)
    assert len(posting(book)["articleBody"]) <= 5_001


def test_nothing_in_it_ends_the_element_it_stands_in(book):
    publish(book, "</script><!--<script>", "&lt;/script&gt;", by="<b>")
    written = embedded(posting(book))
    assert not set("<>&") & set(written)
    assert json.loads(written)["headline"] == "</script><!--<script>"
