"""*Also read*: which stories an article leads to, and which articles show another's headline.

Within the feed a link is an association named `#12`. Its headline is looked up when the article is
rendered, so that a correction shows everywhere and a withdrawn story is named nowhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from livefeed.entry import Entry
from livefeed.fold import Fold
from livefeed.render.language import Language, language_of
from livefeed.render.sanitise import safe_link
from livefeed.story import Association, Story, main_headline


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A headline and where it leads; `elsewhere` is true outside of this feed."""

    headline: str
    href: str
    language: Language
    elsewhere: bool = False


def story_address(fold: Fold, number: int) -> str:
    """The address of a story's own page."""
    return f"/feeds/{fold.feed}/stories/{number}"


def link_to(fold: Fold, number: int | None) -> Link | None:
    """A link to a story of the feed; None if it is unknown, held or killed."""
    entry = fold.stories.get(number) if number is not None else None
    if entry is None or entry.story is None:
        return None
    headline = main_headline(entry.story)
    language = language_of(entry.story, headline, fold.facts.language)
    return Link(headline=headline, href=story_address(fold, entry.number), language=language)


def headline_of(association: Association) -> str:
    """What an association is called: its main headline, else its title, else nothing."""
    main_first = sorted(association.headlines, key=lambda headline: headline.role != "main")
    return main_first[0].value if main_first else association.title or ""


def also_read(fold: Fold, story: Story) -> list[Link]:
    """The links of a story, in its order, each once, without those that lead nowhere."""
    links = (_link(fold, association) for association in story.associations)
    return list(dict.fromkeys(link for link in links if link is not None))


def articles_showing(fold: Fold, number: int) -> list[Entry]:
    """Other stories whose article shows story `number`'s headline.

    They are rendered anew when that story is corrected, withdrawn or brought back.
    """
    return [
        entry
        for entry in fold.stories.values()
        if entry.number != number and number in _numbers_shown(entry)
    ]


def _numbers_shown(entry: Entry) -> Iterator[int]:
    if entry.substitute is not None:
        yield entry.substitute
    if entry.story is not None:
        for association in entry.story.associations:
            if association.within_feed is not None:
                yield association.within_feed


def _link(fold: Fold, association: Association) -> Link | None:
    if association.within_feed is not None:
        return link_to(fold, association.within_feed)
    href, headline = safe_link(association.uri), headline_of(association)
    if association.type == "picture" or href is None or not headline:
        return None
    language = language_of(association, headline, None)
    return Link(headline=headline, href=href, language=language, elsewhere=True)
