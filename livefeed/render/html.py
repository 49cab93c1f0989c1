"""A fold as HTML: the one renderer of an `<article>`, for every page and for the html subprotocol.

The templates of `web/templates/` have the markup and none of the decisions; the functions here make
the decisions and hold no markup. Stories are sanitised by `livefeed.render.sanitise` on their way;
the page's own words come from `livefeed.render.words`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache, partial
from itertools import islice
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from livefeed.entry import Correction, Entry, Facts, FeedState, Mark, Op
from livefeed.fold import Fold, Page
from livefeed.render import dates, revisions, structured_data, views
from livefeed.render.byline import byline
from livefeed.render.dates import Calendar
from livefeed.render.halves import halves
from livefeed.render.headings import below_headline
from livefeed.render.language import Language, language_of, turned, way
from livefeed.render.machine_made import machine_made
from livefeed.render.modules import modules
from livefeed.render.pictures import pictures
from livefeed.render.related import also_read, link_to, story_address
from livefeed.render.sanitise import body_html
from livefeed.render.structured_data import NOWHERE, Site
from livefeed.render.tables import boxed
from livefeed.render.words import Words, direction_of, words_in
from livefeed.story import Story, main_body, main_headline
from livefeed.view import Order, View, is_key_event, usual_order
from livefeed.web_folder import web_folder

_REASONS = {400: "bad-request", 404: "not-found", 500: "our-fault", 503: "try-again"}
KEY_EVENTS = 20  # in the list; all of them are a view
BREAKING = 3  # ninjs's urgency runs from 1, the most urgent, to 9


def article(fold: Fold, entry: Entry, *, likes: int = 0, opens_day: bool = False) -> str:
    """The story's `<article>` as it stands in `fold`: its text, or a line that it was withdrawn.

    `entry` is the newest of its story. `likes` is how many readers like it; `opens_day` is true
    where the story above it on a page is of another day.
    """
    calendar = _calendar(fold)
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
    return _render(template, calendar.words, **common, **told)


def feed_page(fold: Fold, page: Page, *, likes: Mapping[int, int], site: Site = NOWHERE) -> str:
    """A feed's page: a view of it. Where it begins, the summary and the pinned stories stand first.

    `likes` maps story numbers to counts; a story that is not in it has none.
    """
    return _feed_page("feed.html", fold, page, likes=likes, site=site)


def embed_page(fold: Fold, page: Page, *, likes: Mapping[int, int]) -> str:
    """The same to stand in another site's page: without a masthead, its links lead out of it."""
    return _feed_page("embed.html", fold, page, likes=likes, site=NOWHERE)


def _feed_page(
    template: str, fold: Fold, page: Page, *, likes: Mapping[int, int], site: Site
) -> str:
    ahead, behind = views.ahead(page), views.behind(page)
    top = [] if ahead else _top(fold, page.view)
    entries = [*top, *_without_top(fold, page)]
    summary = [fold.stories[fold.summary]] if fold.summary and not ahead else []
    return _render(
        template,
        _words(fold),
        **_about(fold),
        **_ways(fold, page),
        **_told_of_feed(fold, page, [*summary, *entries], site),
        articles=_articles(fold, entries, likes),
        summary=_articles(fold, summary, likes),
        summary_number=fold.summary,
        key_events=_key_events(fold, {entry.number for entry in (*summary, *entries)}),
        page=page,
        ahead=ahead,
        behind=behind,
        counted=_counted(fold, page),
    )


def key_event(fold: Fold, entry: Entry, *, is_here: bool = False) -> str | None:
    """A story's item in the list of key events; None for one that is none.

    It leads to the story's article if that `is_here`, on the same page, else to the story's page.
    """
    link = link_to(fold, entry.number)
    if link is None or not is_key_event(entry):
        return None
    calendar = _calendar(fold)
    published = calendar.moment(entry.first_published)
    return _render(
        "key_event.html",
        calendar.words,
        number=entry.number,
        link=link,
        href=f"#story-{entry.number}" if is_here else link.href,
        published=published,
        at=calendar.time_on(published, _newest_day(fold, calendar)),
    )


def key_events(fold: Fold) -> list[tuple[int, str]]:
    """The numbers of the newest key events and their items."""
    return [
        (entry.number, item)
        for entry in _newest_key_events(fold)
        if (item := key_event(fold, entry)) is not None
    ]


def story_page(fold: Fold, entry: Entry, *, likes: Mapping[int, int], site: Site = NOWHERE) -> str:
    """A story's own page, to be linked and shared."""
    return _story_page("story.html", fold, entry, likes=likes, site=site)


