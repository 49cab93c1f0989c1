"""A process on one core, with all that it started: its CPU and its memory as the kernel counts."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Self

_STOP_WITHIN = 60  # seconds; a server with 15,000 readers takes its time to say goodbye
_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


class Process:
    """A context manager that ends it, and shows its output if it fails."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        core: int,
        output: IO[bytes],
        stdin: int = subprocess.DEVNULL,
        stdout: int | IO[bytes] | None = None,
    ) -> None:
        self.command = list(map(str, command))
        with _on(core):
            self.popen = subprocess.Popen(
                self.command,
                stdin=stdin,
                stdout=output if stdout is None else stdout,
                stderr=output,
                env=_environment(),
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self, how: int = signal.SIGTERM) -> None:
        """End it and wait; by force if it does not listen."""
        if self.popen.poll() is None:
            self.popen.send_signal(how)
        try:
            self.popen.wait(_STOP_WITHIN)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
        for pipe in (self.popen.stdin, self.popen.stdout):
            if pipe is not None:
                pipe.close()

    def cpu_us(self) -> float:
        """Microseconds on a core so far, of every thread of the whole tree that lives.

        From `schedstat`, which counts nanoseconds; it is exact while the threads sleep.
        """
        return sum(_on_core_ns(pid) for pid in self.tree()) / 1000

    def own_cpu_us(self) -> float:
        """The same of this process without its children: of a server, without its Valkey."""
        return _on_core_ns(self.popen.pid) / 1000

    def memory_kib(self) -> float:
        """The whole tree's memory, pages shared between processes counted once (PSS)."""
        return sum(_pss_kib(pid) for pid in self.tree())

    def own_memory_kib(self) -> float:
        """The same of this process without its children."""
        return _pss_kib(self.popen.pid)

    def tree(self) -> Iterator[int]:
        """The processes' ids, this one's first."""
        waiting = [self.popen.pid]
        while waiting:
            pid = waiting.pop()
            yield pid
            waiting += _children(pid)


@contextmanager
def _on(core: int) -> Iterator[None]:
    """This thread, and what it starts, on one core within the block."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _children(pid: int) -> list[int]:
    found = []
    for thread in _threads(pid):
        with suppress(OSError):  # it ended meanwhile
            found += [int(child) for child in (thread / "children").read_text().split()]
    return found


def _on_core_ns(pid: int) -> int:
    total = 0
    for thread in _threads(pid):
        with suppress(OSError):
            total += int((thread / "schedstat").read_text().split()[0])
    return total


def _threads(pid: int) -> list[Path]:
    try:
        return list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return []


def _pss_kib(pid: int) -> int:
    try:
        found = _PSS.search(Path(f"/proc/{pid}/smaps_rollup").read_text())
    except OSError:
        return 0
    return int(found[1]) if found else 0


def _environment() -> dict[str, str]:
    """This environment without settings of livefeed: the bench measures the defaults."""
    return {name: value for name, value in os.environ.items() if not name.startswith("LIVEFEED_")}
