"""A fold as HTML: the one renderer of an `<article>`, for every page and for the html subprotocol.

The templates of `web/templates/` have the markup and none of the decisions; the functions here make
the decisions and hold no markup. Stories are sanitised by `livefeed.render.sanitise` on their way;
the page's own words come from `livefeed.render.words`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from http import HTTPStatus

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from livefeed.entry import Correction, Entry, Facts, FeedState, Mark, Op
from livefeed.fold import Fold, Page
from livefeed.render import dates
from livefeed.render.dates import Calendar
from livefeed.render.halves import halves
from livefeed.render.headings import below_headline
from livefeed.render.pictures import pictures
from livefeed.render.related import also_read, link_to, story_address
from livefeed.render.sanitise import body_html
from livefeed.render.tables import boxed
from livefeed.render.words import Words, words_in
from livefeed.story import Story, main_body, main_headline
from livefeed.web_folder import web_folder

BREAKING = 3  # ninjs's urgency runs from 1, the most urgent, to 9


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dateline:
    """When a story is of (`day`), and when it came out, as far as that says more."""

    moment: datetime
    published: datetime

    @property
    def same_day(self) -> bool:
        return self.moment.date() == self.published.date()


def article(fold: Fold, entry: Entry, *, likes: int = 0) -> str:
    """The story's `<article>` as it stands in `fold`: its text, or a line that it was withdrawn.

    `entry` is the newest of its story. `likes` is how many readers like it.
    """
    calendar = _calendar(fold)
    common = {
        "entry": entry,
        "address": story_address(fold, entry.number),
        "pinned": entry.number in fold.pinned,
        "likes": likes,
    }
    if entry.story is None:
        template, told = "withdrawn_article.html", _withdrawal(fold, entry, calendar)
    else:
        template, told = "article.html", _telling(fold, entry, entry.story, calendar)
    return _render(template, calendar.words, **common, **told)


def feed_page(fold: Fold, page: Page, *, likes: Mapping[int, int]) -> str:
    """A feed's page: the pinned stories and the newest, or a page of older ones.

    `likes` maps story numbers to counts; a story that is not in it has none.
    """
    return _feed_page("feed.html", fold, page, likes)


def embed_page(fold: Fold, page: Page, *, likes: Mapping[int, int]) -> str:
    """The same to stand in another site's page: without a masthead, its links lead out of it."""
    return _feed_page("embed.html", fold, page, likes)


def _feed_page(template: str, fold: Fold, page: Page, likes: Mapping[int, int]) -> str:
    newest = _is_newest(fold, page)
    entries = _first_pinned(fold, page) if newest else _without_pinned(fold, page)
    oldest = page.stories[-1].number if page.stories else None
    return _render(
        template,
        _words(fold),
        **_about(fold),
        articles=_articles(fold, entries, likes),
        newest=newest,
        before=None if newest else _before(page),
        oldest=oldest if page.more else None,
    )


def story_page(fold: Fold, entry: Entry, *, likes: Mapping[int, int]) -> str:
    """A story's own page, to be linked and shared."""
    words = _words(fold)
    headline = main_headline(entry.story) if entry.story else words.say("page-story-withdrawn")
    return _render(
        "story.html",
        words,
        **_about(fold),
        articles=_articles(fold, [entry], likes),
        number=entry.number,
        headline=headline,
    )


def withdrawn_page(fold: Fold, entry: Entry) -> str:
    """What stands at the address of a held or killed story."""
    return story_page(fold, entry, likes={})


def feeds_page(folds: list[Fold]) -> str:
    """The list of all feeds, in their language if they have it in common."""
    languages = {_words(fold).language for fold in folds}
    words = words_in(languages.pop() if len(languages) == 1 else None)
    return _render("feeds.html", words, feeds=[_listed(fold) for fold in folds])


