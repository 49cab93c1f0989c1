"""What a reader is sent, and the one thing a reader may send, in each of the three encodings.

`docs/protocol.md` has the table of messages. Every function here makes the bytes of one message
once; the server gives the same bytes to every reader of that encoding.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Literal

import msgspec

from livefeed.entry import VERSION, Entry
from livefeed.errors import BadMessage
from livefeed.fold import Fold
from livefeed.position import Position

LARGEST_READER_MESSAGE = 256  # bytes: a like has 60
_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,64}")


class Encoding(StrEnum):
    """A WebSocket subprotocol: how messages are written and whether stories come as data."""

    JSON = "livefeed.v1.json"
    MSGPACK = "livefeed.v1.msgpack"
    HTML = "livefeed.v1.html"

    @property
    def subprotocol(self) -> str:
        """Its name in the handshake."""
        return self.value

    @property
    def is_text(self) -> bool:
        """Whether messages travel in text frames; else in binary ones."""
        return self is not Encoding.MSGPACK


class Like(msgspec.Struct, frozen=True, tag="like", forbid_unknown_fields=True):
    """A browser likes a story. `token` is random, made by the browser, and identifies nobody."""

    number: int
    token: str


def hello(
    encoding: Encoding, *, feed: str, position: Position, resumed: bool, pulse_ms: int
) -> bytes:
    """The first message: whether what follows continues from the reader's position."""
    told = {"v": VERSION, "feed": feed, "position": str(position)}
    return _write(encoding, "hello", **told, resumed=resumed, pulse_ms=pulse_ms)


def snapshot(encoding: Encoding, fold: Fold, articles: Mapping[int, str] | None = None) -> bytes:
    """The newest stories and the pinned ones: it replaces everything that the reader holds.

    `articles` has the stories' HTML by number, for the HTML encoding.
    """
    return _write(encoding, "snapshot", **snapshot_document(fold, articles=articles))


def snapshot_document(
    fold: Fold,
    *,
    articles: Mapping[int, str] | None = None,
    before: int | None = None,
    limit: int | None = None,
) -> dict[str, Any]:
    """A snapshot as plain values; `/stories` answers the same with `before` and `limit`."""
    page = fold.page(before=before) if limit is None else fold.page(before=before, limit=limit)
    stories = page.stories
    if before is None:
        shown = {entry.number for entry in stories}
        stories = [*stories, *(fold.stories[n] for n in fold.pinned if n not in shown)]
    return {
        "position": str(fold.position),
        "feed": msgspec.to_builtins(fold.facts),
        "stories": [_entry_document(entry, _html(articles, entry)) for entry in stories],
        "pinned": list(fold.pinned),
        "more": page.more,
    }


def entry(
    encoding: Encoding,
    entry: Entry,
    *,
    html: str | None = None,
    rerendered: Iterable[tuple[int, str]] = (),
) -> bytes:
    """One change. For the HTML encoding, `html` is the story's article as it now stands.

    `rerendered` has number and article of other stories that link to this one and show it changed.
    """
    document = _entry_document(entry, html if encoding is Encoding.HTML else None)
    also = [{"number": number, "html": article} for number, article in rerendered]
    return _write(encoding, "entry", **document, **({"rerendered": also} if also else {}))


def likes(encoding: Encoding, counts: Mapping[int, int]) -> bytes:
    """How many browsers like each story, by its number."""
    return _write(encoding, "likes", counts={str(number): n for number, n in counts.items()})


def pulse(
    encoding: Encoding, *, position: Position, at: int, readers: int, upstream: bool
) -> bytes:
    """The feed is alive: `at` in ms since 1970; `upstream` is whether Redis is within reach."""
    told = {"position": str(position), "at": at, "readers": readers, "upstream": upstream}
    return _write(encoding, "pulse", **told)


def bye(encoding: Encoding, *, reason: str, retry_ms: int) -> bytes:
    """The server is about to close; the reader comes back after `retry_ms`."""
    return _write(encoding, "bye", reason=reason, retry_ms=retry_ms)


def parse_like(data: bytes, encoding: Encoding) -> Like:
    """Read what a reader sent.

    Raises:
        BadMessage: for anything but a like.
    """
    if len(data) > LARGEST_READER_MESSAGE:
        raise BadMessage(f"{len(data):,} bytes; a reader's message has {LARGEST_READER_MESSAGE}")
    decode = msgspec.json.decode if encoding.is_text else msgspec.msgpack.decode
    try:
        like = decode(data, type=Like)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadMessage(f"no like: {error}") from error
    if like.number < 1 or not _TOKEN.fullmatch(like.token):
        raise BadMessage("a like has a story's number and a token of 8 to 64 URL-safe characters")
    return like


def _html(articles: Mapping[int, str] | None, entry: Entry) -> str | None:
    return None if articles is None else articles.get(entry.number)


def _entry_document(entry: Entry, html: str | None) -> dict[str, Any]:
    document = {"position": str(entry.position), **msgspec.to_builtins(entry)}
    if html is not None:
        document.pop("story", None)
        document["html"] = html
    return document


def _write(
    encoding: Encoding,
    type_: Literal["hello", "snapshot", "entry", "likes", "pulse", "bye"],
    **fields: Any,  # noqa: ANN401 - plain values, as the protocol's table has them
) -> bytes:
    message = {"type": type_, **fields}
    if encoding.is_text:
        return msgspec.json.encode(message)
    return msgspec.msgpack.encode(message)
