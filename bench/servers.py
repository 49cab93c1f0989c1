"""What is measured, and what it is measured against: livefeed, the floor in C, picows.

All three stand on the server's core and take stories through `publish`; a claim treats them alike.
"""

import socket
import struct
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from threading import Lock
from typing import IO, Protocol, Self

import redis

from bench.machine import SERVER_CORE
from bench.process import Process
from bench.programs import program
from bench.stories import as_sent, prose, published
from livefeed.errors import LivefeedError
from livefeed.redis_log.append import Receipt, append
from livefeed.redis_log.connect import connect
from livefeed.redis_log.data_folder import url_of

IN_MEMORY = Path("/dev/shm")
_READY_WITHIN = 60.0
_FEED = "news"


class Server(Protocol):
    """A server on its core, with a port for the readers of the load; a context manager."""

    process: Process
    port: int
    path: str
    # What ends a reader's greeting, beginning with a character that does not recur in it; None:
    # the handshake does.
    ready_on: str | None
    subprotocol: str | None

    def __enter__(self) -> Self:
        """Start it."""

    def __exit__(self, *_: object) -> None:
        """End it."""

    def publish(self, marker: int | None) -> None:
        """Give everybody the next story."""


class Livefeed(AbstractContextManager["Livefeed"]):
    """`livefeed serve` with its embedded Valkey, and a publisher. Each one begins empty.

    `within` is the folder for its data: `IN_MEMORY` has no disk that each append waits for.
    """

    path = f"/feeds/{_FEED}/live"
    ready_on: str | None = 'type":"likes'  # the greeting is hello, snapshot or entries, likes

    def __init__(self, encoding: str = "json", *, within: Path | None = None) -> None:
        self.port = _free_port()
        self._within = within
        self.subprotocol: str | None = f"livefeed.v1.{encoding}"
        self._stories = prose()
        self._turn = Lock()
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        temporary = tempfile.TemporaryDirectory(prefix="livefeed-", dir=self._within)
        folder = Path(self._stack.enter_context(temporary))
        output = self._stack.enter_context((folder / "output").open("w+b"))
        options: list[str | Path] = [
            "--data",
            folder / "data",
            "--port",
            str(self.port),
            "--log",
            "warning",
        ]
        # Not by its script, which may lie anywhere: by the Python that the bench runs in.
        livefeed = "from livefeed.cli import main; main()"
        command: list[str | Path] = [sys.executable, "-P", "-c", livefeed, "serve", *options]
        self.process = Process(command, core=SERVER_CORE, output=output)
        self._stack.enter_context(self.process)
        _wait(lambda: b"http://" in _read(output), self.process, output)
        self.log: redis.Redis = self._stack.enter_context(connect(url_of(folder / "data")))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def publish(self, marker: int | None) -> None:
        """Publish the next story."""
        self.append(marker)

    def append(self, marker: int | None) -> Receipt:
        """Publish the next story as an editor's publisher does; it returns when Valkey has it.

        In several threads at once it is as many desks, each with a connection of its own.
        """
        with self._turn:
            story = next(self._stories)
        return append(self.log, published(story, feed=_FEED, marker=marker))

    def stories(self, count: int) -> None:
        """Publish so many without a marker."""
        for _ in range(count):
            self.append(None)

    def asked_of_the_log(self) -> int:
        """How many commands Valkey has carried out so far, this question included."""
        stats = self.log.info("stats")
        return int(stats["total_commands_processed"])


class Floor(AbstractContextManager["Floor"]):
    """The floor in C: the same bytes to everybody, nothing else."""

    path = "/"
    ready_on: str | None = None
    subprotocol: str | None = None

    def __init__(self, *modes: str) -> None:
        self.port, self._control_port = _free_port(), _free_port()
        self._modes = modes
        self._stories = prose()
        self._seq = 0
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        ports = [str(self.port), str(self._control_port)]
        output = self._stack.enter_context(tempfile.TemporaryFile())
        command: list[str | Path] = [program("floor"), *ports, *self._modes]
        self.process = Process(command, core=SERVER_CORE, output=output)
        self._stack.enter_context(self.process)
        _wait(lambda: _listens(self._control_port), self.process, output)
        control = socket.create_connection(("127.0.0.1", self._control_port))
        control.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._control = self._stack.enter_context(control)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def publish(self, marker: int | None) -> None:
        """Hand over what livefeed would send its readers of the next story."""
        self._seq += 1
        sent = as_sent(published(next(self._stories), feed=_FEED, marker=marker), self._seq)
        self._control.sendall(struct.pack(">I", len(sent)) + sent)


class Picows(AbstractContextManager["Picows"]):
    """A picows server that accepts readers, and no more: what a fast handshake costs in Python."""

    path = "/"
    ready_on: str | None = None
    subprotocol: str | None = None

    def __init__(self) -> None:
        self.port = _free_port()
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        output = self._stack.enter_context(tempfile.TemporaryFile())
        program = Path(__file__).with_name("picows_server.py")
        command = [sys.executable, str(program), str(self.port)]
        self.process = Process(command, core=SERVER_CORE, output=output)
        self._stack.enter_context(self.process)
        _wait(lambda: _listens(self.port), self.process, output)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def publish(self, marker: int | None) -> None:
        """It cannot."""
        raise NotImplementedError("it has no stories")


def in_turn(round_number: int, *makes: Callable[[], Server]) -> Sequence[Callable[[], Server]]:
    """The servers one after the other; each round another is first, so that no place is better."""
    first = round_number % len(makes)
    return [*makes[first:], *makes[:first]]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _wait(ready: Callable[[], bool], process: Process, output: IO[bytes]) -> None:
    deadline = time.monotonic() + _READY_WITHIN
    while not ready():
        if process.popen.poll() is not None or time.monotonic() > deadline:
            said = _read(output).decode(errors="replace")
            raise LivefeedError(f"{_name(process)} did not start: {said.strip()}")
        time.sleep(0.02)


def _name(process: Process) -> str:
    return " ".join(map(str, process.command))


def _read(output: IO[bytes]) -> bytes:
    return Path(f"/proc/self/fd/{output.fileno()}").read_bytes()
