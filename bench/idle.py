"""A reader who waits costs next to nothing: neither memory nor CPU.

Memory is what the server's process tree grew by when the readers came and were greeted (PSS: the
process, and not what the kernel keeps for a socket, which is the same for every server).

CPU is that of the whole tree, counted second by second. A pulse to everybody, every 15 s, makes one
of them expensive; the load tells when it heard one. So there are three figures: the seconds without
a pulse, all of them, and what a pulse adds for each reader.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean

from bench.claim import Claim, Figure, Round
from bench.readers import Load, Readers
from bench.servers import Floor, Livefeed, Server, in_turn

_SETTLING = 2.0  # seconds, until the greeting's last rest is done
_PULSE_LASTS = 0.5  # seconds after it was heard first: as long, at most, it is being sent


@dataclass(frozen=True, slots=True)
class Scale:
    """Readers, and for how long their CPU is counted: whole pulses, else they weigh too much."""

    readers: int
    samples: int
    sample_seconds: float


@dataclass(frozen=True, slots=True)
class _Sample:
    """Microseconds of CPU from `begin` to `end`."""

    begin: float
    end: float
    cpu_us: float

    @property
    def ms_a_second(self) -> float:
        return self.cpu_us / 1000 / (self.end - self.begin)

    def had(self, heard: float) -> bool:
        """Whether a pulse that was heard then was sent in this time, if only a part of it."""
        return self.begin - _PULSE_LASTS < heard <= self.end


def measure(scale: Scale, number: int) -> Round:
    """Memory at livefeed and at the floor; CPU at livefeed, for the floor has none."""
    values: dict[str, float] = {"cut_off": 0.0}
    for make in in_turn(number, Livefeed, Floor):
        name = make.__name__.lower()
        with make() as server:
            time.sleep(_SETTLING)
            before = server.process.memory_kib()
            with Load(server, Readers(count=scale.readers, tell=True)) as load:
                load.all_up()
                time.sleep(_SETTLING)
                grown = server.process.memory_kib() - before
                values[f"{name}_memory_kib"] = max(grown, 0.01) / scale.readers
                samples = _samples(server, scale) if make is Livefeed else []
                load.let_go()
                values["cut_off"] += load.result()["closed"]
                if samples:
                    values |= _cpu(samples, load.heard, scale.readers)
    return values


def _samples(server: Server, scale: Scale) -> list[_Sample]:
    marks = [(time.monotonic(), server.process.cpu_us())]
    for _ in range(scale.samples):
        time.sleep(scale.sample_seconds)
        marks.append((time.monotonic(), server.process.cpu_us()))
    return [
        _Sample(begin, end, after - before) for (begin, before), (end, after) in pairwise(marks)
    ]


def _cpu(samples: Sequence[_Sample], heard: Sequence[float], readers: int) -> dict[str, float]:
    """Pulses and the rest told apart."""
    quiet = [one for one in samples if not any(one.had(pulse) for pulse in heard)]
    pulses = [pulse for pulse in heard if any(one.had(pulse) for one in samples)]
    quiet_ms = mean(one.ms_a_second for one in quiet or samples)
    busy = [one for one in samples if one not in quiet]
    more_us = sum(one.cpu_us - quiet_ms * 1000 * (one.end - one.begin) for one in busy)
    return {
        "quiet_ms": quiet_ms,
        "quiet_most_ms": max(one.ms_a_second for one in quiet or samples),
        "whole_ms": mean(one.ms_a_second for one in samples),
        "pulses": float(len(pulses)),
        "pulse_us": max(0.0, more_us) / max(1, len(pulses)) / readers,
    }


CLAIM = Claim(
    name="idle",
    says=__doc__.split("\n")[0],
    figures=[
        Figure(
            name="memory an idle reader, {readers:,} of them",
            unit="KiB",
            value="livefeed_memory_kib",
            against="floor_memory_kib",
            must="2.0 KiB",
            aim="1.3",
        ),
        Figure(
            name="CPU with {readers:,} idle readers, between pulses",
            unit="ms a second",
            value="quiet_ms",
            must="3 ms a second",
            aim="2",
        ),
        Figure(name="the same with the pulses", unit="ms a second", value="whole_ms"),
        Figure(name="what a pulse costs for each of them", unit="µs", value="pulse_us"),
    ],
    measure=measure,
    full=Scale(readers=15_000, samples=45, sample_seconds=1.0),
    quick=Scale(readers=100, samples=5, sample_seconds=0.2),
)
