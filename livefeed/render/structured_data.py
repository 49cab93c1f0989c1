"""What search engines and messengers are told of a page: JSON-LD (schema.org) and Open Graph.

Addresses are told only where the operator says what the site's own is: the Host header is the
client's, and whoever believes it names pages after anybody's site.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from livefeed.entry import Entry, FeedState
from livefeed.fold import Fold
from livefeed.render.byline import byline
from livefeed.render.dates import calendar_of, machine
from livefeed.render.machine_made import term_of
from livefeed.render.paragraphs import story_paragraphs
from livefeed.render.pictures import Picture, pictures
from livefeed.render.related import story_address
from livefeed.story import Story, main_headline

_LONGEST_BODY = 5_000  # characters: what is longer stands on the page
_LONGEST_DESCRIPTION = 200
_SOURCE_TYPE = "https://schema.org/{}{}DigitalSource"  # named after IPTC's terms


@dataclass(frozen=True, slots=True)
class Site:
    """Who publishes the pages, and where: `origin` such as `https://live.example.org`."""

    origin: str = ""
    publisher: str = ""

    def url(self, path: str) -> str | None:
        """The absolute address of a page; None where it is not known."""
        return self.origin + path if self.origin else None


NOWHERE = Site()


def live_blog(fold: Fold, entries: Sequence[Entry], site: Site) -> dict[str, Any]:
    """A feed's page as a `LiveBlogPosting` with these stories."""
    stories = [entry for entry in entries if entry.story is not None]
    return _context(
        {
            **_blog(fold, site),
            "datePublished": _began(fold),
            "dateModified": _time(fold, max((e.at for e in stories), default=None)),
            "inLanguage": fold.facts.language,
            "articleSection": fold.facts.section,
            "publisher": _publisher(site),
            "liveBlogUpdate": [_posting(fold, entry, entry.story, site) for entry in stories],
        }
    )


def blog_posting(fold: Fold, entry: Entry, story: Story, site: Site) -> dict[str, Any]:
    """A story's own page as a `BlogPosting` of its feed."""
    return _context({**_posting(fold, entry, story, site), "isPartOf": _blog(fold, site)})


def embedded(document: dict[str, Any]) -> str:
    """JSON for a `<script>`: nothing in it ends the element or begins a comment."""
    text = msgspec.json.encode(document).decode()
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def open_graph(fold: Fold, site: Site, path: str) -> list[tuple[str, str]]:
    """A feed's page for those who share it: properties and what they say."""
    facts = fold.facts
    title = " – ".join(filter(None, (facts.title or fold.feed, facts.section)))
    return _given(
        ("og:type", "website"),
        ("og:title", title),
        ("og:description", facts.description),
        ("og:url", site.url(path)),
        ("og:site_name", site.publisher),
    )


def story_open_graph(fold: Fold, entry: Entry, story: Story, site: Site) -> list[tuple[str, str]]:
    """A story's page for those who share it."""
    picture = next(iter(pictures(story)), None)
    return _given(
        ("og:type", "article"),
        ("og:title", main_headline(story)),
        ("og:description", description(fold, story)),
        ("og:url", site.url(story_address(fold, entry.number))),
        ("og:site_name", site.publisher or fold.facts.title),
        ("article:published_time", _time(fold, entry.first_published)),
        ("article:modified_time", _time(fold, entry.at)),
        ("article:section", fold.facts.section),
        *(_picture_properties(picture) if picture else ()),
    )


def description(fold: Fold, story: Story) -> str:
    """A story in a sentence or two: how its text begins, else what its feed is about."""
    text = " ".join(story_paragraphs(story))
    return _shortened(text, _LONGEST_DESCRIPTION) or fold.facts.description or ""


def _context(document: dict[str, Any]) -> dict[str, Any]:
    return _without_none({"@context": "https://schema.org", **document})


def _blog(fold: Fold, site: Site) -> dict[str, Any]:
    ended = fold.facts.state is FeedState.ENDED
    last = max((entry.at for entry in fold.stories.values()), default=None) if ended else None
    return _without_none(
        {
            "@type": "LiveBlogPosting",
            "headline": fold.facts.title or fold.feed,
            "description": fold.facts.description,
            "url": site.url(f"/feeds/{fold.feed}"),
            "coverageStartTime": _began(fold),
            "coverageEndTime": _time(fold, last),
        }
    )


def _posting(fold: Fold, entry: Entry, story: Story | None, site: Site) -> dict[str, Any]:
    if story is None:
        return {}
    by, term = byline(story), term_of(story.digital_source_type)
    return _without_none(
        {
            "@type": "BlogPosting",
            "headline": main_headline(story),
            "url": site.url(story_address(fold, entry.number)),
            "datePublished": _time(fold, entry.first_published),
            "dateModified": _time(fold, entry.at),
            "inLanguage": story.language or fold.facts.language,
            "author": {"@type": "Person", "name": by} if by else _publisher(site),
            "publisher": _publisher(site),
            "articleBody": _shortened("\n\n".join(story_paragraphs(story)), _LONGEST_BODY) or None,
            "image": [_image(picture) for picture in pictures(story)] or None,
            "digitalSourceType": term and _SOURCE_TYPE.format(term[0].upper(), term[1:]),
            "correction": [
                {
                    "@type": "CorrectionComment",
                    "text": correction.note,
                    "datePublished": _time(fold, correction.at),
                }
                for correction in entry.all_corrections
            ]
            or None,
        }
    )


def _publisher(site: Site) -> dict[str, str] | None:
    if not site.publisher:
        return None
    url = {"url": site.origin} if site.origin else {}
    return {"@type": "Organization", "name": site.publisher, **url}


def _image(picture: Picture) -> dict[str, Any]:
    return _without_none(
        {
            "@type": "ImageObject",
            "url": picture.href,
            "width": picture.width,
            "height": picture.height,
            "caption": picture.caption or None,
            "creditText": picture.credit or None,
        }
    )


def _picture_properties(picture: Picture) -> Iterator[tuple[str, str | None]]:
    yield "og:image", picture.href
    if picture.width and picture.height:
        yield "og:image:width", str(picture.width)
        yield "og:image:height", str(picture.height)
    yield "og:image:alt", picture.alt


def _began(fold: Fold) -> str | None:
    first = next(iter(fold.stories.values()), None)
    return _time(fold, first.first_published if first else None)


def _time(fold: Fold, at: int | None) -> str | None:
    if at is None:
        return None
    return machine(calendar_of(fold).moment(at))


def _shortened(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    cut = text[:most]
    return cut[: cut.rfind(" ") if " " in cut else most].rstrip(" ,;:–-") + "…"


def _given(*properties: tuple[str, str | None]) -> list[tuple[str, str]]:
    return [(name, content) for name, content in properties if content]


def _without_none(document: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if value is not None}
