"""A visitor: one reader of the soak, a real client, which judges everything that it is sent.

It holds a position and nothing else. What is wrong is counted by its kind in `Wrongs`:

    lost          an entry, a pulse or the end came where another entry was due
    repeated      an entry came that was there already, or a snapshot older than what was there
    another log   an entry has another tag than the desk was told
    withdrawn     a text came whose withdrawal the reader had been told of
    stale         a snapshot has a story as it no longer stood
    started over  a snapshot came where the entries since the position would have done
    refused       no connection came about, or it broke without a word
"""

import asyncio
import random
import socket
import struct
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from bench.soak.ledger import Ledger, tokens_in

_NEVER_TOO_OLD = 500  # entries that every server holds in memory
_EXAMPLES = 20
_SMALL_BUFFER = 32 * 1024  # less than a packet of loopback would be TCP's own trouble
_RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class _Came:
    """A message, to be judged once the ledger knows as much as the server did when it sent it.

    `told` is the newest position that the reader had heard of; the server stood at `until` at most.
    """

    told: int
    until: int
    tokens: set[int]
    seq: int
    tag: str


@dataclass(slots=True)
class Wrongs:
    """Counted by kind; the first of them as they were."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def note(self, kind: str, what: str) -> None:
        """One more."""
        self.counts[kind] += 1
        if len(self.examples) < _EXAMPLES:
            self.examples.append(f"{kind}: {what}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How a visitor reads. Times are the longest, in seconds; 0: it does not do that.

    It stays for `stays` and is away for `away`; `resumes` is how often it comes back with its
    position. It stops reading for `stops`. It leaves by a reset instead of a close, `resets` often.
    """

    encoding: str
    deflate: bool
    stays: float = 0.0
    away: float = 0.0
    resumes: float = 1.0
    stops: float = 0.0
    resets: float = 0.0


