"""A story as its `<article>`: the one renderer, for every page and for the html subprotocol.

Stories are sanitised by `livefeed.render.sanitise` on their way.
"""

from datetime import datetime

from markupsafe import Markup

from livefeed.entry import Correction, Entry, Mark, Op
from livefeed.fold import Fold
from livefeed.render.byline import byline
from livefeed.render.dates import Calendar, calendar_of
from livefeed.render.halves import halves
from livefeed.render.headings import below_headline
from livefeed.render.language import Language, language_of, turned
from livefeed.render.machine_made import machine_made
from livefeed.render.pictures import pictures
from livefeed.render.related import also_read, link_to, story_address
from livefeed.render.sanitise import body_html
from livefeed.render.tables import boxed
from livefeed.render.templates import rendered
from livefeed.render.words import Words
from livefeed.story import Story, main_body, main_headline

BREAKING = 3  # ninjs's urgency runs from 1, the most urgent, to 9


def article(fold: Fold, entry: Entry, *, likes: int = 0, opens_day: bool = False) -> str:
    """The story's `<article>` as it stands in `fold`: its text, or a line that it was withdrawn.

    `entry` is the newest of its story. `likes` is how many readers like it; `opens_day` is true
    where the story above it on a page is of another day.
    """
    calendar = calendar_of(fold)
    published = calendar.moment(entry.first_published)
    common = {
        "published": published,
        "weekday": calendar.weekday(published) if opens_day else "",
        "entry": entry,
        "address": story_address(fold, entry.number),
        "pinned": entry.number in fold.pinned,
        "likes": likes,
    }
    if entry.story is None:
        template, told = "withdrawn_article.html", _withdrawal(fold, entry, calendar)
    else:
        template, told = "article.html", _telling(fold, entry, entry.story, calendar)
    return rendered(template, calendar.words, **common, **told)


def _telling(fold: Fold, entry: Entry, story: Story, calendar: Calendar) -> dict[str, object]:
    """What the article of a story with its text says."""
    published = calendar.moment(entry.first_published)
    dated = calendar.moment_of(story.content_created) or published
    headline = main_headline(story)
    language = language_of(story, headline, fold.facts.language)
    first, second = halves(_body(story, language, calendar.words))
    return {
        "headline": headline,
        "language": language,
        "dated": dated,
        "day": calendar.day(dated),
        "same_day": dated.date() == published.date(),
        "clock": calendar.time_on(published, dated.date()),
        "byline": byline(story),
        "located": story.located,
        "breaking": story.urgency is not None and story.urgency <= BREAKING,
        "key": Mark.KEY in entry.marks,
        "summary": Mark.SUMMARY in entry.marks,
        "corrections": [_told(c, dated, calendar) for c in entry.all_corrections],
        "updated": _updated(entry, dated, calendar),
        "machine_made": machine_made(story.digital_source_type),
        "pictures": pictures(story),
        "first": Markup(first),  # noqa: S704 - sanitised by body_html
        "second": Markup(second),  # noqa: S704 - likewise
        "related": also_read(fold, story),
    }


def _body(story: Story, language: Language, words: Words) -> str:
    body = main_body(story)
    if body is None:
        return ""
    text = turned(below_headline(body_html(body)), language.direction)
    return boxed(text, words.say("table"))


def _told(correction: Correction, dated: datetime, calendar: Calendar) -> dict[str, object]:
    return {**calendar.stamp(correction.at, dated.date()), "note": correction.note}


def _updated(entry: Entry, dated: datetime, calendar: Calendar) -> dict[str, object] | None:
    """When facts were added; a corrected story says that by itself, a refiled one says nothing."""
    if entry.op is not Op.UPDATE:
        return None
    return calendar.stamp(entry.at, dated.date())


def _withdrawal(fold: Fold, entry: Entry, calendar: Calendar) -> dict[str, object]:
    """What the line in a withdrawn story's place says."""
    published = calendar.moment(entry.first_published)
    at = calendar.moment(entry.at)
    return {
        "held": entry.op is Op.HOLD,
        "day": calendar.day(published),
        "at": at,
        "when": calendar.time_on(at, published.date()),
        "substitute": link_to(fold, entry.substitute),
    }
