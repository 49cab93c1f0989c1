"""The readers: the load generator in C on its own core, and what it found."""

import json
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from typing import Any, Self

from bench.machine import LOAD_CORE, refuse_if_too_many
from bench.process import Process
from bench.programs import program
from bench.servers import Server
from livefeed.errors import LivefeedError

# What no server may do to a reader that never pauses.
WRONGS = ("lost", "repeated", "out_of_order", "unreadable", "cut_off")
# A browser sends some more than it must.
_HEADERS = (
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)",
    "Accept-Encoding: gzip, deflate, br",
)


_ORDER_FACTOR = 1099511628211  # as in fanload.c


class LoadFailed(LivefeedError):
    """The readers did not get what the claim needs; a figure of it would be worthless."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """How many, and what they expect. `deflate` offers compression; `after` is a position.

    `slow` of them read nothing for the first `slow_seconds`; they come back from the start
    `return_every` so many seconds, and read nothing again. `expect` stories, `warm_up` of which
    are not counted; `tell` says when each story has come everywhere, and without stories when
    anything comes after a silence. `any_order`: several desks publish at once, so the stories'
    numbers are not in the order of the log.
    """

    count: int
    expect: int = 0
    warm_up: int = 0
    deflate: bool = False
    tell: bool = False
    any_order: bool = False
    slow: int = 0
    slow_seconds: float = 0.0
    return_every: float = 0.0
    after: str | None = None
    quiet: float = 20.0


class Load(AbstractContextManager["Load"]):
    """`readers` on `server`: made with the block, gone with it."""

    def __init__(self, server: Server, readers: Readers) -> None:
        refuse_if_too_many(readers.count)
        self._command = [str(program("fanload")), *_options(server, readers)]
        self._readers = readers
        self.heard: list[float] = []  # when something came after a silence (time.monotonic)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        output = self._stack.enter_context(tempfile.TemporaryFile())
        self._process = Process(
            self._command,
            core=LOAD_CORE,
            output=output,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._stack.enter_context(self._process)
        self._stack.callback(self.let_go)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def all_up(self) -> float:
        """Wait until every reader is up; the seconds that it took.

        Raises:
            LoadFailed: some did not come up.
        """
        told = json.loads(self._next("READY"))
        if told["ready"] != self._readers.count:
            raise LoadFailed(f"only {told['ready']} of {self._readers.count} came up: {told}")
        return float(told["connecting_s"])

    def everywhere(self, seq: int) -> None:
        """Wait until this story has come to every reader (`tell`)."""
        while int(self._next("ALL")) != seq:
            pass

    def warm(self) -> None:
        """Wait until the warm-up has come everywhere."""
        self._next("WARM")

    def result(self) -> dict[str, Any]:
        """Wait for the end; what was found."""
        found: dict[str, Any] = json.loads(self._next("DONE"))
        return found

    def let_go(self) -> None:
        """Let the readers go."""
        stdin = self._process.popen.stdin
        if stdin is not None:
            stdin.close()

    def _next(self, word: str) -> str:
        stdout = self._process.popen.stdout
        if stdout is None:
            raise LoadFailed("it has no output")
        for line in stdout:
            said, _, rest = line.decode().partition(" ")
            if said == "HEARD":
                self.heard.append(int(rest) / 1e9)
            if said.strip() == word:
                return rest
            if said == "DONE":
                raise LoadFailed(f"it ended while {word} was waited for: {rest}")
        raise LoadFailed(f"it ended without a word while {word} was waited for")


def wrong(found: dict[str, Any]) -> dict[str, float]:
    """`WRONGS`, counted over the readers that never paused."""
    good = found["good"]
    counted = good["missing"], good["repeated"], good["out_of_order"], found["bad"]
    return dict(zip(WRONGS, (*counted, good["n"] - good["alive"]), strict=True))


def misordered(found: dict[str, Any], log: Sequence[int]) -> float:
    """How many good readers had the stories in another order than `log`, their numbers in order.

    Only those count that have all; whoever has not has lost one, which is counted elsewhere.
    """
    good = found["good"]
    if good["complete"] and int(good["order"], 16) != _order(log):
        return float(good["complete"])
    return float(good["disagreeing"])


def _order(numbers: Sequence[int]) -> int:
    """What the load makes of these numbers in this order."""
    order = 0
    for number in numbers:
        order = (order * _ORDER_FACTOR + number + 1) % 2**64
    return order


def _options(server: Server, readers: Readers) -> list[str]:
    path = server.path if readers.after is None else f"{server.path}?after={readers.after}"
    options = ["--port", str(server.port), "--path", path, "--n", str(readers.count)]
    options += ["--expect", str(readers.expect), "--skip", str(readers.warm_up), "--linger"]
    options += ["--quiet", str(readers.quiet)]
    options += ["--slow", str(readers.slow), "--slow-for", str(readers.slow_seconds)]
    options += ["--return-every", str(readers.return_every)]
    options += [word for header in _HEADERS for word in ("--header", header)]
    options += ["--subprotocol", server.subprotocol] if server.subprotocol else []
    options += ["--ready-on", server.ready_on] if server.ready_on else []
    options += ["--deflate"] if readers.deflate else []
    options += ["--any-order"] if readers.any_order else []
    return options + (["--tell"] if readers.tell else [])
