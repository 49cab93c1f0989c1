"""An alert to everybody costs little more than the kernel's own work, and is seen at once.

One story at a time, the next when the last is everywhere. The CPU is that of the server's whole
process tree, its Valkey included, from before the story is published until 20 ms after its last
reader has it; what the server does between alerts is another claim (idle).
"""

import time
from dataclasses import dataclass

from bench.claim import Claim, Figure, Round
from bench.readers import WRONGS, Load, Readers, wrong
from bench.servers import IN_MEMORY, Floor, Livefeed, Server, in_turn

_WARM_UP = 5
_PAUSE = 0.05  # seconds between two alerts
_AFTERWARDS = 0.02  # what a server still does when the last reader has it


@dataclass(frozen=True, slots=True)
class Scale:
    """Readers of the smaller and the larger audience, and stories for each."""

    small: int
    large: int
    stories_small: int
    stories_large: int


def measure(scale: Scale, number: int) -> Round:
    """Both audiences, at livefeed and at the floor; the smaller once more with no disk."""
    values: dict[str, float] = {}
    audiences = (
        ("small", scale.small, scale.stories_small),
        ("large", scale.large, scale.stories_large),
    )
    for size, readers, stories in audiences:
        for make in in_turn(number, Livefeed, Floor):
            found = alert(make(), readers=readers, stories=stories)
            for key, value in found.items():
                values[f"{make.__name__.lower()}_{size}_{key}"] = value
            for key in WRONGS:
                values[key] = values.get(key, 0) + found[key]
    without_disk = Livefeed(within=IN_MEMORY)
    found = alert(without_disk, readers=scale.small, stories=scale.stories_small)
    values["without_disk_first_us"] = found["first_us"]
    for key in WRONGS:
        values[key] += found[key]
    return values


def alert(server: Server, *, readers: int, stories: int, deflate: bool = False) -> dict[str, float]:
    """CPU, latencies and bytes of alerts to `readers`; times in µs."""
    expected = Readers(
        count=readers, expect=_WARM_UP + stories, warm_up=_WARM_UP, tell=True, deflate=deflate
    )
    with server, Load(server, expected) as load:
        load.all_up()
        for seq in range(_WARM_UP):
            _one(server, load, seq)
        spent = [_one(server, load, seq) for seq in range(_WARM_UP, _WARM_UP + stories)]
        found = load.result()
    deliveries = readers * stories
    return {
        "cpu_us": sum(whole for whole, _ in spent) / deliveries,
        "cpu_without_valkey_us": sum(own for _, own in spent) / deliveries,
        "bytes": found["bytes"] / deliveries,
        "p50_us": found["good"]["p50_us"],
        "p99_us": found["good"]["p99_us"],
        "first_us": found["first_us"],
        "last_us": found["last_us"],
        "compressed": found["good"]["deflate"],
        **wrong(found),
    }


def _one(server: Server, load: Load, seq: int) -> tuple[float, float]:
    """Publish one story; the CPU of the tree, and of the server's process alone."""
    time.sleep(_PAUSE)
    whole, own = server.process.cpu_us(), server.process.own_cpu_us()
    server.publish(seq)
    load.everywhere(seq)
    time.sleep(_AFTERWARDS)
    return server.process.cpu_us() - whole, server.process.own_cpu_us() - own


def _figures(size: str, readers: str, *, must: str, aim: str) -> list[Figure]:
    def figure(name: str, key: str, unit: str, must: str = "", aim: str = "") -> Figure:
        value, against = f"livefeed_{size}_{key}", f"floor_{size}_{key}"
        full = f"{name}, alerts to {readers}"
        return Figure(name=full, unit=unit, value=value, against=against, must=must, aim=aim)

    return [
        figure("CPU a delivery", "cpu_us", "µs", must, aim),
        figure("first reader has it after", "first_us", "µs", "4 × floor", "2.5"),
        figure("half of the deliveries within", "p50_us", "µs"),
        figure("99 % of the deliveries within", "p99_us", "µs"),
        figure("last reader has it after", "last_us", "µs"),
        figure("bytes a delivery", "bytes", "B"),
    ]


CLAIM = Claim(
    name="alerts",
    says=__doc__.split("\n")[0],
    figures=[
        *_figures("small", "{small:,}", must="1.30 × floor", aim="1.10"),
        Figure(
            name="first reader has it after, no disk to wait for, alerts to {small:,}",
            unit="µs",
            value="without_disk_first_us",
            against="floor_small_first_us",
            must="4 × floor",
            aim="2.5",
        ),
        *_figures("large", "{large:,}", must="1.20 × floor", aim="1.05"),
    ],
    measure=measure,
    full=Scale(small=1_000, large=5_000, stories_small=30, stories_large=15),
    quick=Scale(small=20, large=50, stories_small=3, stories_large=3),
)