def error_page(status: int, message: str) -> str:
    """A page that says what went wrong and where to go on."""
    reason = HTTPStatus(status).phrase
    return _render("error.html", words_in(None), status=status, reason=reason, message=message)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(web_folder() / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["machine"] = dates.machine
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    return environment


def _render(template: str, words: Words, **values: object) -> str:
    values = {"words": words, "say": _saying(words), **values}
    return _environment().get_template(template).render(values).strip() + "\n"


def _saying(words: Words) -> Callable[..., Markup]:
    """`say` for templates, which put elements into sentences: all but markup is escaped.

    The catalogue's own texts have nothing to escape.
    """

    def say(key: str, **values: object) -> Markup:
        safe = {name: v if isinstance(v, int) else escape(v) for name, v in values.items()}
        return Markup(words.say(key, **safe))  # noqa: S704 - as above

    return say


def _words(fold: Fold) -> Words:
    return words_in(fold.facts.language)


def _calendar(fold: Fold) -> Calendar:
    return Calendar(dates.zone_named(fold.facts.zone), _words(fold))


def _articles(fold: Fold, entries: list[Entry], likes: Mapping[int, int]) -> list[Markup]:
    # Markup: the templates have escaped and the sanitiser cleaned what is in it.
    return [
        Markup(article(fold, entry, likes=likes.get(entry.number, 0)))  # noqa: S704 - as above
        for entry in entries
    ]


def _is_newest(fold: Fold, page: Page) -> bool:
    newest = next(iter(fold.page(limit=1).stories), None)
    return newest is None or (bool(page.stories) and page.stories[0].number == newest.number)


def _first_pinned(fold: Fold, page: Page) -> list[Entry]:
    pinned = [fold.stories[number] for number in fold.pinned if number in fold.stories]
    return [*pinned, *_without_pinned(fold, page)]


def _without_pinned(fold: Fold, page: Page) -> list[Entry]:
    return [entry for entry in page.stories if entry.number not in fold.pinned]


def _before(page: Page) -> int:
    """Below which number a page of older stories begins; every story is below the next one."""
    return page.stories[0].number + 1 if page.stories else 1


def _about(fold: Fold) -> dict[str, object]:
    facts = fold.facts
    return {
        "feed": fold.feed,
        "position": str(fold.position),
        "facts": facts,
        "title": facts.title or fold.feed,
        "state": facts.state or FeedState.LIVE,
        "pinned": fold.pinned,
        "zone": _zone_note(facts),
    }


def _zone_note(facts: Facts) -> str:
    return (facts.zone or "UTC").replace("_", " ")


def _listed(fold: Fold) -> dict[str, object]:
    calendar = _calendar(fold)
    newest = next((entry for entry in fold.newest_first() if entry.story is not None), None)
    at = calendar.moment(newest.first_published) if newest else None
    return {
        **_about(fold),
        "newest": link_to(fold, newest.number) if newest else None,
        "at": at,
        "time": calendar.day_and_time(at) if at else None,
    }


def _telling(fold: Fold, entry: Entry, story: Story, calendar: Calendar) -> dict[str, object]:
    """What the article of a story with its text says."""
    dateline = _dateline(entry, story, calendar)
    first, second = halves(_body(story))
    return {
        "headline": main_headline(story),
        "language": story.language or fold.facts.language,
        "dateline": dateline,
        "day": calendar.day(dateline.moment),
        "clock": calendar.time_on(dateline.published, dateline.moment.date()),
        "byline": _byline(story),
        "located": story.located,
        "breaking": story.urgency is not None and story.urgency <= BREAKING,
        "key": Mark.KEY in entry.marks,
        "summary": Mark.SUMMARY in entry.marks,
        "corrections": [_told(c, dateline, calendar) for c in entry.all_corrections],
        "updated": _updated(entry, dateline, calendar),
        "pictures": pictures(story),
        "first": Markup(first),  # noqa: S704 - sanitised by body_html
        "second": Markup(second),  # noqa: S704 - likewise
        "related": also_read(fold, story),
    }


def _body(story: Story) -> str:
    body = main_body(story)
    return boxed(below_headline(body_html(body))) if body else ""


def _dateline(entry: Entry, story: Story, calendar: Calendar) -> _Dateline:
    published = calendar.moment(entry.first_published)
    return _Dateline(
        moment=calendar.moment_of(story.content_created) or published, published=published
    )


def _told(correction: Correction, dateline: _Dateline, calendar: Calendar) -> dict[str, object]:
    at = calendar.moment(correction.at)
    return {
        "at": at,
        "time": calendar.time_on(at, dateline.moment.date()),
        "note": correction.note,
    }


def _updated(entry: Entry, dateline: _Dateline, calendar: Calendar) -> dict[str, object] | None:
    """When facts were added; a corrected story says that by itself, a refiled one says nothing."""
    if entry.op is not Op.UPDATE:
        return None
    at = calendar.moment(entry.at)
    return {"at": at, "time": calendar.time_on(at, dateline.moment.date())}


def _byline(story: Story) -> str | None:
    """Who wrote it, without the “By” that the template puts in front."""
    if story.by is None:
        return None
    by = story.by.strip()
    return by[3:].lstrip() if by[:3].lower() == "by " else by


def _withdrawal(fold: Fold, entry: Entry, calendar: Calendar) -> dict[str, object]:
    """What the line in a withdrawn story's place says."""
    published = calendar.moment(entry.first_published)
    at = calendar.moment(entry.at)
    return {
        "held": entry.op is Op.HOLD,
        "day": calendar.day(published),
        "published": published,
        "at": at,
        "time": calendar.time_on(at, published.date()),
        "substitute": link_to(fold, entry.substitute),
    }
