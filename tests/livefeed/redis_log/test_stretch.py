"""Which entries of a stretch of the log continue from where, without a connection."""

import pytest

from builders import ROOT, LogBook, make_story
from livefeed.position import Position
from livefeed.redis_log.stretch import Stretch, continuation, follows
from livefeed.wire import channel
from livefeed.wire.channel import Received


def received(entry) -> Received:
    return channel.decode(channel.encode(entry))


@pytest.fixture
def book() -> LogBook:
    """A story published, corrected, and two more."""
    book = LogBook()
    book.append("publish", story=make_story("One"))
    book.append("correct", 1, story=make_story("One"), note="A note")
    book.append("publish", story=make_story("Two"))
    book.append("publish", story=make_story("Three"))
    return book


def stretch(book, first=1, *, newest=None, root=ROOT) -> Stretch:
    rows = tuple((e.seq, received(e)) for e in book.entries if e.seq >= first)
    return Stretch(root=root, newest=newest or book.position, rows=rows)


def unread(found: Stretch, seq: int) -> Stretch:
    """The stretch with an entry that cannot be read."""
    rows = tuple((s, None if s == seq else r) for s, r in found.rows)
    return Stretch(root=found.root, newest=found.newest, rows=rows)


def without(found: Stretch, seq: int) -> Stretch:
    """The stretch with an entry missing."""
    rows = tuple(row for row in found.rows if row[0] != seq)
    return Stretch(root=found.root, newest=found.newest, rows=rows)


def test_from_every_position_the_rest_follows(book):
    for seq in range(5):
        position = book.entries[seq - 1].position if seq else Position(0, ROOT)
        assert continuation(position, stretch(book, seq)) == book.entries[seq:]


def test_a_position_of_another_history_does_not_continue(book):
    for seq in range(5):
        assert continuation(Position(seq, "00000000"), stretch(book, seq)) is None


def test_a_position_that_the_log_has_lost_does_not_continue(book):
    position = book.entries[0].position
    assert continuation(position, stretch(book, 2)) is None


def test_the_beginning_does_not_continue_where_the_log_begins_later(book):
    assert continuation(Position(0, ROOT), stretch(book, 2)) is None


def test_a_position_ahead_of_the_log_does_not_continue(book):
    assert continuation(Position(9, "00000000"), stretch(book, 9)) is None


def test_the_heads_own_position_continues_without_a_log(book):
    assert continuation(book.position, stretch(book, 9)) == []


def test_a_log_cut_short_behind_the_position_does_not_continue(book):
    position = book.entries[1].position
    found = without(without(stretch(book, 2), 3), 4)
    assert continuation(position, found) is None


def test_a_gap_does_not_continue(book):
    position = book.entries[0].position
    assert continuation(position, without(stretch(book, 1), 3)) is None


def test_an_entry_that_cannot_be_read_does_not_continue(book):
    position = book.entries[0].position
    assert continuation(position, unread(stretch(book, 1), 3)) is None


def test_where_its_own_entry_cannot_be_read_the_next_proves_the_position(book):
    here = book.entries[1].position
    assert continuation(here, unread(stretch(book, 2), 2)) == book.entries[2:]
    assert continuation(Position(2, "00000000"), unread(stretch(book, 2), 2)) is None


def test_where_its_own_entry_cannot_be_read_a_withdrawn_one_proves_nothing(book):
    here = book.entries[1].position
    book.append("kill", 3)
    assert continuation(here, unread(stretch(book, 2), 2)) is None


def test_where_its_own_entry_cannot_be_read_the_head_proves_the_position(book):
    assert continuation(book.position, unread(stretch(book, 4), 4)) == []
    other = Position(4, "00000000")
    assert continuation(other, unread(stretch(book, 4), 4)) is None


def test_withdrawn_entries_continue_unproven(book):
    book.append("kill", 1)
    assert [e.withdrawn for e in book.entries[:2]] == [True, True]
    assert continuation(Position(0, ROOT), stretch(book, 0)) == book.entries


def test_an_entry_follows_by_seq_and_tag(book):
    one, two = book.entries[0], book.entries[1]
    assert follows(one.position, received(two))
    assert not follows(Position(1, "00000000"), received(two))
    assert not follows(Position(0, ROOT), received(two))
    assert follows(Position(1, "00000000"), received(two.without_text()))
