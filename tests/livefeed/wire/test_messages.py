"""What a reader is sent, and may send."""

import json

import msgspec
import pytest
from hypothesis import given

from builders import LogBook, empty_fold, make_story
from livefeed.entry import Mark
from livefeed.errors import BadMessage
from livefeed.fold import apply_all
from livefeed.position import Position
from livefeed.view import View
from livefeed.wire import messages
from livefeed.wire.messages import Encoding, Like, parse_like
from logs import logs, text_of, withdrawn_texts

POSITION = Position(812, "9f3a1c2e")
encodings = pytest.mark.parametrize("encoding", Encoding)


def read(encoding, data):
    return json.loads(data) if encoding.is_text else msgspec.msgpack.decode(data)


@encodings
def test_hello_says_where_the_server_stands_and_whether_the_reader_continues(encoding):
    data = messages.hello(encoding, feed="news", position=POSITION, resumed=True, pulse_ms=15_000)
    assert read(encoding, data) == {
        "type": "hello", "v": 1, "feed": "news", "position": "812-9f3a1c2e", "resumed": True,
        "pulse_ms": 15_000,
    }  # fmt: skip


@encodings
def test_the_other_messages_carry_just_their_fields(encoding):
    pulse = messages.pulse(encoding, position=POSITION, at=17, readers=3, upstream=False)
    assert read(encoding, pulse) == {
        "type": "pulse", "position": "812-9f3a1c2e", "at": 17, "readers": 3, "upstream": False,
    }  # fmt: skip
    bye = messages.bye(encoding, reason="restart", retry_ms=700)
    assert read(encoding, bye) == {"type": "bye", "reason": "restart", "retry_ms": 700}
    likes = messages.likes(encoding, {12: 3})
    assert read(encoding, likes) == {"type": "likes", "counts": {"12": 3}}


@encodings
def test_an_entry_is_sent_as_in_the_channel_with_its_position(encoding):
    entry = LogBook().append("publish", story=make_story("Hello"))
    sent = read(encoding, messages.entry(encoding, entry, html="<article></article>"))
    assert sent["type"] == "entry"
    assert sent["position"] == str(entry.position)
    assert (sent["seq"], sent["number"], sent["op"]) == (1, 1, "publish")
    if encoding is Encoding.HTML:
        assert sent["html"] == "<article></article>"
        assert "story" not in sent
    else:
        assert sent["story"]["headlines"][0]["value"] == "Hello"
        assert "html" not in sent


def test_an_entry_brings_the_articles_that_it_changed():
    entry = LogBook().append("publish", story=make_story())
    sent = json.loads(messages.entry(Encoding.HTML, entry, html="", rerendered=[(3, "<article>")]))
    assert sent["rerendered"] == [{"number": 3, "html": "<article>"}]
    assert "rerendered" not in json.loads(messages.entry(Encoding.HTML, entry, html=""))


@encodings
def test_a_snapshot_has_the_newest_stories_and_the_pinned_ones(encoding):
    book = LogBook()
    for n in range(53):
        book.append("publish", story=make_story(str(n)))
    book.append("pin", 2)
    fold = apply_all(empty_fold(), book.entries)
    articles = {n: f"<article>{n}" for n in fold.stories} if encoding is Encoding.HTML else None
    sent = read(encoding, messages.snapshot(encoding, fold, articles))
    assert [story["number"] for story in sent["stories"]] == [*range(53, 3, -1), 2]
    assert (sent["pinned"], sent["more"]) == ([2], True)
    assert sent["position"] == str(fold.position)
    assert ("html" in sent["stories"][0]) == (encoding is Encoding.HTML)


def test_a_page_of_older_stories_has_the_same_form_without_the_pinned_ones():
    book = LogBook()
    for n in range(5):
        book.append("publish", story=make_story(str(n)))
    book.append("pin", 5)
    fold = apply_all(empty_fold(), book.entries)
    document = messages.snapshot_document(fold, View(before=4), limit=2)
    assert [story["number"] for story in document["stories"]] == [3, 2]
    assert document["more"] is True


