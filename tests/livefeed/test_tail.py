"""The tail: what it still has continues a reader, and nothing else does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import ROOT, LogBook, make_story
from livefeed.position import Position
from livefeed.tail import Tail
from logs import logs, withdrawn_texts

START = Position(0, ROOT)


@given(logs(), st.integers(1, 30))
def test_every_position_in_the_tail_continues_with_just_what_follows_it(book, keep):
    tail = Tail(START, book.entries, keep=keep)
    first = max(0, len(book.entries) - keep)
    for position in [START, *(e.position for e in book.entries)]:
        expected = book.entries[position.seq :] if position.seq >= first else None
        assert tail.after(position) == expected


@given(logs(), st.text("0123456789abcdef", min_size=8, max_size=8))
def test_a_position_with_a_wrong_tag_never_resumes(book, tag):
    tail = Tail(START, book.entries)
    for position in [START, *(e.position for e in book.entries)]:
        if tag != position.tag:
            assert tail.after(Position(position.seq, tag)) is None


@given(logs())
def test_after_a_withdrawal_no_old_text_is_in_a_tail_that_had_it(book):
    tail = Tail(START)
    replayed = LogBook()
    for entry in book.entries:
        story = make_story(f"withdrawn-text-{entry.number}-{entry.rev}.")
        carried = story if entry.story or entry.withdrawn else None
        more = {"facts": entry.facts, "note": entry.note, "redacts": entry.redacts}
        tail.apply(replayed.append(entry.op, entry.number, story=carried, **more))
    held = repr(tail.after(START))
    assert not [text for text in withdrawn_texts(replayed) if text in held]


def test_an_entry_that_is_here_already_changes_nothing():
    book = LogBook()
    entry = book.append("publish", story=make_story())
    tail = Tail(START, [entry])
    tail.apply(entry)
    assert len(tail) == 1


def test_a_gap_is_refused():
    book = LogBook()
    book.append("publish", story=make_story())
    second = book.append("publish", story=make_story())
    with pytest.raises(ValueError, match="entry 2 cannot follow entry 0 of news"):
        Tail(START).apply(second)


def test_a_tail_shows_where_it_stands():
    book = LogBook()
    entry = book.append("publish", story=make_story())
    assert repr(Tail(START, [entry])) == f"<Tail 0-{ROOT}…{entry.position}, 1 entries>"
    assert Tail(START, [entry]).start == START
