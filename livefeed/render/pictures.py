"""A story's pictures: its associations of the type `picture`, each in one of its renditions."""

from collections.abc import Iterator
from dataclasses import dataclass

from livefeed.ninjs import Rendition
from livefeed.render.machine_made import MachineMade, machine_made
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
    machine_made: MachineMade | None = None


def pictures(story: Story) -> list[Picture]:
    """The pictures that stand with a story, in its order."""
    return list(_pictures(story))


def _pictures(story: Story) -> Iterator[Picture]:
    for association in story.associations:
        rendition = _rendition(association) if association.type == "picture" else None
        if rendition is not None and rendition.href is not None:
            yield _picture(association, rendition, rendition.href)


def words_of(picture: Association) -> str:
    """What a picture shows, in words for those who do not see it; empty where nobody says."""
    return headline_of(picture) or _caption(picture)


def _picture(association: Association, rendition: Rendition, href: str) -> Picture:
    return Picture(
        href=href,
        alt=words_of(association),
        caption=_caption(association) or headline_of(association),
        credit=association.by or association.copyright_notice or "",
        width=rendition.width,
        height=rendition.height,
        machine_made=machine_made(association.digital_source_type),
    )


def _caption(picture: Association) -> str:
    return next((d.value for d in picture.descriptions if _is_plain(d.content_type)), "")


def _is_plain(content_type: str | None) -> bool:
    return content_type in (None, "text/plain")


def _rendition(association: Association) -> Rendition | None:
    """The widest rendition that is not needlessly wide; else the narrowest there is."""
    shown = [r for r in association.renditions if r.href and safe_link(r.href)]
    by_width = sorted(shown, key=lambda rendition: rendition.width or 0)
    fitting = [r for r in by_width if (r.width or 0) <= _WIDEST]
    return next(reversed(fitting or by_width[:1]), None)
