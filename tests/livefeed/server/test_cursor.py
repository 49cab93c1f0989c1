"""What a reader is sent next, decided without sending anything."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import LogBook, empty_fold, make_story
from livefeed.entry import Facts, Op
from livefeed.fold import apply_all
from livefeed.position import Position
from livefeed.server.cursor import Cursor
from livefeed.server.feed import Feed
from livefeed.wire.messages import Encoding
from logs import logs, withdrawn_texts


def feed_of(book, *, from_start=True):
    """A feed that came along with the log, or one that read it when it was all there."""
    if not from_start:
        return Feed(apply_all(empty_fold(), book.entries), book.entries)
    feed = Feed(empty_fold())
    for entry in book.entries:
        feed.apply(entry)
    return feed


def stories(count):
    book = LogBook()
    for n in range(1, count + 1):
        book.append(Op.PUBLISH, story=make_story(f"Headline {n}"))
    return book


def read(message, encoding=Encoding.JSON):
    return json.loads(message) if encoding.is_text else msgspec.msgpack.decode(message)


def take_all(cursor, feed):
    messages = []
    while (message := cursor.take(feed, pulse_ms=15_000)) is not None:
        messages.append(read(message.payload, cursor.encoding))
    return messages


def types(messages):
    return [message["type"] for message in messages]


def test_a_newcomer_gets_hello_snapshot_and_likes():
    book = stories(3)
    messages = take_all(Cursor(Encoding.JSON, None), feed_of(book))
    hello, snapshot, likes = messages
    assert hello == {
        "type": "hello",
        "v": 1,
        "feed": "news",
        "position": str(book.position),
        "resumed": False,
        "pulse_ms": 15_000,
    }
    assert snapshot["type"] == "snapshot"
    assert snapshot["position"] == str(book.position)
    assert [story["number"] for story in snapshot["stories"]] == [3, 2, 1]
    assert likes == {"type": "likes", "counts": {"1": 0, "2": 0, "3": 0}}


def test_who_comes_back_gets_what_came_meanwhile():
    book = stories(5)
    cursor = Cursor(Encoding.JSON, book.entries[1].position)
    hello, *entries, likes = take_all(cursor, feed_of(book))
    assert hello["resumed"] is True
    assert [entry["seq"] for entry in entries] == [3, 4, 5]
    assert likes["type"] == "likes"
    assert cursor.position == book.position


def test_who_has_everything_is_greeted_and_told_the_likes():
    book = stories(2)
    assert types(take_all(Cursor(Encoding.JSON, book.position), feed_of(book))) == [
        "hello",
        "likes",
    ]


@pytest.mark.parametrize(
    "position", [Position(2, "deadbeef"), Position(99, "deadbeef"), Position(0, "deadbeef")]
)
def test_a_foreign_or_future_position_starts_over(position):
    hello, snapshot, _ = take_all(Cursor(Encoding.JSON, position), feed_of(stories(3)))
    assert hello["resumed"] is False
    assert snapshot["type"] == "snapshot"


def test_a_position_that_the_tail_has_left_behind_starts_over():
    book = stories(5)
    feed = Feed(apply_all(empty_fold(), book.entries), book.entries[3:])
    hello, *_ = take_all(Cursor(Encoding.JSON, book.entries[1].position), feed)
    assert hello["resumed"] is False
    hello, *_ = take_all(Cursor(Encoding.JSON, book.entries[3].position), feed)
    assert hello["resumed"] is True


def test_a_new_entry_is_all_that_a_reader_at_the_head_gets():
    book = stories(2)
    feed = feed_of(book)
    cursor = Cursor(Encoding.JSON, None)
    take_all(cursor, feed)
    feed.apply(book.append(Op.PUBLISH, story=make_story("Third")))
    (entry,) = take_all(cursor, feed)
    assert entry["position"] == str(book.position)
    assert take_all(cursor, feed) == []


def test_an_entry_that_came_twice_is_sent_once():
    book = stories(1)
    feed = feed_of(book)
    cursor = Cursor(Encoding.JSON, None)
    take_all(cursor, feed)
    entry = book.append(Op.PIN, 1)
    feed.apply(entry)
    feed.apply(entry)
    assert types(take_all(cursor, feed)) == ["entry"]


def test_a_pulse_comes_in_order_with_the_entries_and_has_the_readers_position():
    book = stories(1)
    feed = feed_of(book)
    cursor = Cursor(Encoding.JSON, None)
    take_all(cursor, feed)
    feed.apply(book.append(Op.PIN, 1))
    at_the_beat = str(book.position)
    feed.beat(at=1_760_000_000_000, readers=7)
    feed.apply(book.append(Op.UNPIN, 1))
    first, pulse, second = take_all(cursor, feed)
    assert types([first, second]) == ["entry", "entry"]
    assert pulse == {
        "type": "pulse",
        "position": at_the_beat,
        "at": 1_760_000_000_000,
        "readers": 7,
        "upstream": True,
    }


def test_a_pulse_from_before_the_reader_came_is_not_for_it():
    feed = feed_of(stories(1))
    feed.beat(at=1, readers=0)
    assert "pulse" not in types(take_all(Cursor(Encoding.JSON, None), feed))


def test_a_newcomer_is_told_at_once_that_the_log_is_out_of_reach():
    feed = feed_of(stories(1))
    feed.upstream = False
    feed.beat(at=1, readers=0)
    *_, pulse, likes = take_all(Cursor(Encoding.JSON, None), feed)
    assert types([pulse, likes]) == ["pulse", "likes"]
    assert pulse["upstream"] is False


def test_of_several_missed_pulses_the_newest_is_sent():
    feed = feed_of(stories(1))
    cursor = Cursor(Encoding.JSON, None)
    take_all(cursor, feed)
    feed.beat(at=1, readers=0)
    feed.upstream = False
    feed.beat(at=2, readers=0)
    (pulse,) = take_all(cursor, feed)
    assert pulse["at"] == 2
    assert pulse["upstream"] is False


def test_likes_are_sent_as_they_change():
    feed = feed_of(stories(3))
    cursor = Cursor(Encoding.JSON, None)
    take_all(cursor, feed)
    feed.count_likes({2: 1})
    assert take_all(cursor, feed) == [{"type": "likes", "counts": {"2": 1}}]
    feed.count_likes({2: 1})
    assert take_all(cursor, feed) == []


def test_who_missed_a_change_of_likes_gets_all_shown():
    feed = feed_of(stories(3))
    cursor = Cursor(Encoding.JSON, None)
    take_all(cursor, feed)
    feed.count_likes({2: 1})
    feed.count_likes({2: 1, 3: 5})
    assert take_all(cursor, feed) == [{"type": "likes", "counts": {"3": 5, "2": 1, "1": 0}}]


def test_after_a_reset_to_another_history_every_reader_starts_over():
    feed = feed_of(stories(3))
    cursor = Cursor(Encoding.JSON, None)
    take_all(cursor, feed)
    other = LogBook(root="ffffffff")
    other.append(Op.PUBLISH, story=make_story("Another history"))
    feed.reset(apply_all(empty_fold(root="ffffffff"), other.entries), other.entries)
    hello, snapshot, likes = take_all(cursor, feed)
    assert hello["resumed"] is False
    assert hello["position"] == snapshot["position"] == str(other.position)
    assert likes["type"] == "likes"


def test_after_a_reset_of_the_same_history_readers_go_on():
    book = stories(3)
    feed = feed_of(book)
    cursor = Cursor(Encoding.JSON, None)
    take_all(cursor, feed)
    book.append(Op.PIN, 3)
    feed.reset(apply_all(empty_fold(), book.entries), book.entries)
    assert types(take_all(cursor, feed)) == ["entry"]


def test_the_html_encoding_has_articles_and_no_stories():
    book = stories(2)
    feed = feed_of(book)
    cursor = Cursor(Encoding.HTML, None)
    _, snapshot, _ = take_all(cursor, feed)
    assert all("<article" in story["html"] for story in snapshot["stories"])
    feed.apply(book.append(Op.CORRECT, 1, story=make_story("Mended"), note="A name was wrong."))
    (entry,) = take_all(cursor, feed)
    assert "Mended" in entry["html"]
    assert "A name was wrong." in entry["html"]
    assert "story" not in snapshot["stories"][0]
    assert "story" not in entry


def test_an_entry_about_the_feed_has_no_article():
    book = stories(1)
    feed = feed_of(book)
    cursor = Cursor(Encoding.HTML, None)
    take_all(cursor, feed)
    feed.apply(book.append(Op.FEED, facts=Facts(title="Election night")))
    (entry,) = take_all(cursor, feed)
    assert "html" not in entry
    assert entry["facts"] == {"title": "Election night"}


@given(logs(), st.data(), st.sampled_from(Encoding))
def test_no_reader_is_sent_a_withdrawn_text_wherever_it_comes_in(book, data, encoding):
    feed = feed_of(book)
    start = data.draw(st.sampled_from([None, *(entry.position for entry in book.entries)]))
    sent = json.dumps(take_all(Cursor(encoding, start), feed))
    assert not [text for text in withdrawn_texts(book) if text in sent]


@given(logs(), st.data(), st.sampled_from(Encoding))
def test_nothing_prepared_before_a_withdrawal_is_kept_after_it(book, data, encoding):
    """Readers come at any time and take any part; what is kept never holds a withdrawn text."""
    feed = Feed(empty_fold())
    cursor = Cursor(encoding, None)
    seen = LogBook()
    for entry in book.entries:
        feed.apply(entry)
        seen.entries.append(entry)
        for _ in range(data.draw(st.integers(0, 3))):
            cursor.take(feed, pulse_ms=15_000)
        kept = repr((feed.prepared._entries, feed.prepared._articles, feed.prepared._now))
        assert not [text for text in withdrawn_texts(seen) if text in kept]


@given(logs(), st.data())
def test_from_every_position_the_entries_come_once_and_in_order(book, data):
    feed = feed_of(book)
    index = data.draw(st.integers(0, len(book.entries)))
    start = Position(0, book.root) if index == 0 else book.entries[index - 1].position
    hello, *rest = take_all(Cursor(Encoding.JSON, start), feed)
    assert hello["resumed"] is True
    assert [m["seq"] for m in rest if m["type"] == "entry"] == list(
        range(index + 1, len(book.entries) + 1)
    )