def history(fold: Fold, entries: Sequence[Entry]) -> str:
    """How a story changed: the section of its revisions' page.

    `entries` are those of the story that have their text, oldest first.
    """
    told, calendar = revisions.history(entries), _calendar(fold)
    day = calendar.moment(told.first_published).date()
    return _render(
        "history.html",
        calendar.words,
        told=told,
        when=lambda at: _stamp(at, day, calendar),
        folded=revisions.folded,
        spoken=lambda story: language_of(story, main_headline(story), fold.facts.language),
        own=Language(tag=calendar.words.language, direction=calendar.words.direction),
    )


def revisions_page(
    fold: Fold, entry: Entry, history: str, *, likes: Mapping[int, int], site: Site = NOWHERE
) -> str:
    """The page of a story's revisions: the story as it stands, and its `history`."""
    safe = Markup(history)  # noqa: S704 - by the function above
    return _story_page("revisions.html", fold, entry, likes=likes, site=site, history=safe)


def withdrawn_page(fold: Fold, entry: Entry) -> str:
    """What stands at the address of a held or killed story."""
    return story_page(fold, entry, likes={})


def feeds_page(folds: list[Fold]) -> str:
    """The list of all feeds, in their language if they have it in common."""
    languages = {_words(fold).language for fold in folds}
    words = words_in(languages.pop() if len(languages) == 1 else None)
    return _render("feeds.html", words, feeds=[_listed(fold) for fold in folds])


def error_page(status: int, message: str, words: Words) -> str:
    """A page that says what went wrong and where to go on."""
    reason = words.say(_REASONS.get(status, "impossible"))
    return _render("error.html", words, status=status, reason=reason, message=message)


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
    environment.filters["way"] = way
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    environment.globals["modules"] = cache(partial(modules, web_folder()))
    return environment


def _story_page(
    template: str,
    fold: Fold,
    entry: Entry,
    *,
    likes: Mapping[int, int],
    site: Site,
    **more: object,
) -> str:
    words = _words(fold)
    headline = main_headline(entry.story) if entry.story else words.say("page-story-withdrawn")
    return _render(
        template,
        words,
        **_about(fold),
        **_told_of_story(fold, entry, site),
        articles=_articles(fold, [entry], likes),
        number=entry.number,
        headline=headline,
        **more,
    )


def _told_of_feed(fold: Fold, page: Page, entries: list[Entry], site: Site) -> dict[str, object]:
    """What search engines and messengers are told of a feed's page: one address for each."""
    address = views.address(fold, replace(page.view, order=usual_order(fold.facts), key=False))
    return {
        "canonical": site.url(address),
        "description": fold.facts.description,
        "open_graph": structured_data.open_graph(fold, site, address),
        "data": _data(structured_data.live_blog(fold, entries, site)),
    }


def _told_of_story(fold: Fold, entry: Entry, site: Site) -> dict[str, object]:
    """What they are told of a story's page; nothing once it is gone."""
    story = entry.story
    if story is None:
        return {"canonical": None, "description": None, "open_graph": [], "data": None}
    return {
        "canonical": site.url(story_address(fold, entry.number)),
        "description": structured_data.description(fold, story),
        "open_graph": structured_data.story_open_graph(fold, entry, story, site),
        "data": _data(structured_data.blog_posting(fold, entry, story, site)),
    }


def _data(document: dict[str, Any]) -> Markup:
    return Markup(structured_data.embedded(document))  # noqa: S704 - its `<` are written otherwise


def _render(template: str, words: Words, **values: object) -> str:
    values = {"words": words, "say": _saying(words), **values}
    return _environment().get_template(template).render(values).strip() + "\n"


def _saying(words: Words) -> Callable[..., Markup]:
    """`say` for templates, which put elements into sentences: all but markup is escaped.

    The catalogue's own texts have nothing to escape.
    """

    def say(key: str, *, count: int = 0, **values: object) -> Markup:
        safe = {name: escape(value) for name, value in values.items()}
        return Markup(words.say(key, count=count, **safe))  # noqa: S704 - as above

    return say


def _words(fold: Fold) -> Words:
    return words_in(fold.facts.language)


def _calendar(fold: Fold) -> Calendar:
    return Calendar(dates.zone_named(fold.facts.zone), _words(fold))


