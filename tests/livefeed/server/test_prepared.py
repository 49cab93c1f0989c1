"""What is made once and given to everybody."""

import json

from builders import LogBook, empty_fold, make_story
from livefeed.entry import Mark, Op
from livefeed.fold import SNAPSHOT_STORIES, apply_all
from livefeed.server.feed import Feed
from livefeed.wire.messages import Encoding


def linking(book, headline, number):
    """A story that says Also read: `number`."""
    link = [{"name": f"#{number}", "uri": f"urn:example:{number}"}]
    return book.append(Op.PUBLISH, story=make_story(headline, associations=link))


def feed_with_link():
    """Story 2 leads to story 1."""
    book = LogBook()
    book.append(Op.PUBLISH, story=make_story("The first headline"))
    linking(book, "The second", 1)
    return book, Feed(apply_all(empty_fold(), book.entries), book.entries)


def entry_message(feed, entry, encoding=Encoding.HTML):
    return json.loads(feed.prepared.entry(encoding, entry))


def test_each_message_is_made_once_for_all_readers():
    book, feed = feed_with_link()
    prepared = feed.prepared
    for encoding in Encoding:
        assert prepared.snapshot(encoding) is prepared.snapshot(encoding)
        entry = book.entries[1]
        assert prepared.entry(encoding, entry) is prepared.entry(encoding, entry)
        hello = {"resumed": True, "pulse_ms": 15_000}
        assert prepared.hello(encoding, **hello) is prepared.hello(encoding, **hello)
        assert prepared.likes(encoding, seen=None) is prepared.likes(encoding, seen=None)
        feed.beat(at=1, readers=1)
        assert prepared.pulse(encoding) is prepared.pulse(encoding)


def test_an_entry_stays_prepared_when_the_next_comes():
    book, feed = feed_with_link()
    made = feed.prepared.entry(Encoding.JSON, book.entries[1])
    feed.apply(book.append(Op.PIN, 1))
    assert feed.prepared.entry(Encoding.JSON, book.entries[1]) is made


def test_an_entry_that_left_the_tail_is_not_kept():
    book, feed = feed_with_link()
    feed.tail.keep = 2
    for _ in range(4):
        feed.prepared.entry(Encoding.JSON, feed.tail.after(feed.tail.start)[0])
        feed.apply(book.append(Op.PIN, 1))
    assert len(feed.prepared._entries) <= 2


def test_a_withdrawal_leaves_nothing_prepared():
    book, feed = feed_with_link()
    for encoding in Encoding:
        feed.prepared.snapshot(encoding)
        feed.prepared.entry(encoding, book.entries[1])
    feed.apply(book.append(Op.HOLD, 1))
    assert "first headline" not in repr(
        (feed.prepared._entries, feed.prepared._articles, feed.prepared._now)
    )


def test_a_correction_renders_anew_what_links_to_it():
    book, feed = feed_with_link()
    feed.prepared.snapshot(Encoding.HTML)
    correction = book.append(Op.CORRECT, 1, story=make_story("Mended"), note="A name.")
    feed.apply(correction)
    message = entry_message(feed, correction)
    (other,) = message["rerendered"]
    assert other["number"] == 2
    assert "Mended" in other["html"]
    assert "Mended" in feed.prepared.article(2)


def test_a_kill_takes_the_headline_out_of_what_links_to_it():
    book, feed = feed_with_link()
    feed.prepared.snapshot(Encoding.HTML)
    kill = book.append(Op.KILL, 1, note="Not so.")
    feed.apply(kill)
    message = entry_message(feed, kill)
    assert "first headline" not in json.dumps(message)
    assert [other["number"] for other in message["rerendered"]] == [2]


def test_of_very_many_links_a_correction_brings_those_of_a_snapshot_and_a_kill_all():
    book = LogBook()
    book.append(Op.PUBLISH, story=make_story("The first headline"))
    for n in range(SNAPSHOT_STORIES + 5):
        linking(book, f"Story {n}", 1)
    feed = Feed(apply_all(empty_fold(), book.entries), book.entries)
    correction = book.append(Op.CORRECT, 1, story=make_story("Mended"), note="A name.")
    feed.apply(correction)
    assert len(entry_message(feed, correction)["rerendered"]) == SNAPSHOT_STORIES
    kill = book.append(Op.KILL, 1, note="Not so.")
    feed.apply(kill)
    assert len(entry_message(feed, kill)["rerendered"]) == SNAPSHOT_STORIES + 5


