"""Several processes on one port: each a whole server, started again when it dies, ended together.

The parent serves nobody. It holds what must outlive a worker: the listening sockets, so that
connections wait for the next worker instead of being reset, and (in `livefeed.cli`) the embedded
server. Workers are fresh interpreters, not forks: the parent has threads.

    dies                    the next one starts at once, on the same socket
    dies again and again    the next one starts later, and the others get its connections until then
    hangs                   says nothing for ten seconds: it is killed
    leaves (SIGTERM)        the next one starts while it still sends its readers away
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
from livefeed.server.control import BEAT_SECONDS, GONE, HURRY, LEAVE, LEAVING, NOW, READY
from livefeed.server.limits import Limits
from livefeed.server.listener import address_of, instead_of, listen_in_parallel
from livefeed.server.restarts import Restarts
from livefeed.settings import Settings, environment_of

log = logging.getLogger(__name__)
_AT_ONCE_SECONDS = 1.0  # for a worker to end in order when it is told to end at once
# A worker that says nothing for so many beats hangs: a full machine delays a beat by a few seconds.
# Before it is ready it waits for Redis, for some ten seconds at the most.
_SILENT_BEATS, _STARTING_BEATS = 10, 60


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
    workers = _Workers(
        listeners, environment, settings.drain, lambda: on_ready and on_ready(address)
    )
    asyncio.run(workers.run())


class _Worker:
    """A worker's process and our end of the socket to it."""

    def __init__(self, process: "subprocess.Popen[bytes]", control: socket) -> None:
        self._process = process
        self._control = control
        self._control.setblocking(False)
        self._beats_left = _STARTING_BEATS

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    async def heard(self) -> bytes:
        """The next thing that it says; GONE when it ended."""
        try:
            said = await asyncio.get_running_loop().sock_recv(self._control, 1)
        except ConnectionResetError:  # it died with something of ours unread
            return GONE
        self._beats_left = _SILENT_BEATS
        return said

    def hangs(self) -> bool:
        """Whether it was silent for too long; asked once a beat.

        Questions are counted and not seconds: who is stopped together with us misses none.
        """
        self._beats_left -= 1
        return self._beats_left == 0

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
        drain: float,
        on_ready: Callable[[], object],
    ) -> None:
        self._listeners = listeners
        self._environment = environment
        self._drain = drain
        self._limits = Limits()
        self._on_ready = on_ready
        self._starting = len(listeners)  # how many have never been ready
        self._alive: set[_Worker] = set()
        self._leaving = asyncio.Event()
        self._failure: LivefeedError | None = None
        self._tasks = asyncio.TaskGroup()

    async def run(self) -> None:
        """Keep a worker on each listener until a signal, then end them all."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._on_signal, number)
        self._look_for_who_hangs()
        async with self._tasks:
            for which in range(len(self._listeners)):
                self._tasks.create_task(self._keep(which))
        if self._failure is not None:
            raise self._failure

    # A worker after another.

    async def _keep(self, which: int) -> None:
        """Have one worker on a listener, then another one, for as long as we serve."""
        loop = asyncio.get_running_loop()
        restarts = Restarts()
        while not self._leaving.is_set():
            began = loop.time()
            end = await self._live(self._listeners[which])
            if self._leaving.is_set():
                return
            if self._starting:
                self._fail(f"{end} before all workers were ready")
                return
            restarts = restarts.after(loop.time() - began)
            told = f" in {restarts.pause:g} s" if restarts.pause else ""
            log.warning("%s; another is started%s.", end, told)
            if restarts.pause:
                self._give_to_the_others(which)
            await self._wait_to_leave(restarts.pause)

    async def _live(self, listener: socket) -> str:
        """A worker's life, from its start until it accepts nobody any more, which is told."""
        try:
            worker = _start(listener, self._environment)
        except OSError as error:  # no memory, or no process left to be had
            return f"A worker could not be started ({error.strerror})"
        self._alive.add(worker)
        while (said := await worker.heard()) not in {GONE, LEAVING}:
            if said == READY:
                self._one_is_ready()
        if said == LEAVING and not self._leaving.is_set():
            self._tasks.create_task(self._see_off(worker))
            return f"Worker {worker.pid} was told to end"
        return await self._end_of(worker)

    async def _end_of(self, worker: _Worker) -> str:
        """Wait for a worker's end, which is told."""
        while await worker.heard() != GONE:
            pass
        how = await worker.ended()
        self._alive.discard(worker)
        return f"Worker {worker.pid} ended ({how})"

    async def _see_off(self, worker: _Worker) -> None:
        """Wait for the end of one that leaves by itself."""
        loop = asyncio.get_running_loop()
        seconds = self._limits.ending_seconds(self._drain)
        patience = loop.call_later(seconds, self._kill, worker, "does not end")
        log.info("%s.", await self._end_of(worker))
        patience.cancel()

    def _one_is_ready(self) -> None:
        if self._starting:
            self._starting -= 1
            if not self._starting:
                self._on_ready()

    def _give_to_the_others(self, which: int) -> None:
        """Let the kernel pass over a worker that does not live, until one does.

        Who waits for it is reset, and comes back to the others.
        """
        with suppress(LivefeedError):  # without a socket to spare they wait, as for a first death
            self._listeners[which] = instead_of(self._listeners[which])

    def _look_for_who_hangs(self) -> None:
        for worker in self._alive:
            if worker.hangs():
                self._kill(worker, "does not answer")
        asyncio.get_running_loop().call_later(BEAT_SECONDS, self._look_for_who_hangs)

    # The end of all.

    async def _wait_to_leave(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._leaving.wait()

    def _fail(self, what: str) -> None:
        if self._failure is None:
            self._failure = LivefeedError(what, hint="Its last words stand above.")
        self._leave(hurried=True)

    def _on_signal(self, number: signal.Signals) -> None:
        if self._leaving.is_set():
            self._tell(NOW, _AT_ONCE_SECONDS)
        else:
            self._leave(hurried=number == signal.SIGINT)

    def _leave(self, *, hurried: bool) -> None:
        """Accept nobody any more, and have every worker send its readers away."""
        self._leaving.set()
        for listener in self._listeners:
            listener.close()
        drain = min(self._drain, self._limits.hurried_drain_seconds) if hurried else self._drain
        self._tell(HURRY if hurried else LEAVE, self._limits.ending_seconds(drain))

    def _tell(self, word: bytes, patience: float) -> None:
        for worker in self._alive:
            worker.tell(word)
        asyncio.get_running_loop().call_later(patience, self._kill_who_hangs)

    def _kill_who_hangs(self) -> None:
        for worker in self._alive:
            self._kill(worker, "does not end")

    def _kill(self, worker: _Worker, why: str) -> None:
        log.error("Worker %d %s; it is killed.", worker.pid, why)
        worker.kill()
