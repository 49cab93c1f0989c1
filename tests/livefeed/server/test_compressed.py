"""Compressed entries, with real clients as the judges: each is read once, in order, as it is.

A decompressor that does not hold what a frame refers to fails, or makes another text of it.
"""

import asyncio
import json
import random
import string
from collections.abc import Callable

import pytest

from builders import make_story
from livefeed.entry import Op
from news_desk import NewsDesk
from real_clients import OFFERS, Clients, Connection, Offer, npm_ws, python_websockets
from serving import Running, eventually

WORDS = ["polls", "minister", "vote", "coast", "storm", "council", "budget", "strike", "train"]
DECLINED = {"server_max_window_bits=10", "nothing"}


@pytest.fixture(params=[python_websockets, npm_ws], ids=["websockets", "npm ws"])
async def clients(request):
    """Each client in turn."""
    async with request.param() as clients:
        yield clients


class Night:
    """What is published, and what a reader must have had of it."""

    def __init__(self, desk: NewsDesk) -> None:
        self.desk = desk
        self.last = 1  # the newest entry's seq; the first one made the feed
        self._chance = random.Random(8)
        self._alive: list[int] = []
        self._texts: dict[int, str] = {}  # by the entry's seq
        self._stories: dict[int, int] = {}  # the story's number, by the entry's seq
        self._withdrawn: dict[int, int] = {}  # story's number: seq of the last withdrawal

    def happens(self) -> None:
        """One change: mostly a new story, sometimes a change of an older one, or its end."""
        changes = [self.publish, self.publish, self.update, self.publish, self.kill, self.redact]
        changes[self.last % len(changes)]()

    def publish(self, text: str = "") -> None:
        receipt = self._append(Op.PUBLISH, 0, text)
        self._alive.append(receipt.number)

    def update(self) -> None:
        self._append(Op.UPDATE, self._chance.choice(self._alive))

    def kill(self) -> None:
        number = self._alive.pop(self._chance.randrange(len(self._alive)))
        self._withdrawn[number] = self.desk.append(Op.KILL, number).seq
        self.last += 1

    def redact(self) -> None:
        number = self._chance.choice(self._alive)
        seq = self._append(Op.CORRECT, number, redacts=True).seq
        self._withdrawn[number] = seq

    def _append(self, op, number, text="", **more):
        text = text or f"Text {self.last} {' '.join(self._chance.choices(WORDS, k=200))}"
        receipt = self.desk.append(op, number, story=make_story("News", text), **more)
        self._texts[receipt.seq] = text
        self._stories[receipt.seq] = receipt.number
        self.last += 1
        return receipt

    def check(self, entry: dict, *, since: int) -> None:
        """Whether the reader, who opened its connection at `since`, had what it may have."""
        text = self._texts.get(entry["seq"])
        if text is None:
            assert "story" not in entry
            return
        withdrawn_at = self._withdrawn.get(self._stories[entry["seq"]], 0)
        if entry.get("withdrawn"):
            assert entry["seq"] < withdrawn_at
            assert "story" not in entry
        else:
            assert text in json.dumps(entry["story"])
            assert not entry["seq"] < withdrawn_at <= since


class Follower:
    """A reader that comes and goes, and continues where it was."""

    def __init__(self, server: Running, clients: Clients, offer: Offer) -> None:
        self._server = server
        self._clients = clients
        self._offer = offer
        self.visits: list[Connection] = []

    async def come(self) -> None:
        url = self._server.live(after=self.position if self.visits else None)
        self.visits.append(await self._clients.open(url, self._offer))

    async def leave(self) -> None:
        await self.visits[-1].close()

    @property
    def position(self) -> str:
        """Where it stands: at the last snapshot or entry that it had."""
        for visit in reversed(self.visits):
            for message in reversed(visit.messages):
                if message["type"] in {"snapshot", "entry"}:
                    return message["position"]
        return "0-"

    @property
    def seq(self) -> int:
        return int(self.position.split("-")[0])

    def entries(self) -> list[dict]:
        return [m for visit in self.visits for m in visit.messages if m["type"] == "entry"]

    def check(self, night: Night) -> None:
        """It had every entry from its first snapshot on, once, with the right text."""
        first, *returns = [visit.messages[0] for visit in self.visits]
        assert all(hello["resumed"] for hello in returns)
        began = int(first["position"].split("-")[0])
        assert [entry["seq"] for entry in self.entries()] == list(range(began + 1, night.last + 1))
        for visit in self.visits:
            since = int(visit.messages[0]["position"].split("-")[0])
            for message in visit.messages:
                if message["type"] == "entry":
                    night.check(message, since=since)


