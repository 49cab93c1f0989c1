"""Views: which stories, in which order, and where a page of them begins."""

import pytest

from builders import LogBook, empty_fold, make_story
from livefeed.entry import Facts, FeedState, Mark, Op
from livefeed.fold import apply_all
from livefeed.view import Order, View, is_key_event, usual_order

OLDEST = Order.OLDEST


@pytest.fixture
def fold():
    """Seven stories; 2, 4 and 6 are key events, 6 was withdrawn since."""
    book = LogBook()
    for number in range(1, 8):
        marks = (Mark.KEY,) if number % 2 == 0 else ()
        book.append(Op.PUBLISH, story=make_story(str(number)), marks=marks)
    book.append(Op.KILL, 6)
    return apply_all(empty_fold(), book.entries)


@pytest.mark.parametrize(
    ("view", "numbers", "newer", "older"),
    [
        (View(), [7, 6, 5], 0, 4),
        (View(order=OLDEST), [1, 2, 3], 4, 0),
        (View(before=4), [3, 2, 1], 4, 0),
        (View(after=2), [5, 4, 3], 2, 2),
        (View(order=OLDEST, after=2), [3, 4, 5], 2, 2),
        (View(order=OLDEST, before=6), [3, 4, 5], 2, 2),
        (View(before=7, after=2), [6, 5, 4], 1, 3),
        (View(order=OLDEST, before=7, after=2), [3, 4, 5], 2, 2),
        (View(key=True), [4, 2], 0, 0),
        (View(key=True, before=4), [2], 1, 0),
        (View(before=1), [], 7, 0),
        (View(after=7), [], 0, 7),
        (View(before=5, after=4), [], 3, 4),
    ],
)
def test_a_page_has_the_stories_next_to_its_bound_and_knows_how_many_there_are_besides(
    fold, view, numbers, newer, older
):
    page = fold.page(view, limit=3)
    assert [entry.number for entry in page.stories] == numbers
    assert (page.newer, page.older) == (newer, older)


def test_the_ends_of_a_page_are_those_of_its_stories_whatever_the_order(fold):
    for order in Order:
        page = fold.page(View(order=order, after=2), limit=3)
        assert (page.newest, page.oldest) == (5, 3)


def test_a_withdrawn_story_is_no_key_event(fold):
    assert [entry.number for entry in fold.newest_first() if is_key_event(entry)] == [4, 2]


def test_what_is_over_is_read_from_its_beginning():
    assert usual_order(Facts(state=FeedState.ENDED)) is Order.OLDEST
    assert usual_order(Facts(state=FeedState.LIVE)) is Order.NEWEST
    assert usual_order(Facts()) is Order.NEWEST