class Visitor:
    """`visit` comes and goes until it is told that the end is near; then `last_seq` must come."""

    def __init__(
        self, url: str, habits: Habits, ledger: Ledger, wrongs: Wrongs, chance: random.Random
    ) -> None:
        self.seq = 0
        self.visits = self.entries = self.resumed = self.closed = 0
        self._url = url
        self._habits = habits
        self._ledger = ledger
        self._wrongs = wrongs
        self._chance = chance
        self._tag = ""
        self._told = 0  # the newest position that it heard of on this connection
        self._asked_after: int | None = None
        self._unjudged: deque[_Came] = deque()
        self._decode = (
            msgspec.msgpack.decode if habits.encoding == "msgpack" else msgspec.json.decode
        )

    def __repr__(self) -> str:
        return f"<Visitor {self._habits} at {self.seq}>"

    async def visit(self, end: asyncio.Event) -> None:
        """Come and go, until the end: then stay."""
        while True:
            await self._come(end)
            if not end.is_set():
                await asyncio.sleep(self._chance.uniform(0, self._habits.away or 0.2))

    async def _come(self, end: asyncio.Event) -> None:
        resumes = self.seq and (end.is_set() or self._chance.random() < self._habits.resumes)
        if not resumes:
            self.seq, self._tag = 0, ""
        self._asked_after = self.seq or None
        self._told = 0
        try:
            async with self._connection() as connection:
                self.visits += 1
                await self._read(connection, end)
        except ConnectionClosed:
            self.closed += 1  # as the server may: it comes back, and must have missed nothing
        except (OSError, InvalidHandshake, TimeoutError) as error:
            self._wrongs.note("refused", repr(error))

    def _connection(self) -> connect:
        after = f"?after={self.seq}-{self._tag}" if self.seq else ""
        return connect(
            f"{self._url}{after}",
            subprotocols=[f"livefeed.v1.{self._habits.encoding}"],
            compression="deflate" if self._habits.deflate else None,
            origin=None,
            ping_interval=None,
            open_timeout=30,
            close_timeout=5,
            max_queue=1,
            max_size=1 << 24,
        )

    async def _read(self, connection: ClientConnection, end: asyncio.Event) -> None:
        now = asyncio.get_running_loop().time
        stays = self._chance.uniform(0, self._habits.stays) if self._habits.stays else 1e9
        leaves, stops_at = now() + stays, now() + self._chance.uniform(0, 10)
        if self._habits.stops:
            _read_little(connection)
        while end.is_set() or now() < leaves:
            try:
                async with asyncio.timeout(1.0):
                    message = await connection.recv()
            except TimeoutError:
                continue
            self._judge(message if isinstance(message, bytes) else message.encode())
            if self._habits.stops and now() > stops_at and not end.is_set():
                await asyncio.sleep(self._chance.uniform(0, self._habits.stops))
                stops_at = now() + self._chance.uniform(0, 20)
        if self._chance.random() < self._habits.resets:
            _reset(connection)

    def _judge(self, message: bytes) -> None:
        told: dict[str, Any] = self._decode(message)
        kind = told["type"]
        if kind == "hello":
            self._greeted(told)
        elif kind == "snapshot":
            self._start_from(told)
        elif kind == "entry":
            self._take(told)
        elif kind == "pulse" and _seq(told["position"]) != self.seq:
            self._note("lost", f"a pulse at {told['position']}")
        # The server is one entry ahead of the ledger at most: the desk waits for each receipt.
        until = max(self._told, self._ledger.known + 1)
        self._unjudged.append(_Came(self._told, until, tokens_in(message), self.seq, self._tag))
        while self._unjudged and self._unjudged[0].until <= self._ledger.known:
            self._judge_by_ledger(self._unjudged.popleft())

    def judge_rest(self) -> None:
        """Judge what waited for the ledger; nothing is appended any more."""
        while self._unjudged:
            self._judge_by_ledger(self._unjudged.popleft())

    def _judge_by_ledger(self, came: _Came) -> None:
        if came.seq and self._ledger.tags[came.seq] != came.tag:
            self._note("another log", f"{came.seq}-{came.tag}")
        for token in self._ledger.dead(came.tokens, came.told, came.until):
            self._note("withdrawn", f"token {token} came, told of {came.told}")

    def _greeted(self, hello: dict[str, Any]) -> None:
        self._told = max(self._told, _seq(hello["position"]))
        if hello["resumed"]:
            self.resumed += 1
        elif self._asked_after and self._told - self._asked_after < _NEVER_TOO_OLD:
            self._note("started over", f"from {self._asked_after}, the server at {self._told}")

    def _start_from(self, snapshot: dict[str, Any]) -> None:
        seq = _seq(snapshot["position"])
        if seq < self.seq:
            self._note("repeated", f"a snapshot at {seq}")
        self._stand(snapshot["position"])
        for entry in snapshot["stories"]:
            stands_at = self._ledger.newest(entry["number"], seq)
            if stands_at is not None and entry["seq"] < stands_at:
                self._note("stale", f"story {entry['number']} of {entry['seq']}, not {stands_at}")

    def _take(self, entry: dict[str, Any]) -> None:
        seq = entry["seq"]
        if seq <= self.seq:
            self._note("repeated", f"entry {seq}")
        elif seq != self.seq + 1:
            self._note("lost", f"entry {seq} came next")
        self.entries += 1
        self._stand(entry["position"])

    def _stand(self, position: str) -> None:
        self.seq, self._tag = _seq(position), position.partition("-")[2]
        self._told = max(self._told, self.seq)

    def _note(self, kind: str, what: str) -> None:
        self._wrongs.note(kind, f"{what}: {self!r}")


def _seq(position: str) -> int:
    return int(position.partition("-")[0])


def _read_little(connection: ClientConnection) -> None:
    """Let the kernel hold little for it, so that it is slow soon."""
    connection.transport.get_extra_info("socket").setsockopt(
        socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALL_BUFFER
    )


def _reset(connection: ClientConnection) -> None:
    """End it as a phone does that loses its network: by a reset, in the middle of anything."""
    own = connection.transport.get_extra_info("socket")
    own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    connection.transport.abort()
