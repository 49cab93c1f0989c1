"""The handshake's decisions: may this page open a live socket, how is it spoken, from where on.

A value in, a value out. A browser shows its page an HTTP refusal of a WebSocket only as 1006, so
what a page should know (no such feed, come back later) is told after the accept, by a close code.
"""

from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

import msgspec

from livefeed.errors import MalformedPosition
from livefeed.position import Position
from livefeed.wire.messages import Encoding

NOT_UNDERSTOOD = 1003
DO_NOT_COME_BACK = 1008
COME_BACK_LATER = 1013
RESTARTING = 1012

_HOSTS_OF_A_SERVER = 64  # remembered: every reader's browser says the same
_LONGEST_ORIGIN = 300  # a name has 253 characters at most
_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_ENCODINGS = {encoding.subprotocol: encoding for encoding in Encoding}


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What a client's handshake says. Header values as they came; `query` without `?`."""

    hosts: Sequence[str]
    origins: Sequence[str]
    subprotocols: Sequence[str]
    query: str


class Refuse(msgspec.Struct, frozen=True):
    """Answered with an HTTP status instead of a WebSocket."""

    status: int
    reason: str


class Accept(msgspec.Struct, frozen=True):
    """Accepted: `subprotocol` None where the client named none; `after` None to start afresh."""

    encoding: Encoding
    subprotocol: str | None
    after: Position | None


def decide(offer: Offer, allowed_origins: frozenset[str]) -> Accept | Refuse:
    """What the handshake leads to. The allowed origins are in lower case."""
    if not _origin_may_connect(offer, allowed_origins):
        return Refuse(403, "Pages of this origin may not open the live socket.")
    if not offer.subprotocols:
        return Accept(Encoding.JSON, None, _position(offer.query))
    for name in offer.subprotocols:  # the client's first that we know
        if name in _ENCODINGS:
            return Accept(_ENCODINGS[name], name, _position(offer.query))
    return Refuse(400, f"Known subprotocols: {', '.join(_ENCODINGS)}.")


def _position(query: str) -> Position | None:
    """`after`; a malformed one is as good as none: the reader starts from a snapshot."""
    if not query:
        return None
    try:
        return Position.parse(parse_qs(query, max_num_fields=16).get("after", [""])[-1])
    except (MalformedPosition, ValueError):
        return None


def _origin_may_connect(offer: Offer, allowed: frozenset[str]) -> bool:
    """Browsers always send the page's origin with a WebSocket; what sends none is no page.

    Two origins or two hosts are nobody's honest handshake.
    """
    if len(offer.origins) > 1 or len(offer.hosts) > 1:
        return False
    if not offer.origins or "*" in allowed:
        return True
    origin = offer.origins[0].lower()
    return origin in allowed or _is_same_host(origin, *offer.hosts)


@lru_cache(_HOSTS_OF_A_SERVER)
def _is_same_host(origin: str, host: str = "") -> bool:
    """Whether the page's origin is the address that it connects to, default ports left aside."""
    if len(origin) > _LONGEST_ORIGIN:
        return False
    scheme = origin.partition("://")[0]
    ours = _host_and_port(origin, scheme)
    return ours is not None and ours == _host_and_port(f"{scheme}://{host.lower()}", scheme)


def _host_and_port(origin: str, scheme: str) -> tuple[str, int] | None:
    try:
        parts = urlsplit(origin)
        port = parts.port or _DEFAULT_PORTS.get(scheme)
    except ValueError:
        return None
    if not parts.hostname or port is None or parts.path or parts.query or parts.username:
        return None
    return parts.hostname, port
