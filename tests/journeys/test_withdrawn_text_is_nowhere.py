"""What was killed, held or redacted is nowhere: no key, no page, no message to a late reader."""

import asyncio
import contextlib
import itertools
import random

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from livefeed.redis_log.connect import connect as connect_to_redis
from livefeed.redis_log.data_folder import url_of
from livefeed.wire.messages import Encoding
from newsroom import Newsroom

KILLED = ("Zugspitze-killed-headline", "Watzmann-killed-text")
REDACTED = ("Eiger-redacted-headline", "Moench-redacted-text")
HELD = ("Jungfrau-held-headline", "Lauberhorn-held-text")
GONE = (*KILLED, *REDACTED)


@pytest.fixture
def newsroom(tmp_path):
    with Newsroom(tmp_path / "data") as newsroom:
        yield newsroom


def push(newsroom: Newsroom, texts: tuple[str, str], *more: str) -> str:
    headline, body = texts
    return str(
        newsroom.editor.publish("push", "--headline", headline, "--body", body, *more)["number"]
    )


def correct(newsroom: Newsroom, number: str, texts: tuple[str, str], *more: str) -> None:
    headline, body = texts
    options = ("--headline", headline, "--body", body, "--note", "Corrected.", *more)
    newsroom.editor.publish("correct", number, *options)


def publish_and_withdraw(newsroom: Newsroom) -> dict[str, str]:
    """Every way in which a text is published and taken back; the numbers by what became of them."""
    killed = push(newsroom, KILLED)
    linking = push(newsroom, ("A story that links", "See also."), "--also-read", killed)
    newsroom.editor.publish("pin", killed)
    correct(newsroom, killed, (KILLED[0] + " corrected", KILLED[1] + " corrected"))
    redacted = push(newsroom, REDACTED)
    correct(newsroom, redacted, ("A harmless headline", "A harmless text."), "--redact")
    held = push(newsroom, HELD)
    newsroom.editor.publish("hold", held, "--note", "Being checked.")
    released = push(newsroom, ("Held and killed " + KILLED[0], KILLED[1]))
    newsroom.editor.publish("hold", released)
    newsroom.editor.publish("release", released)
    newsroom.editor.publish("kill", released, "--yes")
    newsroom.editor.publish(
        "kill", killed, "--note", "It was wrong.", "--substitute", linking, "--yes"
    )
    return {"killed": killed, "linking": linking, "redacted": redacted, "held": held}


async def read(socket: ClientConnection, *, until_seq: int) -> str:
    """Everything a reader is sent, as text, up to the entry of that seq (or a snapshot there)."""
    received = ""
    async with asyncio.timeout(30):
        while True:
            message = await socket.recv()
            text = message if isinstance(message, str) else message.decode("latin-1")
            received += text
            if f"{until_seq}-" in text and ("pulse" not in text) and "hello" not in text:
                return received


async def come_and_go(newsroom: Newsroom, stop: asyncio.Event) -> int:
    """Readers of every subprotocol who connect, read a little, and leave."""
    chance = random.Random(7)
    visits = 0
    for encoding in itertools.cycle(Encoding):
        if stop.is_set():
            return visits
        with contextlib.suppress(TimeoutError, ConnectionClosed):
            async with (
                asyncio.timeout(chance.uniform(0.02, 0.4)),
                connect(newsroom.live_url, subprotocols=[encoding.subprotocol]) as socket,
            ):
                visits += 1
                async for _ in socket:
                    pass
    return visits


def everything_in_redis(newsroom: Newsroom, *, but: str) -> str:
    client = connect_to_redis(url_of(newsroom.data))
    readers = {
        b"hash": client.hgetall,
        b"zset": lambda key: client.zrange(key, 0, -1, withscores=True),
        b"set": client.smembers,
        b"string": client.get,
    }
    keys = [key for key in client.scan_iter() if not key.endswith(but.encode())]
    found = "".join(repr((key, readers[client.type(key)](key))) for key in keys)
    client.close()
    return found


