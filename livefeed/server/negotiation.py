"""Small decisions of HTTP: which form and coding is asked for, and does the browser have it yet."""

import hashlib

from livefeed.position import Position
from livefeed.server.coding import Coding

_JSON = frozenset({"application/json", "application/ninjs+json", "application/vnd.iptc.ninjs+json"})
_PAGE = frozenset({"text/html", "application/xhtml+xml"})


def prefers_json(accept: str) -> bool:
    """Whether an `Accept` header would rather have JSON than a page. In doubt: the page."""
    wishes = [_wish(part) for part in accept.lower().split(",")]
    json = max((quality for kind, quality in wishes if kind in _JSON), default=0.0)
    page = max((quality for kind, quality in wishes if kind in _PAGE), default=0.0)
    return json > page


def coding_for(accept_encoding: str) -> Coding:
    """The coding that we like best of those that an `Accept-Encoding` header takes."""
    wishes = dict(_wish(part) for part in accept_encoding.lower().split(","))
    taken = (coding for coding in Coding if wishes.get(coding, wishes.get("*", 0.0)) > 0)
    return next(taken, Coding.PLAIN)


def _wish(part: str) -> tuple[str, float]:
    kind, *parameters = (text.strip() for text in part.split(";"))
    written = next((text[2:] for text in parameters if text.startswith("q=")), "1")
    try:
        return kind, float(written)
    except ValueError:
        return kind, 0.0


def etag(*positions: Position, mark: str = "") -> str:
    """The ETag of what is rendered from these positions, by the build with this mark.

    Weak, since it is one for all codings, and since the counts of likes, which are no entries, may
    differ between two renderings.
    """
    written = "+".join(map(str, positions))
    if len(positions) > 1:
        written = hashlib.sha256(written.encode()).hexdigest()[:16]
    return f'W/"{written}.{mark}"' if mark else f'W/"{written}"'


def is_known(tag: str, if_none_match: str) -> bool:
    """Whether `If-None-Match` names this tag, so that 304 is the answer (RFC 9110, 13.1.2)."""
    known = [text.strip().removeprefix("W/") for text in if_none_match.split(",")]
    return "*" in known or tag.removeprefix("W/") in known