def test_of_a_page_whose_stories_are_all_pinned_it_is_said_where_the_older_ones_begin():
    book = LogBook()
    for n in range(53):
        book.append("publish", story=make_story(str(n)))
    for number in (*range(4, 54), 2):
        book.append("pin", number)
    document = messages.snapshot_document(apply_all(empty_fold(), book.entries))
    assert len(document["stories"]) == 51
    assert (document["more"], document["oldest"], document["total"]) == (True, 4, 53)


def test_without_older_stories_nothing_is_said_of_them():
    book = LogBook()
    book.append("publish", story=make_story())
    document = messages.snapshot_document(apply_all(empty_fold(), book.entries))
    assert not {"oldest", "total", "summary"} & document.keys()


@encodings
def test_a_snapshot_has_the_summary_however_old_and_html_the_items_of_key_events(encoding):
    book = LogBook()
    book.append("publish", story=make_story("What we know"), marks=(Mark.SUMMARY,))
    for n in range(53):
        book.append("publish", story=make_story(str(n)))
    fold = apply_all(empty_fold(), book.entries)
    is_html = encoding is Encoding.HTML
    articles = {n: f"<article>{n}" for n in fold.stories} if is_html else None
    items = [(3, "<li>")] if is_html else []
    sent = read(encoding, messages.snapshot(encoding, fold, articles, items))
    assert 1 not in [story["number"] for story in sent["stories"]]
    assert sent["summary"]["number"] == 1
    assert sent["summary"].get("html") == ("<article>1" if is_html else None)
    assert sent.get("key_events") == ([{"number": 3, "html": "<li>"}] if is_html else None)


def test_an_entry_says_which_story_is_the_summary_and_brings_its_item_of_the_key_events():
    entry = LogBook().append("publish", story=make_story())
    sent = json.loads(messages.entry(Encoding.HTML, entry, html="", key_event="<li>", summary=7))
    assert (sent["key_event"], sent["summary"]) == ("<li>", 7)
    plain = json.loads(messages.entry(Encoding.HTML, entry, html=""))
    assert not {"key_event", "summary"} & plain.keys()


@given(logs())
def test_after_a_withdrawal_no_message_made_from_the_fold_has_the_old_text(book):
    fold = apply_all(empty_fold(), book.entries)
    sent = messages.snapshot(Encoding.JSON, fold).decode() + text_of(fold)
    sent += "".join(messages.entry(Encoding.JSON, entry).decode() for entry in book.entries)
    assert not [text for text in withdrawn_texts(book) if text in sent]


def test_a_like_is_read_in_text_and_in_binary():
    like = {"type": "like", "number": 12, "token": "a1B2-c3_d4"}
    expected = Like(number=12, token="a1B2-c3_d4")
    assert parse_like(json.dumps(like).encode(), Encoding.HTML) == expected
    assert parse_like(msgspec.msgpack.encode(like), Encoding.MSGPACK) == expected


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\xff\xfe", b"null", b"[]", b'{"type":"hello"}', b"[" * 200,
        b'{"type":"like","number":12}',
        b'{"type":"like","number":0,"token":"a1b2c3d4"}',
        b'{"type":"like","number":"12","token":"a1b2c3d4"}',
        b'{"type":"like","number":12,"token":"short"}',
        b'{"type":"like","number":12,"token":"<script>alert()"}',
        b'{"type":"like","number":12,"token":"a1b2c3d4","more":1}',
        b" " * 257,
    ],
)  # fmt: skip
@encodings
def test_anything_else_from_a_reader_is_refused(data, encoding):
    with pytest.raises(BadMessage):
        parse_like(data, encoding)


@encodings
def test_an_encoding_is_named_like_its_subprotocol(encoding):
    assert Encoding(encoding.subprotocol) is encoding
