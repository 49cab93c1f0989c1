"""The machine: which core serves, which core loads, and who else was using them."""

import os
import platform
import subprocess
from pathlib import Path

_CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE = _CORES[0]
LOAD_CORE = _CORES[-1]  # with a single core it is the same one, and every figure suffers
_TICKS = os.sysconf("SC_CLK_TCK")


def describe() -> dict[str, object]:
    """What a figure must be read with."""
    return {
        "processor": _processor(),
        "cores": len(_CORES),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "commit": _commit(),
    }


def pin_the_bench() -> None:
    """The bench itself, which publishes and watches, runs beside the load."""
    os.sched_setaffinity(0, {LOAD_CORE})


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
    busy = whole = 0.0
    names = {f"cpu{core}" for core in _CORES}
    for line in Path("/proc/stat").read_text().splitlines():
        name, *ticks = line.split()
        if name in names:
            spent = [int(tick) / _TICKS for tick in ticks[:8]]
            whole += sum(spent)
            busy += sum(spent) - spent[3] - spent[4]  # idle, waiting for a disk
    return busy, whole


def _our_seconds() -> float:
    ours = os.times()
    return ours.user + ours.system + ours.children_user + ours.children_system


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty"]
    here = Path(__file__).parent
    said = subprocess.run(command, cwd=here, capture_output=True, text=True, check=False)
    return said.stdout.strip() or "no checkout"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
