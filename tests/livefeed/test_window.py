"""The window: it holds the newest texts by whole entries, and nothing that was withdrawn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livefeed.window import NEVER, Window

texts = st.lists(st.binary(min_size=1, max_size=60), max_size=12)


def window_after(sent: list[bytes], *, first: int = 1, size: int = 100) -> Window:
    window = Window(first, size=size)
    for text in sent:
        window = window.followed_by(text)
    return window


def test_a_dictionary_begins_with_the_first_entry_that_the_reader_got_compressed():
    window = window_after([b"808 ", b"809 ", b"810 "], first=808)
    assert window.dictionary(3) == b"808 809 810 "
    assert window.dictionary(808) == b"808 809 810 "
    assert window.dictionary(810) == b"810 "
    assert window.dictionary(811) == b""


def test_readers_whose_dictionary_begins_alike_share_their_frames():
    window = window_after([b"808", b"809", b"810"], first=808)
    assert [window.begin(since) for since in (0, 808, 809, 811)] == [808, 808, 809, 811]
    assert (window.first, window.next) == (808, 811)


def test_a_reader_that_forgets_never_has_a_dictionary():
    window = window_after([b"808", b"809"], first=808)
    assert window.begin(NEVER) == window.next
    assert window.dictionary(NEVER) == b""


def test_the_oldest_entries_give_way_as_a_whole():
    window = window_after([b"a" * 40, b"b" * 40], size=100)
    assert window.followed_by(b"c" * 20).dictionary(0) == b"a" * 40 + b"b" * 40 + b"c" * 20
    assert window.followed_by(b"c" * 21).dictionary(0) == b"b" * 40 + b"c" * 21


def test_of_an_entry_longer_than_the_window_its_end_stays():
    window = window_after([b"before", b"long " * 30 + b"end"], size=100)
    assert window.dictionary(0) == (b"long " * 30 + b"end")[-100:]
    assert window.first == 2


def test_a_withdrawal_begins_it_anew_at_the_same_place():
    window = window_after([b"secret", b"other"])
    anew = window.anew()
    assert (anew.first, anew.next, anew.dictionary(0)) == (3, 3, b"")
    assert anew.followed_by(b"killed").dictionary(0) == b"killed"


@given(texts, st.integers(1, 100), st.integers(0, 14))
def test_a_dictionary_is_the_end_of_what_was_sent_since_and_fits(sent, size, since):
    window = window_after(sent, size=size)
    dictionary = window.dictionary(since)
    assert b"".join(sent[max(0, since - 1) :]).endswith(dictionary)
    assert len(dictionary) <= size


@given(texts)
def test_there_are_never_more_dictionaries_than_entries_here_and_one(sent):
    window = window_after(sent)
    begins = {window.begin(since) for since in range(len(sent) + 3)}
    assert len(begins) == len(window.texts) + 1


@given(texts)
def test_the_window_follows_from_the_log_alone(sent):
    full = window_after(sent)
    for joined in range(1, len(sent) + 1):
        late = window_after(sent[joined - 1 :], first=joined)
        assert late.dictionary(joined) == full.dictionary(joined)


def test_a_window_stays_as_it_was_and_shows_no_text():
    window = window_after([b"secret"])
    with pytest.raises(AttributeError):
        window.texts = ()
    window.followed_by(b"more")
    assert window.texts == (b"secret",)
    assert repr(window) == "Window(next=2, size=100)"
