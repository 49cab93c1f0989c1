"""The stories of the bench: a night's live blog in prose.txt, told again and again.

Its thirty stories are longer than the 32 KiB that any decompressor holds, so a story that comes
again profits from nothing, and bytes measured with them are those of prose that never repeats.

Each ends in a marker, `#<seq>@<ns>#`, by which the readers of the load know which story it is and
when it was published.
"""

import os
import time
from collections.abc import Iterator
from itertools import count, cycle
from pathlib import Path

import msgspec

from livefeed.entry import Entry, Op
from livefeed.publication_id import RANDOM_BYTES, publication_id
from livefeed.request import Request, pairs
from livefeed.story import Story, parse_story
from livefeed.wire import messages
from livefeed.wire.messages import Encoding

_PROSE = Path(__file__).with_name("prose.txt")


def prose() -> Iterator[Story]:
    """Stories without an end, as an editor's publisher makes them, of about 1 KiB each."""
    texts = _PROSE.read_text(encoding="utf-8").strip().split("\n\n")
    for number, text in zip(count(), cycle(texts)):
        headline, *paragraphs = text.split("\n")
        yield _story(headline, "".join(f"<p>{part}</p>" for part in paragraphs), number)


def published(story: Story, *, feed: str, marker: int | None = None) -> Request:
    """The request that publishes `story` now, under an id of its own; marked if a seq is given."""
    if marker is not None:
        story = _marked(story, marker)
    now_ms = time.time_ns() // 1_000_000
    identity = publication_id(now_ms, os.urandom(RANDOM_BYTES))
    return Request(feed=feed, op=Op.PUBLISH, id=identity, editor="bench", story=story)


def as_sent(request: Request, seq: int) -> bytes:
    """The bytes that a reader of JSON is sent of it, for a server that knows no log."""
    header = {"v": 1, "feed": request.feed, "seq": seq, "tag": "9f3a1c2e", "number": seq, "rev": 1}
    at = {"at": time.time_ns() // 1_000_000}
    entry = msgspec.convert({**header, **at, **pairs(request, None)}, Entry)
    return messages.entry(Encoding.JSON, entry)


def _story(headline: str, body: str, number: int) -> Story:
    return parse_story(
        {
            "uri": f"urn:uuid:{_identity(number)}",
            "type": "text",
            "language": "en",
            "headlines": [{"role": "main", "value": headline}],
            "bodies": [{"role": "main", "contentType": "text/html", "value": body}],
        }
    )


def _identity(number: int) -> str:
    """A new uuid for each story: nothing that compresses too well."""
    return publication_id(number, os.urandom(RANDOM_BYTES))


def _marked(story: Story, seq: int) -> Story:
    # By hand and not through parse_story: its time belongs to the editor's typing.
    body = story.bodies[0]
    value = f"{body.value}<p>#{seq}@{time.time_ns()}#</p>"
    return msgspec.structs.replace(story, bodies=(msgspec.structs.replace(body, value=value),))
