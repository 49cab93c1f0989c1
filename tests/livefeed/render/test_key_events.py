import re

from msgspec.structs import replace

from documents import feed_page, fold_of, publish
from livefeed.entry import Mark, Op
from livefeed.render.key_events import MOST, key_events


def test_key_events_lead_to_their_stories_here_or_elsewhere(book):
    publish(book, "Far", marks=(Mark.KEY,), language="de")
    publish(book, "Near", marks=(Mark.KEY,))
    publish(book, "Gone", marks=(Mark.KEY,))
    book.append(Op.KILL, 4)
    page = feed_page(book, limit=2)
    assert [item["data-number"] for item in page.all("li") if "data-number" in item] == ["3", "2"]
    assert page.one("a", href="#story-3")
    assert page.one("a", href="/feeds/news/stories/2", lang="de")


def test_a_key_event_says_its_date_where_that_is_not_the_newest_day(book):
    for headline in ("Yesterday", "Today"):
        publish(book, headline, marks=(Mark.KEY,))
    day = 24 * 3600 * 1000
    book.entries[2:] = [replace(entry, at=entry.at + day) for entry in book.entries[2:]]
    items = feed_page(book).text
    assert re.search(
        r"Key events \d\d:\d\d \S+ Today \w+ \d+, \d{4}, \d\d:\d\d \S+ Yesterday", items
    )


def test_the_list_of_key_events_has_the_newest(book):
    for _ in range(MOST + 1):
        publish(book, marks=(Mark.KEY,))
    fold = fold_of(book)
    numbers = [number for number, _ in key_events(fold)]
    assert (numbers[0], numbers[-1]) == (MOST + 2, 3)
