"""The stories of a fold: a dict that is copied seldom."""

import gc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import LogBook, make_story
from livefeed.entry import Op
from livefeed.stories import Stories


def entry(number, text="", op=Op.PUBLISH):
    """An entry of the story with this number."""
    book = LogBook()
    made = book.append(op, 0, story=make_story(text or "A headline")) if op is Op.PUBLISH else None
    if made is None:
        book.append(Op.PUBLISH, 0, story=make_story())
        made = book.append(op, 1)
    return type(made)(
        **{name: getattr(made, name) for name in made.__struct_fields__ if name != "number"},
        number=number,
    )


def as_a_dict_does(stories, number, made, keep):
    after = {**stories, number: made}
    while len(after) > keep:
        del after[next(iter(after))]
    return after


ENTRIES = {number: entry(number, f"Story {number}") for number in range(1, 400)}
KILLS = {number: entry(number, op=Op.KILL) for number in range(1, 20)}


@given(
    st.lists(st.tuples(st.integers(1, 19), st.booleans()), max_size=60),
    st.integers(1, 12),
    st.integers(0, 8),
)
def test_it_behaves_as_a_dict_whatever_comes_and_goes(changes, keep, at_first):
    plain = {number: ENTRIES[number] for number in range(1, at_first + 1)}
    stories = Stories(plain)
    for number, killed in changes:
        made = KILLS[number] if killed else ENTRIES[number]
        before, copy = stories, dict(stories)
        plain = as_a_dict_does(plain, number, made, keep)
        stories = stories.having(made, keep=keep)
        assert list(stories.items()) == list(plain.items())
        assert list(stories) == list(plain)
        assert list(stories.values()) == list(plain.values())
        assert len(stories) == len(plain)
        assert stories == plain
        for asked in range(20):
            assert (asked in stories) == (asked in plain)
            assert stories.get(asked) == plain.get(asked)
        assert dict(before) == copy, "a map is a value"


def test_a_long_log_is_the_same_as_in_a_dict():
    plain, stories = {}, Stories({})
    for number, made in ENTRIES.items():
        plain = as_a_dict_does(plain, number, made, 150)
        stories = stories.having(made, keep=150)
    assert list(stories.items()) == list(plain.items())


def test_a_story_that_is_not_there_is_a_key_error():
    stories = Stories({1: ENTRIES[1]}).having(ENTRIES[2], keep=1)
    for number in (1, 3):
        with pytest.raises(KeyError):
            stories[number]


def test_far_more_than_is_kept_goes_at_once():
    stories = Stories(ENTRIES).having(ENTRIES[1], keep=3)
    assert list(stories) == [397, 398, 399]


def test_a_withdrawn_text_is_nowhere_in_it():
    stories = Stories({1: entry(1, "To be withdrawn"), 2: ENTRIES[2]})
    stories = stories.having(ENTRIES[3], keep=10).having(KILLS[1], keep=10)
    reached, waiting = [], [stories]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, type) and not any(one is other for other in reached):
            reached.append(one)
            waiting += gc.get_referents(one)
    assert not [one for one in reached if one == "To be withdrawn"]


def test_it_shows_how_many_there_are():
    assert repr(Stories(ENTRIES)) == "<Stories: 399>"
