"""Where a feed's page leads."""

import pytest

from builders import LogBook, empty_fold, make_story
from livefeed.entry import Facts, FeedState, Op
from livefeed.fold import apply_all
from livefeed.render import views
from livefeed.view import Order, View


@pytest.fixture
def book():
    book = LogBook()
    for number in range(5):
        book.append(Op.PUBLISH, story=make_story(str(number)))
    return book


def fold_of(book):
    return apply_all(empty_fold(), book.entries)


@pytest.mark.parametrize(
    ("view", "written"),
    [
        (View(), ""),
        (View(order=Order.OLDEST), "?order=oldest"),
        (View(key=True, before=4, after=2), "?key=1&before=4&after=2"),
        (View(after=0), "?after=0"),
    ],
)
def test_an_address_says_what_is_not_usual(book, view, written):
    assert views.address(fold_of(book), view) == f"/feeds/news{written}"


def test_what_is_usual_depends_on_whether_the_feed_has_ended(book):
    book.append(Op.FEED, facts=Facts(state=FeedState.ENDED))
    fold = fold_of(book)
    assert views.address(fold, View(order=Order.OLDEST)) == "/feeds/news"
    assert views.address(fold, View()) == "/feeds/news?order=newest"


def test_an_address_in_full_holds_whatever_is_usual_by_then(book):
    fold = fold_of(book)
    assert views.address(fold, View(), in_full=True) == "/feeds/news?order=newest"


def test_what_stands_before_and_after_a_page_is_told_in_its_order(book):
    newest = fold_of(book).page(View(before=5), limit=2)
    assert (views.before(newest), views.after(newest)) == (View(after=4), View(before=3))
    assert (views.ahead(newest), views.behind(newest)) == (1, 2)
    oldest = fold_of(book).page(View(order=Order.OLDEST, after=1), limit=2)
    up, down = View(order=Order.OLDEST, before=2), View(order=Order.OLDEST, after=3)
    assert (views.before(oldest), views.after(oldest)) == (up, down)
    assert (views.ahead(oldest), views.behind(oldest)) == (1, 2)


def test_each_choice_keeps_the_other_one():
    choices = views.switches(View(order=Order.OLDEST, key=True, before=3))
    assert choices == {
        "newest": (View(key=True), False),
        "oldest": (View(order=Order.OLDEST, key=True), True),
        "all": (View(order=Order.OLDEST), False),
        "key": (View(order=Order.OLDEST, key=True), True),
    }
