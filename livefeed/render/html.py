"""A fold as pages of HTML.

The templates of `web/templates/` have the markup and none of the decisions; the functions here and
in `livefeed.render.article` make the decisions and hold no markup. The page's own words come from
`livefeed.render.words`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from livefeed.entry import Entry, Facts, FeedState
from livefeed.fold import Fold, Page
from livefeed.render import revisions, structured_data, views
from livefeed.render.article import article
from livefeed.render.dates import calendar_of
from livefeed.render.key_events import key_events
from livefeed.render.language import Language, language_of
from livefeed.render.related import link_to, story_address
from livefeed.render.structured_data import NOWHERE, Site
from livefeed.render.templates import rendered
from livefeed.render.words import Words, direction_of, words_in
from livefeed.story import main_headline
from livefeed.view import Order, View, usual_order

_REASONS = {400: "bad-request", 404: "not-found", 500: "our-fault", 503: "try-again"}


def feed_page(fold: Fold, page: Page, *, likes: Mapping[int, int], site: Site = NOWHERE) -> str:
    """A feed's page: a view of it. Where it begins, the summary and the pinned stories stand first.

    `likes` maps story numbers to counts; a story that is not in it has none.
    """
    return _feed_page("feed.html", fold, page, likes=likes, site=site)


def embed_page(fold: Fold, page: Page, *, likes: Mapping[int, int]) -> str:
    """The same to stand in another site's page: without a masthead, its links lead out of it."""
    return _feed_page("embed.html", fold, page, likes=likes, site=None)


def _feed_page(
    template: str, fold: Fold, page: Page, *, likes: Mapping[int, int], site: Site | None
) -> str:
    """Without a `site` search engines and messengers are told nothing."""
    ahead, behind = views.ahead(page), views.behind(page)
    top = [] if ahead else _top(fold, page.view)
    entries = [*top, *_without_top(fold, page)]
    summary = [fold.stories[fold.summary]] if fold.summary and not ahead else []
    return rendered(
        template,
        _words(fold),
        **_about(fold),
        **_ways(fold, page),
        **(_told_of_feed(fold, page, [*summary, *entries], site) if site else {}),
        articles=_articles(fold, entries, likes),
        summary=_articles(fold, summary, likes),
        summary_number=fold.summary,
        key_events=_key_events(fold, {entry.number for entry in (*summary, *entries)}),
        page=page,
        ahead=ahead,
        behind=behind,
        counted=_counted(fold, page),
    )


def story_page(fold: Fold, entry: Entry, *, likes: Mapping[int, int], site: Site = NOWHERE) -> str:
    """A story's own page, to be linked and shared."""
    return _story_page("story.html", fold, entry, likes=likes, site=site)


def history(fold: Fold, entries: Sequence[Entry]) -> str:
    """How a story changed: the section of its revisions' page.

    `entries` are those of the story that have their text, oldest first.
    """
    told, calendar = revisions.history(entries), calendar_of(fold)
    day = calendar.moment(told.first_published).date()
    return rendered(
        "history.html",
        calendar.words,
        told=told,
        when=lambda at: calendar.stamp(at, day),
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
    return rendered("feeds.html", words, feeds=[_listed(fold) for fold in folds])


def error_page(status: int, message: str, words: Words) -> str:
    """A page that says what went wrong and where to go on."""
    reason = words.say(_REASONS.get(status, "impossible"))
    return rendered("error.html", words, status=status, reason=reason, message=message)


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
    return rendered(
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


def _words(fold: Fold) -> Words:
    return words_in(fold.facts.language)


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
    calendar = calendar_of(fold)
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


def _key_events(fold: Fold, here: set[int]) -> list[Markup]:
    # Markup: the template has escaped what is in it.
    return [Markup(item) for _, item in key_events(fold, here)]  # noqa: S704 - as above


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
    calendar = calendar_of(fold)
    at = calendar.moment_of(fold.facts.starts)
    if at is None:
        return None
    upcoming = fold.facts.state is FeedState.UPCOMING
    return {"at": at, "time": calendar.day_and_time(at), "upcoming": upcoming}


def _listed(fold: Fold) -> dict[str, object]:
    calendar = calendar_of(fold)
    newest = next((entry for entry in fold.newest_first() if entry.story is not None), None)
    at = calendar.moment(newest.first_published) if newest else None
    return {
        **_about(fold),
        "newest": link_to(fold, newest.number) if newest else None,
        "at": at,
        "time": calendar.day_and_time(at) if at else None,
    }
