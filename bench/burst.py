"""Many stories at once cost a reader far less than as many alerts.

One publisher publishes as fast as Valkey answers, each story safely on the disk before the next.
The floor gets the same bytes as fast as it takes them, and sends each by itself; coalesced, it
sends what has come together in one call. CPU is the whole tree's, with Valkey's appends.
"""

import time
from dataclasses import dataclass
from functools import partial

from bench.claim import Claim, Figure, Round, main
from bench.readers import WRONGS, Load, Readers, wrong
from bench.servers import Floor, Livefeed, Server, in_turn

_WARM_UP = 10


@dataclass(frozen=True, slots=True)
class Scale:
    """A burst's stories, and its readers."""

    readers: int
    stories: int


def measure(scale: Scale, number: int) -> Round:
    """A burst to livefeed, to the floor, and to the floor that coalesces."""
    coalesced = partial(Floor, "coalesce")
    names = {Livefeed: "livefeed", Floor: "floor", coalesced: "coalesced"}
    values: dict[str, float] = {}
    for make in in_turn(number, Livefeed, Floor, coalesced):
        for key, value in _burst(make(), scale).items():
            values[f"{names[make]}_{key}"] = value
    for key in WRONGS:
        values[key] = sum(values[f"{name}_{key}"] for name in names.values())
    return values


def _burst(server: Server, scale: Scale) -> dict[str, float]:
    expected = Readers(
        count=scale.readers, expect=_WARM_UP + scale.stories, warm_up=_WARM_UP, quiet=60
    )
    with server, Load(server, expected) as load:
        load.all_up()
        for seq in range(_WARM_UP):
            server.publish(seq)
        load.warm()
        whole, own, began = server.process.cpu_us(), server.process.own_cpu_us(), time.monotonic()
        for seq in range(_WARM_UP, _WARM_UP + scale.stories):
            server.publish(seq)
        published = time.monotonic() - began
        found = load.result()
        everywhere = time.monotonic() - began
        whole, own = server.process.cpu_us() - whole, server.process.own_cpu_us() - own
    deliveries = scale.readers * scale.stories
    return {
        "cpu_us": whole / deliveries,
        "cpu_without_valkey_us": own / deliveries,
        "published_s": published,
        "everywhere_s": everywhere,
        **wrong(found),
    }


CLAIM = Claim(
    name="burst",
    says=__doc__.split("\n")[0],
    figures=[
        Figure(
            name="CPU a delivery, burst of {stories:,} stories to {readers:,} readers",
            unit="µs",
            value="livefeed_cpu_us",
            against="floor_cpu_us",
            must="0.10 × floor",
            aim="0.05",
        ),
        Figure(
            name="the same against a floor that coalesces",
            unit="µs",
            value="livefeed_cpu_us",
            against="coalesced_cpu_us",
            against_name="coalescing floor",
        ),
        Figure(
            name="the burst is everywhere after",
            unit="s",
            value="livefeed_everywhere_s",
            against="livefeed_published_s",
            against_name="publishing it",
        ),
    ],
    measure=measure,
    full=Scale(readers=1_000, stories=2_000),
    quick=Scale(readers=20, stories=60),
)

if __name__ == "__main__":
    main(CLAIM)