def test_other_encodings_have_nothing_rendered_in_them():
    book, feed = feed_with_link()
    correction = book.append(Op.CORRECT, 1, story=make_story("Mended"), note="A name.")
    feed.apply(correction)
    message = entry_message(feed, correction, Encoding.JSON)
    assert "rerendered" not in message
    assert "html" not in message


def test_a_story_that_is_not_kept_any_more_has_no_article():
    book = LogBook()
    for n in range(3):
        book.append(Op.PUBLISH, story=make_story(f"Headline {n}"))
    feed = Feed(apply_all(empty_fold(keep=2), book.entries), book.entries)
    message = entry_message(feed, book.entries[0])
    assert "html" not in message
    assert "story" not in message


def test_likes_stand_in_the_article_as_they_are_now():
    _, feed = feed_with_link()
    assert "Be the first to like this" in feed.prepared.article(1)
    feed.count_likes({1: 3})
    assert "3 readers like this" in feed.prepared.article(1)


def test_who_catches_up_sees_the_likes_of_now():
    book, feed = feed_with_link()
    entry_message(feed, book.entries[0])
    feed.count_likes({1: 3})
    assert "3 readers like this" in entry_message(feed, book.entries[0])["html"]


def test_what_is_kept_between_two_changes_has_bounds():
    book = LogBook()
    for n in range(12):
        book.append(Op.PUBLISH, story=make_story(f"Headline {n}"))
    feed = Feed(apply_all(empty_fold(), book.entries), book.entries)
    feed.prepared.most_articles = 5
    feed.prepared.most_bytes = 50
    for number in range(1, 13):
        feed.prepared.article(number)
        feed.prepared.now(("page", number), lambda: b"ten bytes.")
        feed.prepared.keep_history(number, "html", b"ten bytes.")
    assert len(feed.prepared._articles) <= 5
    assert sum(map(len, feed.prepared._now.values())) <= 50
    assert sum(map(len, feed.prepared._histories.values())) <= 50


def test_it_says_what_it_keeps():
    _, feed = feed_with_link()
    feed.prepared.article(1)
    assert repr(feed.prepared).endswith("0 entries, 1 articles, 0 more>")


def test_an_entry_says_which_story_is_the_summary_now():
    book = LogBook()
    first = book.append(Op.PUBLISH, story=make_story("What we know"), marks=(Mark.SUMMARY,))
    feed = Feed(apply_all(empty_fold(), book.entries), book.entries)
    assert entry_message(feed, first)["summary"] == 1
    second = book.append(Op.PUBLISH, story=make_story("Not that"))
    feed.apply(second)
    assert entry_message(feed, second)["summary"] == 1
    kill = book.append(Op.KILL, 1)
    feed.apply(kill)
    assert "summary" not in entry_message(feed, kill)
    assert "summary" not in entry_message(feed, second)


def test_an_entry_about_a_key_event_brings_its_item_and_a_withdrawal_brings_none():
    book = LogBook()
    story = make_story("Polls close")
    publish = book.append(Op.PUBLISH, story=story, marks=(Mark.KEY,))
    feed = Feed(apply_all(empty_fold(), book.entries), book.entries)
    assert "Polls close" in entry_message(feed, publish)["key_event"]
    assert "key_event" not in entry_message(feed, publish, Encoding.JSON)
    pin = book.append(Op.PIN, 1)
    feed.apply(pin)
    assert "Polls close" in entry_message(feed, pin)["key_event"]
    assert "Polls close" in feed.prepared.snapshot(Encoding.HTML).decode()
    hold = book.append(Op.HOLD, 1)
    feed.apply(hold)
    assert "key_event" not in entry_message(feed, hold)
    assert "key_events" not in json.loads(feed.prepared.snapshot(Encoding.HTML))


def test_the_summary_s_likes_are_told_however_old_it_is():
    book = LogBook()
    book.append(Op.PUBLISH, story=make_story("What we know"), marks=(Mark.SUMMARY,))
    for n in range(SNAPSHOT_STORIES):
        book.append(Op.PUBLISH, story=make_story(f"Story {n}"))
    feed = Feed(apply_all(empty_fold(), book.entries), book.entries)
    assert "1" in json.loads(feed.prepared.likes(Encoding.HTML, seen=None))["counts"]
