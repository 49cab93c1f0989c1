"""A story's pictures: its associations of the type `picture`, each in one of its renditions."""

from collections.abc import Iterator
from dataclasses import dataclass

from livefeed.ninjs import Rendition
from livefeed.render.related import headline_of
from livefeed.render.sanitise import safe_link
from livefeed.story import Association, Story

_WIDEST = 1600  # pixels: twice the width of the column, for screens of double density


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture to show. Width and height, where known, keep its place while it loads."""

    href: str
    alt: str
    caption: str
    credit: str
    width: int | None
    height: int | None


def pictures(story: Story) -> list[Picture]:
    """The pictures that stand with a story, in its order."""
    return list(_pictures(story))


def _pictures(story: Story) -> Iterator[Picture]:
    for association in story.associations:
        rendition = _rendition(association) if association.type == "picture" else None
        if rendition is not None and rendition.href is not None:
            yield _picture(association, rendition, rendition.href)


def _picture(association: Association, rendition: Rendition, href: str) -> Picture:
    caption = next((d.value for d in association.descriptions if _is_plain(d.content_type)), "")
    headline = headline_of(association)
    return Picture(
        href=href,
        alt=headline or caption,
        caption=caption or headline,
        credit=association.by or association.copyright_notice or "",
        width=rendition.width,
        height=rendition.height,
    )


def _is_plain(content_type: str | None) -> bool:
    return content_type in (None, "text/plain")


def _rendition(association: Association) -> Rendition | None:
    """The widest rendition that is not needlessly wide; else the narrowest there is."""
    shown = [r for r in association.renditions if r.href and safe_link(r.href)]
    by_width = sorted(shown, key=lambda rendition: rendition.width or 0)
    fitting = [r for r in by_width if (r.width or 0) <= _WIDEST]
    return next(reversed(fitting or by_width[:1]), None)
