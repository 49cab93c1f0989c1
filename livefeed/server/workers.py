"""Several processes on one port: each a whole server, started again when it dies, ended together.

The parent serves nobody. It holds what must outlive a worker: the listening sockets, so that
connections wait for the next worker instead of being reset, and (in `livefeed.cli`) the embedded
server. Workers are fresh interpreters, not forks: the parent has threads.
"""

import asyncio
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from socket import socket, socketpair

from livefeed.errors import LivefeedError
from livefeed.server.control import GONE, LEAVE, NOW
from livefeed.server.limits import Limits
from livefeed.server.listener import address_of, listen_in_parallel
from livefeed.server.restarts import Restarts
from livefeed.settings import Settings, environment_of

log = logging.getLogger(__name__)
_AT_ONCE_SECONDS = 1.0  # for a worker to end in order when it is told to end at once


def run_workers(
    settings: Settings, listener: socket, *, on_ready: Callable[[str], None] | None = None
) -> None:
    """Serve on the port of `listener` with `settings.workers` processes, until SIGINT or SIGTERM.

    `on_ready` gets the page's address once all of them accept connections.

    Raises:
        LivefeedError: a worker ended before all were ready: it would again.
    """
    address = address_of(listener)
    listeners = listen_in_parallel(listener, settings.workers)
    environment = os.environ | environment_of(settings)
    asyncio.run(_Workers(listeners, environment, lambda: on_ready and on_ready(address)).run())


class _Worker:
    """A worker's process and our end of the socket to it."""

    def __init__(self, process: "subprocess.Popen[bytes]", control: socket) -> None:
        self._process = process
        self._control = control
        self._control.setblocking(False)

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    async def heard(self) -> bytes:
        """The next thing that it says; GONE when it ended."""
        try:
            return await asyncio.get_running_loop().sock_recv(self._control, 1)
        except ConnectionResetError:  # it died with something of ours unread
            return GONE

    def tell(self, word: bytes) -> None:
        """Say something to it, if it still lives."""
        with suppress(OSError):
            self._control.send(word)

    def kill(self) -> None:
        """End it whatever it does."""
        self._process.kill()

    async def ended(self) -> str:
        """How it ended, for people."""
        status = await asyncio.to_thread(self._process.wait)
        self._control.close()
        return f"signal {-status}" if status < 0 else f"status {status}"


def _start(listener: socket, environment: Mapping[str, str]) -> _Worker:
    ours, its_own = socketpair()
    passed = (listener.fileno(), its_own.fileno())
    with its_own:
        try:
            process = subprocess.Popen(  # noqa: S603 - our own module
                # -P: no module of the folder that somebody happens to stand in.
                [sys.executable, "-P", "-m", "livefeed.server.worker", *map(str, passed)],
                env=environment,
                stdin=subprocess.DEVNULL,
                pass_fds=passed,
                start_new_session=True,  # Ctrl-C on our terminal is the parent's to handle
            )
        except OSError:
            ours.close()
            raise
    return _Worker(process, ours)


class _Workers:
    """All workers, from the first one's start to the last one's end."""

    def __init__(
        self,
        listeners: list[socket],
        environment: Mapping[str, str],
        on_ready: Callable[[], object],
    ) -> None:
        self._listeners = listeners
        self._environment = environment
        self._on_ready = on_ready
        self._starting = len(listeners)  # how many have never been ready
        self._alive: set[_Worker] = set()
        self._leaving = asyncio.Event()
        self._failure: LivefeedError | None = None

    async def run(self) -> None:
        """Keep a worker on each listener until a signal, then end them all."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._on_signal)
        await asyncio.gather(*(self._keep(listener) for listener in self._listeners))
        if self._failure is not None:
            raise self._failure

    async def _keep(self, listener: socket) -> None:
        """Have one worker on `listener`, then another one, for as long as we serve."""
        loop = asyncio.get_running_loop()
        restarts = Restarts()
        while not self._leaving.is_set():
            began = loop.time()
            end = await self._live(listener)
            if self._leaving.is_set():
                return
            if self._starting:
                self._fail(f"{end} before all workers were ready")
                return
            restarts = restarts.after(loop.time() - began)
            told = f" in {restarts.pause:g} s" if restarts.pause else ""
            log.warning("%s; another is started%s.", end, told)
            await self._wait_to_leave(restarts.pause)

    async def _live(self, listener: socket) -> str:
        """A worker's life, from its start to its end, which is told."""
        try:
            worker = _start(listener, self._environment)
        except OSError as error:  # no memory, or no process left to be had
            return f"A worker could not be started ({error.strerror})"
        self._alive.add(worker)
        if await worker.heard() != GONE:
            self._one_is_ready()
            await worker.heard()
        how = await worker.ended()
        self._alive.discard(worker)
        return f"Worker {worker.pid} ended ({how})"

    def _one_is_ready(self) -> None:
        if self._starting:
            self._starting -= 1
            if not self._starting:
                self._on_ready()

    async def _wait_to_leave(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._leaving.wait()

    def _fail(self, what: str) -> None:
        if self._failure is None:
            self._failure = LivefeedError(what, hint="Its last words stand above.")
        self._leave()

    def _on_signal(self) -> None:
        if self._leaving.is_set():
            self._end_now()
        else:
            self._leave()

    def _leave(self) -> None:
        """Accept nobody any more, and have every worker say goodbye."""
        self._leaving.set()
        for listener in self._listeners:
            listener.close()
        self._tell(LEAVE, Limits().ending_seconds)

    def _end_now(self) -> None:
        self._tell(NOW, _AT_ONCE_SECONDS)

    def _tell(self, word: bytes, patience: float) -> None:
        for worker in self._alive:
            worker.tell(word)
        asyncio.get_running_loop().call_later(patience, self._kill_who_hangs)

    def _kill_who_hangs(self) -> None:
        for worker in self._alive:
            log.error("Worker %d does not end; it is killed.", worker.pid)
            worker.kill()
