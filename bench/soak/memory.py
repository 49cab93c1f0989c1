"""The server's memory over time, and how fast it grows in the second half."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.process import Process


@dataclass(frozen=True, slots=True)
class Sample:
    """Seconds since the beginning; KiB (PSS) of the server, and of it with its Valkey."""

    at: float
    server_kib: float
    tree_kib: float


async def watch(process: Process, every: float, samples: list[Sample]) -> None:
    """Add a sample every so many seconds, until cancelled."""
    began = time.monotonic()
    while True:
        at = time.monotonic() - began
        samples.append(Sample(at, process.own_memory_kib(), process.memory_kib()))
        await asyncio.sleep(every)


def growth(samples: Sequence[Sample]) -> float:
    """KiB a minute of the server: the slope of the line that fits the second half best."""
    half = samples[len(samples) // 2 :]
    mean_at = sum(one.at for one in half) / len(half)
    mean_kib = sum(one.server_kib for one in half) / len(half)
    spread = sum((one.at - mean_at) ** 2 for one in half)
    if not spread:
        return 0.0
    together = sum((one.at - mean_at) * (one.server_kib - mean_kib) for one in half)
    return 60 * together / spread
