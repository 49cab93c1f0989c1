"""A reader who waits costs next to nothing: neither memory nor CPU.

Memory is what the server's process tree grew by when the readers came and were greeted (PSS: the
process, and not what the kernel keeps for a socket, which is the same for every server).
CPU is counted in seconds of the clock; a pulse to everybody, every 15 s, makes a few of them
expensive. So there are two figures: the quietest four fifths of the seconds, and all of them.
"""

import time
from dataclasses import dataclass
from statistics import mean

from bench.claim import Claim, Figure, Round, main
from bench.readers import Load, Readers
from bench.servers import Floor, Livefeed, Server, in_turn

_QUIET_PART = 0.8
_SETTLING = 2.0  # seconds, until the greeting's last rest is done


@dataclass(frozen=True, slots=True)
class Scale:
    """Readers, and for how long their CPU is counted: whole pulses, else they weigh too much."""

    readers: int
    samples: int
    sample_seconds: float


def measure(scale: Scale, number: int) -> Round:
    """Memory at livefeed and at the floor; CPU at livefeed, for the floor has none."""
    values: dict[str, float] = {"cut_off": 0.0}
    for make in in_turn(number, Livefeed, Floor):
        name = make.__name__.lower()
        with make() as server:
            time.sleep(_SETTLING)
            before = server.process.memory_kib()
            with Load(server, Readers(count=scale.readers)) as load:
                load.all_up()
                time.sleep(_SETTLING)
                grown = server.process.memory_kib() - before
                values[f"{name}_memory_kib"] = max(grown, 0.01) / scale.readers
                if make is Livefeed:
                    values |= _cpu(server, scale)
                load.let_go()
                values["cut_off"] += load.result()["closed"]
    return values


def _cpu(server: Server, scale: Scale) -> dict[str, float]:
    samples = sorted(_sample(server, scale.sample_seconds) for _ in range(scale.samples))
    quiet = samples[: max(1, int(len(samples) * _QUIET_PART))]
    return {"quiet_ms": mean(quiet), "whole_ms": mean(samples)}


def _sample(server: Server, seconds: float) -> float:
    """Milliseconds of CPU a second."""
    before, began = server.process.cpu_us(), time.monotonic()
    time.sleep(seconds)
    return (server.process.cpu_us() - before) / 1000 / (time.monotonic() - began)


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
    ],
    measure=measure,
    full=Scale(readers=15_000, samples=30, sample_seconds=1.0),
    quick=Scale(readers=100, samples=5, sample_seconds=0.2),
)

if __name__ == "__main__":
    main(CLAIM)
