"""The machine: which core serves, which core loads, and who else was using them."""

import os
import platform
import resource
import signal
import subprocess
import sys
from pathlib import Path

from livefeed.errors import LivefeedError

# Elsewhere than on Linux a process cannot be held to a core: see `refuse_if_unfit`.
_CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
SERVER_CORE, LOAD_CORE = (_CORES[0], _CORES[-1]) if _CORES else (0, 0)
_COUNTED = Path("/proc/self/schedstat")
_SPARE_FILES = 100  # beside one for each reader


class UnfitMachine(LivefeedError):
    """Nothing measured here would mean anything."""


def refuse_if_unfit(
    system: str = sys.platform, cores: int = len(_CORES), counted: Path = _COUNTED
) -> None:
    """Refuse a machine on which server and load cannot be held apart.

    Raises:
        UnfitMachine: with what would be lost.
    """
    if system != "linux":
        raise UnfitMachine(
            f"the bench runs on Linux only, and this is {system}",
            hint="Elsewhere a process can neither be held to a core nor its CPU be counted in "
            "nanoseconds: no figure would tell the server from the load.",
        )
    if cores < 2:
        raise UnfitMachine(
            "the bench needs two cores, and may use one here",
            hint="Server and load would take turns on it: every latency, and how much goes out in "
            "one write, would be the load's doing. Give it another core (taskset, cpuset).",
        )
    if not counted.exists():
        raise UnfitMachine(
            "this kernel does not count a process's time on a core (CONFIG_SCHED_INFO)",
            hint="Without it there is no CPU a delivery, and that is most of what is claimed.",
        )


def refuse_if_too_many(readers: int) -> None:
    """Refuse more readers than a process may have open files.

    Raises:
        UnfitMachine: with the limit to raise.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most not in (resource.RLIM_INFINITY, -1) and readers + _SPARE_FILES > most:
        raise UnfitMachine(
            f"{readers:,} readers need as many open files, and a process may have {most:,} here",
            hint=f"Raise the hard limit to {readers + _SPARE_FILES:,} (ulimit -Hn, or LimitNOFILE "
            "of the service), or measure fewer readers with --set.",
        )


def describe() -> dict[str, object]:
    """What a figure must be read with."""
    return {
        "processor": _processor(),
        "cores": len(_CORES),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "commit": _commit(),
    }


def take_place() -> None:
    """The bench itself, which publishes and watches, runs beside the load.

    Ended by SIGTERM, it ends what it has started.

    Raises:
        UnfitMachine: nothing can be measured here.
    """
    refuse_if_unfit()
    os.sched_setaffinity(0, {LOAD_CORE})
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


class Bystanders:
    """How busy processes that are not ours kept our cores, since this was made."""

    def __init__(self) -> None:
        self._before = (*_busy_and_all(), _our_seconds())

    def share(self) -> float:
        """Their part of the cores' time, 0 to 1. Our processes must have ended by now."""
        busy, whole = _busy_and_all()
        busy_before, whole_before, ours_before = self._before
        others = busy - busy_before - (_our_seconds() - ours_before)
        return max(0.0, others / max(whole - whole_before, 1e-9))


def _busy_and_all() -> tuple[float, float]:
    """Seconds of our cores: not idle, and altogether."""
    ticks_a_second = os.sysconf("SC_CLK_TCK")
    busy = whole = 0.0
    names = {f"cpu{core}" for core in {SERVER_CORE, LOAD_CORE}}
    for line in Path("/proc/stat").read_text().splitlines():
        name, *ticks = line.split()
        if name in names:
            spent = [int(tick) / ticks_a_second for tick in ticks[:8]]
            whole += sum(spent)
            busy += sum(spent) - spent[3] - spent[4]  # idle, waiting for a disk
    return busy, whole


def _our_seconds() -> float:
    ours = os.times()
    return ours.user + ours.system + ours.children_user + ours.children_system


def _commit() -> str:
    """The checkout's; a wheel lies in no checkout of ours."""
    top = Path(__file__).parent.parent
    if not (top / ".git").exists():
        return "no checkout"
    command = ["git", "describe", "--always", "--dirty"]
    said = subprocess.run(command, cwd=top, capture_output=True, text=True, check=False)
    return said.stdout.strip() or "no checkout"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
