"""What the front matter calls the fields of ninjs: their names in the singular, and `also-read`."""

import re

from livefeed.document import fields, nearest
from livefeed.story import Story

ALSO_READ = "also-read"

# Fields of ninjs that are lists: their names in the singular, and the property that a mere text
# stands for (None where only an object does).
SINGULAR: dict[str, tuple[str, str | None]] = {
    "headline": ("headlines", "value"),
    "description": ("descriptions", "value"),
    "person": ("people", "name"),
    "organisation": ("organisations", "name"),
    "place": ("places", "name"),
    "subject": ("subjects", "name"),
    "event": ("events", "name"),
    "object": ("objects", "name"),
    "infoSource": ("infoSources", "name"),
    "genre": ("genres", "name"),
    "rendition": ("renditions", None),
    "association": ("associations", None),
    "altId": ("altIds", None),
    "trustIndicator": ("trustIndicators", None),
}
_PLURAL = {plural: singular for singular, (plural, _) in SINGULAR.items()}
_NOT_HERE = frozenset({"bodies", "standard", *_PLURAL})
FIELDS = {one.key: one for one in fields(Story)}
KEYS = [*SINGULAR, *(key for key in FIELDS if key not in _NOT_HERE), ALSO_READ]

# Words of other systems: the nearest in letters would be wrong, or none.
_MEANT = {
    **dict.fromkeys(("author", "authors", "byline", "reporter", "writer"), "by"),
    **dict.fromkeys(("category", "keywords", "section", "tag", "tags", "topic"), "subject"),
    **dict.fromkeys(("date", "datetime", "published", "time"), "contentCreated"),
    **dict.fromkeys(("dateline", "location", "where"), "located"),
    **dict.fromkeys(("heading", "hed"), "headline"),
    **dict.fromkeys(("deck", "dek", "standfirst", "subtitle", "summary"), "description"),
    "priority": "urgency",
    **dict.fromkeys(("image", "photo", "picture"), "rendition"),
    **dict.fromkeys(("link", "links", "related", "see-also"), ALSO_READ),
    **dict.fromkeys(("lang", "locale"), "language"),
}
_STEP = re.compile(r"\[[0-9]+\]")


def key_for(path: str) -> str:
    """The front matter's name for a field of ninjs: `headlines[0].value` is `headline`."""
    top, _, rest = _STEP.sub("", path).partition(".")
    key = _PLURAL.get(top, "body" if top == "bodies" else top)
    stands_for = SINGULAR[key][1] if key in SINGULAR else "value"
    return key if rest in ("", stands_for) else f"{key}.{rest}"


def meant_by(name: str) -> str | None:
    """The field that an unknown name was perhaps meant to be."""
    return _MEANT.get(name.lower()) or nearest(_PLURAL.get(name, name), KEYS)