async def everything_on_pages(
    newsroom: Newsroom, numbers: dict[str, str]
) -> dict[str, httpx.Response]:
    feed = f"{newsroom.url}/feeds/news"
    stories = [f"{feed}/stories/{number}" for number in numbers.values()]
    stories += [f"{story}/revisions" for story in stories]
    addresses = [newsroom.url, f"{newsroom.url}/feeds", feed, f"{feed}/stories", *stories]
    async with httpx.AsyncClient(follow_redirects=True) as client:
        pages = {address: await client.get(address) for address in addresses}
        documents = {"accept": "application/json"}
        pages |= {f"{s} ninjs": await client.get(s, headers=documents) for s in stories}
    return pages


def assert_nothing_of(texts: tuple[str, ...], where: str, what: str) -> None:
    found = [text for text in texts if text in where]
    assert not found, f"{found} in {what}"


async def test_what_was_withdrawn_is_found_nowhere(newsroom):
    stop = asyncio.Event()
    visitors = asyncio.create_task(come_and_go(newsroom, stop))
    numbers = await asyncio.to_thread(publish_and_withdraw, newsroom)
    last = newsroom.editor.publish("push", "--headline", "Good night", "--body", "The last one.")
    stop.set()
    assert await visitors > 3

    assert_nothing_of((*GONE, *HELD), everything_in_redis(newsroom, but=":held"), "a key of Redis")
    assert_nothing_of(GONE, everything_in_redis(newsroom, but="nothing"), "a key of Redis")
    pages = await everything_on_pages(newsroom, numbers)
    for address, page in pages.items():
        assert_nothing_of((*GONE, *HELD), page.text, address)
    for number in (numbers["killed"], numbers["held"]):
        for rest in ("", "/revisions"):
            address = f"{newsroom.url}/feeds/news/stories/{number}{rest}"
            assert pages[address].status_code == 410

    first = f"{newsroom.live_url}?after={last['position']}".replace(last["position"], "0-00000000")
    for encoding in Encoding:
        for address in (newsroom.live_url, first):
            async with connect(address, subprotocols=[encoding.subprotocol]) as socket:
                received = await read(socket, until_seq=last["seq"])
            assert_nothing_of((*GONE, *HELD), received, f"{encoding.subprotocol} at {address}")


async def test_a_reader_who_was_away_is_never_sent_what_was_withdrawn_meanwhile(newsroom):
    before = newsroom.editor.publish("push", "--headline", "Before", "--body", "b")
    numbers = await asyncio.to_thread(publish_and_withdraw, newsroom)
    last = newsroom.editor.publish("push", "--headline", "Good night", "--body", "The last one.")
    for encoding in Encoding:
        address = f"{newsroom.live_url}?after={before['position']}"
        async with connect(address, subprotocols=[encoding.subprotocol]) as socket:
            received = await read(socket, until_seq=last["seq"])
        assert "harmless" in received
        assert_nothing_of((*GONE, *HELD), received, encoding.subprotocol)
    newsroom.editor.publish("release", numbers["held"])
    async with connect(newsroom.live_url) as socket:
        received = await read(socket, until_seq=last["seq"] + 1)
    assert HELD[0] in received


async def test_an_open_page_is_told_of_a_kill_and_gets_the_links_to_it_without_its_headline(
    newsroom,
):
    killed = push(newsroom, KILLED)
    linking = push(newsroom, ("A story that links", "See also."), "--also-read", killed)
    subprotocols = [Encoding.HTML.subprotocol]
    async with connect(newsroom.live_url, subprotocols=subprotocols) as socket:
        snapshot = await read(socket, until_seq=int(linking))
        assert KILLED[0] in snapshot
        killing = newsroom.editor.publish("kill", killed, "--yes")
        received = await read(socket, until_seq=killing["seq"])
    assert '"rerendered":[{"number":' + linking in received
    assert_nothing_of(KILLED, received, "the kill's message")
