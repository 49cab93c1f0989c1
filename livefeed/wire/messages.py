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
from livefeed.fold import SNAPSHOT_STORIES, Fold
from livefeed.position import Position
from livefeed.view import View

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


def snapshot(
    encoding: Encoding,
    fold: Fold,
    articles: Mapping[int, str] | None = None,
    key_events: Iterable[tuple[int, str]] = (),
) -> bytes:
    """The newest stories, the pinned ones and the summary: they replace all that the reader holds.

    For the HTML encoding, `articles` has the stories' HTML by number, and `key_events` numbers and
    items of the list of key events.
    """
    document = snapshot_document(fold, articles=articles)
    items = _numbered(key_events)
    return _write(encoding, "snapshot", **document, **({"key_events": items} if items else {}))


def snapshot_document(
    fold: Fold,
    view: View | None = None,
    *,
    articles: Mapping[int, str] | None = None,
    limit: int = SNAPSHOT_STORIES,
) -> dict[str, Any]:
    """A snapshot as plain values; `/stories` answers the same of a view, with `limit`."""
    page = fold.page(view or View(), limit=limit)
    row = {entry.number for entry in page.stories}
    beginning = page.view.before is None and page.view.after is None
    pinned = [fold.stories[n] for n in fold.pinned if beginning and n not in row]
    return {
        "position": str(fold.position),
        "feed": msgspec.to_builtins(fold.facts),
        "stories": [
            _entry_document(entry, _html(articles, entry)) for entry in (*page.stories, *pinned)
        ],
        "pinned": list(fold.pinned),
        "more": page.more,
        **({"oldest": page.oldest, "total": len(fold.stories)} if page.more else {}),
        **(_summary(fold, articles) if beginning else {}),
    }


def entry(
    encoding: Encoding,
    entry: Entry,
    *,
    html: str | None = None,
    rerendered: Iterable[tuple[int, str]] = (),
    key_event: str | None = None,
    summary: int = 0,
) -> bytes:
    """One change. For the HTML encoding, `html` is the story's article as it now stands.

    `rerendered` has number and article of other stories that link to this one and show it changed,
    `key_event` its item in the list of key events, `summary` the feed's summary as it now stands.
    """
    document = _entry_document(entry, html if encoding is Encoding.HTML else None)
    more = {"rerendered": _numbered(rerendered), "key_event": key_event, "summary": summary}
    given = {name: value for name, value in more.items() if value}
    return _write(encoding, "entry", **document, **given)


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


def _summary(fold: Fold, articles: Mapping[int, str] | None) -> dict[str, Any]:
    entry = fold.stories.get(fold.summary)
    return {"summary": _entry_document(entry, _html(articles, entry))} if entry else {}


def _numbered(items: Iterable[tuple[int, str]]) -> list[dict[str, Any]]:
    return [{"number": number, "html": html} for number, html in items]


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
