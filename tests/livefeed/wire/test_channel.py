"""The log's codec."""

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import LogBook, make_story
from livefeed.entry import LARGEST_ENTRY, Entry, Op
from livefeed.errors import BadMessage, StoryInvalid
from livefeed.request import Request
from livefeed.wire import channel
from logs import logs


def an_entry() -> Entry:
    return LogBook().append("publish", story=make_story())


@given(logs())
def test_every_entry_reads_back_as_it_was_written(book):
    for entry in book.entries:
        assert channel.decode(channel.encode(entry)).entry == entry


@given(logs())
def test_the_tags_of_a_log_follow_from_its_root_and_its_bytes(book):
    tag = book.root
    for entry in book.entries:
        received = channel.decode(channel.encode(entry))
        if not entry.withdrawn:
            assert channel.expected_tag(tag, received) == entry.tag
        tag = entry.tag


def test_the_publishers_pairs_stand_unchanged_behind_the_header():
    request = Request(feed="news", op=Op.PUBLISH, id=an_entry().id, story=make_story())
    made = channel.packed(request, None)
    data = channel.encode(an_entry())
    assert data[:1] == b"\xde"
    assert data.endswith(made.data)
    assert channel.decode(data).pairs == made.data
    assert made.count == 3


def test_the_pair_story_begins_at_its_offset():
    request = Request(feed="news", op=Op.PUBLISH, id=an_entry().id, story=make_story())
    made = channel.packed(request, None)
    assert made.data[made.story_offset :].startswith(b"\xa5story")
    assert channel.packed(Request(feed="news", op=Op.PIN, id="a"), None).story_offset is None


def test_an_entry_over_the_limit_is_refused_before_it_is_sent():
    story = make_story(body="x" * LARGEST_ENTRY)
    request = Request(feed="news", op=Op.PUBLISH, id="a", story=story)
    with pytest.raises(StoryInvalid, match="an entry holds 524,288"):
        channel.packed(request, None)


def test_two_requests_have_the_same_digest_only_when_they_ask_the_same():
    one = Request(feed="news", op=Op.PUBLISH, id="a", story=make_story())
    same = Request(feed="news", op=Op.PUBLISH, id="b", story=make_story())
    other = Request(feed="news", op=Op.PUBLISH, id="a", story=make_story("Other"))
    assert channel.digest(one) == channel.digest(same) != channel.digest(other)


GOOD = channel.encode(an_entry())
HEADER = msgpack.packb(dict.fromkeys(channel.HEADER, 1))
DEEP = msgpack.packb("op") + b"\x91" * 10_000 + b"\xc0"


def nested(depth: int) -> bytes:
    """An entry whose story has associations within associations."""
    association = {"uri": "urn:a", "name": "a"}
    for _ in range(depth):
        association = {"uri": "urn:a", "name": "a", "associations": [association]}
    values = msgpack.unpackb(GOOD)
    values["story"]["associations"] = [association]
    return b"\xde\x00" + bytes([len(values)]) + msgpack.packb(values)[1:]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no entry"),
        (b"\xc1", "no entry"),
        (b"{}", "no entry"),
        (msgpack.packb([1, 2]), "no entry"),
        (msgpack.packb({"v": 1}), "no map16 header"),
        (b"\xde\x00\x01\xa1v\x01", "begins with the keys v feed seq"),
        (
            b"\xde\x00\x09" + msgpack.packb({str(n): n for n in range(9)})[1:],
            "begins with the keys",
        ),
        (b"\xde\x00\x07" + HEADER[1:], "Expected `str`, got `int`"),
        (GOOD.replace(b"\xa1v\x01", b"\xa1v\x02"), "version 2"),
        (GOOD.replace(b"\xa7publish", b"\xa7explode"), "Invalid enum value"),
        (GOOD[:-1], "truncated"),
        (GOOD + b"\x00", "trailing characters"),
        (
            b"\xde\x00\x08" + GOOD[3:][: GOOD[3:].index(b"\xa2op")] + DEEP,
            "nested more than 64 levels deep",
        ),
        (GOOD[:2] + bytes([GOOD[2] + 1]) + GOOD[3:] + b"\xa3seq\x63", "each key once"),
        (bytes(50_000_000), "50,000,000 bytes"),
    ],
)
def test_bytes_that_are_no_entry_are_refused_with_the_reason(data, message):
    with pytest.raises(BadMessage, match=message):
        channel.decode(data)


@pytest.mark.parametrize("depth", [32, 480, 505])
def test_a_story_nested_too_deeply_is_refused_and_not_a_crash(depth):
    with pytest.raises(BadMessage, match="nested more than 64 levels deep"):
        channel.decode(nested(depth))


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_bad_message(data):
    try:
        channel.decode(data)
    except BadMessage:
        return


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_a_flipped_byte_is_refused_or_shows_in_the_tag(at, byte):
    flipped = GOOD[:at] + bytes([byte]) + GOOD[at + 1 :]
    original = an_entry()
    try:
        received = channel.decode(flipped)
    except BadMessage:
        return
    same_tag = channel.expected_tag(LogBook().root, received) == received.entry.tag
    assert not same_tag or received.entry.position == original.position
