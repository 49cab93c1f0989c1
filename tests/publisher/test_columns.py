from hypothesis import given
from hypothesis import strategies as st

from publisher.columns import cells, cut


def test_letters_of_east_asia_take_two_columns_and_accents_none():
    assert cells("abc") == 3
    assert cells("한국 日本") == 9
    assert cells("e\u0301") == 1


def test_a_text_that_fits_stays_whole():
    assert cut("abc", 3) == "abc"
    assert cut("abcdef", None) == "abcdef"


def test_a_text_is_cut_with_an_ellipsis():
    assert cut("abcdef", 4) == "abc…"
    assert cut("ab cdef", 4) == "ab…"
    assert cut("日本語", 4) == "日…"


@given(st.text(), st.integers(1, 30))
def test_a_cut_text_fits(text, width):
    assert cells(cut(text, width)) <= width


def test_no_room_leaves_an_ellipsis():
    assert cut("abc", 0) == cut("abc", -5) == "…"