def _articles(fold: Fold, entries: list[Entry], likes: Mapping[int, int]) -> list[Markup]:
    # Markup: the templates have escaped and the sanitiser cleaned what is in it.
    opening = _openers(fold, entries)
    return [
        Markup(  # noqa: S704 - as above
            article(
                fold,
                entry,
                likes=likes.get(entry.number, 0),
                opens_day=entry.number in opening,
            )
        )
        for entry in entries
    ]


def _ways(fold: Fold, page: Page) -> dict[str, object]:
    """Where the page leads."""
    to = {
        "start": views.start(page.view),
        "before": views.before(page),
        "after": views.after(page),
    }
    return {
        "to": {name: views.address(fold, view) for name, view in to.items()},
        "switches": {
            name: {"href": views.address(fold, view, in_full=True), "chosen": chosen}
            for name, (view, chosen) in views.switches(page.view).items()
        },
    }


def _openers(fold: Fold, entries: list[Entry]) -> set[int]:
    """The stories of another day than the one above; pinned ones stand apart, whenever they came.

    `daysBegin` in `web/feed/times.js` says the same when stories come and go.
    """
    calendar = _calendar(fold)
    others = [entry for entry in entries if entry.number not in fold.pinned]
    days = [calendar.moment(entry.first_published).date() for entry in others]
    pairs = zip(others[1:], days[1:], days, strict=False)
    return {entry.number for entry, day, above in pairs if day != above}


def _top(fold: Fold, view: View) -> list[Entry]:
    """The pinned stories of a view, the newest pin first. The summary stands above them."""
    pinned = [fold.stories[number] for number in fold.pinned if number != fold.summary]
    return [entry for entry in pinned if view.shows(entry)]


def _without_top(fold: Fold, page: Page) -> list[Entry]:
    apart = {fold.summary, *fold.pinned}
    return [entry for entry in page.stories if entry.number not in apart]


def _counted(fold: Fold, page: Page) -> dict[str, int]:
    """How many stories the list has, pinned ones too, and how many of the others stand above."""
    view, apart = page.view, {fold.summary, *fold.pinned}
    listed = [e.number for e in fold.newest_first() if view.shows(e) and e.number != fold.summary]
    newest_first = view.order is Order.NEWEST
    above = [n for n in listed if (n > page.newest if newest_first else n < page.oldest)]
    return {"total": len(listed), "ahead": len(set(above) - apart)}


def _newest_key_events(fold: Fold) -> list[Entry]:
    return list(islice(filter(is_key_event, fold.newest_first()), KEY_EVENTS))


def _newest_day(fold: Fold, calendar: Calendar) -> date:
    return calendar.moment(fold.newest_first()[0].first_published).date()


def _key_events(fold: Fold, here: set[int]) -> list[Markup]:
    # Markup: the template has escaped what is in it.
    return [
        Markup(key_event(fold, entry, is_here=entry.number in here) or "")  # noqa: S704 - as above
        for entry in _newest_key_events(fold)
    ]


def _about(fold: Fold) -> dict[str, object]:
    facts = fold.facts
    return {
        "feed": fold.feed,
        "position": str(fold.position),
        "facts": facts,
        "title": facts.title or fold.feed,
        "language": Language(tag=facts.language, direction=direction_of(facts.language) or "auto"),
        "state": facts.state or FeedState.LIVE,
        "pinned": fold.pinned,
        "zone": _zone_note(facts),
        "starts": _starts(fold),
    }


def _zone_note(facts: Facts) -> str:
    return (facts.zone or "UTC").replace("_", " ")


def _starts(fold: Fold) -> dict[str, object] | None:
    """When the event begins, and whether that is still to come.

    How long until then is not said: a page stays as it is until the next entry, a script counts.
    """
    calendar = _calendar(fold)
    at = calendar.moment_of(fold.facts.starts)
    if at is None:
        return None
    upcoming = fold.facts.state is FeedState.UPCOMING
    return {"at": at, "time": calendar.day_and_time(at), "upcoming": upcoming}


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
    return {**_stamp(correction.at, dated.date(), calendar), "note": correction.note}


def _updated(entry: Entry, dated: datetime, calendar: Calendar) -> dict[str, object] | None:
    """When facts were added; a corrected story says that by itself, a refiled one says nothing."""
    if entry.op is not Op.UPDATE:
        return None
    return _stamp(entry.at, dated.date(), calendar)


def _stamp(at: int, day: date, calendar: Calendar) -> dict[str, object]:
    """A moment, and how it is told to readers who know that it is about that `day`."""
    moment = calendar.moment(at)
    return {"at": moment, "time": calendar.time_on(moment, day)}


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
