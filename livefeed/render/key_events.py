"""The list of key events: an item for each of the newest, which leads to its story."""

from collections.abc import Container
from datetime import date
from itertools import islice

from livefeed.entry import Entry
from livefeed.fold import Fold
from livefeed.render.dates import Calendar, calendar_of
from livefeed.render.related import link_to
from livefeed.render.templates import rendered
from livefeed.view import is_key_event

MOST = 20  # in the list; all of them are a view


def key_events(fold: Fold, here: Container[int] = ()) -> list[tuple[int, str]]:
    """The numbers of the newest key events, the newest first, and their items.

    An item leads to the story's article if that is `here`, on the same page, else to its own page.
    """
    newest, calendar = fold.newest_first(), calendar_of(fold)
    return [
        (entry.number, _item(fold, entry, calendar, _newest_day(newest, calendar), here))
        for entry in islice(filter(is_key_event, newest), MOST)
    ]


def key_event(fold: Fold, entry: Entry) -> str | None:
    """A story's item, which leads to its own page; None for one that is no key event."""
    if not is_key_event(entry):
        return None
    calendar = calendar_of(fold)
    return _item(fold, entry, calendar, _newest_day(fold.newest_first(), calendar), ())


def _item(
    fold: Fold, entry: Entry, calendar: Calendar, newest_day: date, here: Container[int]
) -> str:
    if (link := link_to(fold, entry.number)) is None:
        raise AssertionError("a key event has its text")
    published = calendar.moment(entry.first_published)
    return rendered(
        "key_event.html",
        calendar.words,
        number=entry.number,
        link=link,
        href=f"#story-{entry.number}" if entry.number in here else link.href,
        published=published,
        at=calendar.time_on(published, newest_day),
    )


def _newest_day(newest_first: list[Entry], calendar: Calendar) -> date:
    return calendar.moment(newest_first[0].first_published).date()