async def together(doing) -> None:
    await asyncio.gather(*doing)


async def all_have(followers, night: Night) -> None:
    await eventually(lambda: all(follower.seq == night.last for follower in followers))


@pytest.mark.parametrize("name", OFFERS)
async def test_what_is_agreed_on_is_what_was_offered_and_the_client_keeps_nothing(
    server, clients, name
):
    follower = Follower(server, clients, OFFERS[name])
    await follower.come()
    agreed = follower.visits[0].extensions
    await follower.leave()
    assert ("permessage-deflate" in agreed) == (name not in DECLINED)
    assert ("client_no_context_takeover" in agreed) == (name not in DECLINED)
    assert ("server_no_context_takeover" in agreed) == (name == "server_no_context_takeover")


@pytest.mark.usefixtures("each_loop")
async def test_who_joins_leaves_and_comes_back_at_any_point_has_every_entry_once(
    server, desk, clients
):
    """At each point of a night with kills: some join, those of before leave, others come back."""
    night = Night(desk)
    staying, leaving, away = [], [], []
    for _ in range(30):
        await together(follower.come() for follower in away)
        staying += away
        await together(follower.leave() for follower in leaving)
        away = leaving
        leaving = [Follower(server, clients, offer) for offer in OFFERS.values()]
        await together(follower.come() for follower in leaving)
        await eventually(lambda: all(f.seq == night.last for f in leaving))  # noqa: B023 - awaited here
        night.happens()
    await together(follower.come() for follower in away)
    everybody = [*staying, *leaving, *away]
    await all_have(everybody, night)
    for follower in everybody:
        await follower.leave()
        follower.check(night)


@pytest.mark.usefixtures("each_loop")
async def test_who_falls_behind_has_every_entry_once(server, desk, clients):
    """All stop reading, however they are sent to; a story is killed meanwhile; all read on."""
    night = Night(desk)
    followers = [Follower(server, clients, offer) for offer in OFFERS.values()]
    chance = random.Random(8)
    for _ in range(4):
        # Each time anew: to who has read much, the kernel gives a lot of room.
        await together(follower.come() for follower in followers)
        for _ in range(8):
            night.happens()
        await all_have(followers, night)
        for follower in followers:
            await follower.visits[-1].pause()
        await publish_until(
            lambda: sum(c.paused() for c in server.connections()) == len(followers),
            lambda: night.publish("".join(chance.choices(string.ascii_letters, k=100_000))),
            server,
            night,
        )
        for _ in range(7):
            night.happens()
        for follower in followers:
            await follower.visits[-1].resume()
        await all_have(followers, night)
        for _ in range(4):
            night.happens()
        await all_have(followers, night)
        await together(follower.leave() for follower in followers)
    for follower in followers:
        follower.check(night)


async def publish_until(
    condition: Callable[[], bool], publish: Callable[[], None], server: Running, night: Night
) -> None:
    """Publish, each once the server has sent the one before, until `condition` holds."""
    for _ in range(200):
        if condition():
            return
        publish()
        await eventually(lambda: server.feed().position.seq == night.last)
    pytest.fail("nobody falls behind")


async def test_a_night_of_prose_takes_a_part_of_its_bytes(server, desk):
    night = Night(desk)
    async with npm_ws() as clients:
        read = {}
        for name in ("as it comes", "server_no_context_takeover", "nothing"):
            follower = Follower(server, clients, OFFERS[name])
            await follower.come()
            begin = night.last
            while night.last < begin + 20:
                night.publish()
                await all_have([follower], night)
            await follower.leave()
            read[name] = follower.visits[0].read
    assert read["as it comes"] < read["server_no_context_takeover"] < read["nothing"]
