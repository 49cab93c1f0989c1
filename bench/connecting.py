"""A reconnect storm is cheap: what one connection costs when 15,000 come at once.

From the first SYN until 300 ms after the last reader is up; 256 handshakes are under way at any
moment. At livefeed a reader is up when it has its hello, its snapshot and its likes; at picows and
at the floor, which have none of these, after the handshake.
"""

import importlib.util
import time
from dataclasses import dataclass

from bench.claim import Claim, Figure, Round
from bench.readers import Load, Readers
from bench.servers import Floor, Livefeed, Picows, Server, in_turn

_AFTERWARDS = 0.3


@dataclass(frozen=True, slots=True)
class Scale:
    """Readers who come at once."""

    readers: int


def measure(scale: Scale, number: int) -> Round:
    """The same storm on all three; without picows on both."""
    values: dict[str, float] = {"cut_off": 0.0}
    others = (Floor,) if _no_picows() else (Picows, Floor)
    for make in in_turn(number, Livefeed, *others):
        name = make.__name__.lower()
        cpu, seconds, cut_off = come(make(), Readers(count=scale.readers))
        values[f"{name}_cpu_us"] = cpu
        values[f"{name}_s"] = seconds
        values["cut_off"] += cut_off
    return values


def come(server: Server, readers: Readers) -> tuple[float, float, float]:
    """µs of CPU a connection, seconds until all are up, and how many were cut off again."""
    with server:
        time.sleep(_AFTERWARDS)  # it has started
        before = server.process.cpu_us()
        with Load(server, readers) as load:
            seconds = load.all_up()
            time.sleep(_AFTERWARDS)
            cpu = server.process.cpu_us() - before
            load.let_go()
            return cpu / readers.count, seconds, load.result()["closed"]


def _no_picows() -> str:
    if importlib.util.find_spec("picows"):
        return ""
    return "picows is not installed, so nothing is compared with it: pip install 'livefeed[bench]'"


CLAIM = Claim(
    name="connecting",
    says=__doc__.split("\n")[0],
    figures=[
        Figure(
            name="CPU a connection, {readers:,} at once",
            unit="µs",
            value="livefeed_cpu_us",
            against="picows_cpu_us",
            against_name="picows",
            must="0.90 × picows",
            aim="0.60",
        ),
        Figure(
            name="the same against the floor",
            unit="µs",
            value="livefeed_cpu_us",
            against="floor_cpu_us",
        ),
        Figure(
            name="{readers:,} are up after",
            unit="s",
            value="livefeed_s",
            against="picows_s",
            against_name="picows",
        ),
    ],
    measure=measure,
    full=Scale(readers=15_000),
    quick=Scale(readers=100),
    missing=_no_picows,
)
