"""Many stories at once cost a reader far less than as many alerts.

Told twice. At one desk a publisher publishes the next story when it knows that the last one
is safe on the disk: as fast as one can, and each story pays for its own write. At several desks so
many do that at once, each over a connection of its own: so does a newsroom on the night itself, and
what arrives together shares a write, a message's way and a send. Without compression, for the one
core of the load could not inflate two million messages as fast as they come.

The floor is the loop of send() that the project compares with: the same bytes, one send() for each
delivery, whatever comes together. It is given the stories as fast as it takes them, since it is
slower than either way of publishing: paced by those it would be as busy. The floor that coalesces
sends what has come together in one call. CPU is the whole tree's, with Valkey's appends; the floor
has none.

Several desks' markers are not in the log's order. Each reader must have all of them, each once, and
in the order that the receipts give.
"""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from bench.claim import Claim, Figure, Round
from bench.readers import WRONGS, Load, Readers, misordered, wrong
from bench.servers import Floor, Livefeed, Server, in_turn

_WARM_UP = 10


@dataclass(frozen=True, slots=True)
class Scale:
    """A burst's stories, its readers, and how many desks publish at once in the second part."""

    readers: int
    stories: int
    desks: int


def measure(scale: Scale, number: int) -> Round:
    """A burst from one desk, from several, to the floor, and to the floor that coalesces."""
    several, coalescing = partial(Livefeed), partial(Floor, "coalesce")
    names = {Livefeed: "one", several: "several", Floor: "floor", coalescing: "coalesced"}
    values: dict[str, float] = {}
    for make in in_turn(number, *names):
        desks = scale.desks if make is several else 1
        for key, value in _burst(make(), scale, desks).items():
            values[f"{names[make]}_{key}"] = value
    for key in WRONGS:
        values[key] = sum(values[f"{name}_{key}"] for name in names.values())
    return values


def _burst(server: Server, scale: Scale, desks: int) -> dict[str, float]:
    stories = _WARM_UP + scale.stories
    expected = Readers(
        count=scale.readers, expect=stories, warm_up=_WARM_UP, quiet=60, any_order=desks > 1
    )
    with server, Load(server, expected) as load:
        load.all_up()
        for seq in range(_WARM_UP):
            server.publish(seq)
        load.warm()
        whole, own, began = server.process.cpu_us(), server.process.own_cpu_us(), time.monotonic()
        order = _publish(server, range(_WARM_UP, stories), desks)
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
        **_wrong(found, [*range(_WARM_UP), *order]),
    }


def _publish(server: Server, markers: range, desks: int) -> Sequence[int]:
    """Publish them; in which order they are in the log."""
    if desks == 1 or not isinstance(server, Livefeed):
        for seq in markers:
            server.publish(seq)
        return markers
    with ThreadPoolExecutor(desks) as newsroom:
        receipts = list(newsroom.map(server.append, markers))
    places = {receipt.seq: marker for receipt, marker in zip(receipts, markers, strict=True)}
    return [places[seq] for seq in sorted(places)]


def _wrong(found: dict[str, object], log: Sequence[int]) -> dict[str, float]:
    counted = wrong(found)
    return {**counted, "out_of_order": counted["out_of_order"] + misordered(found, log)}


def _figures(desks: str, key: str, *, must: str = "", aim: str = "") -> list[Figure]:
    return [
        Figure(
            name=f"CPU a delivery, {desks}: {{stories:,}} stories to {{readers:,}} readers",
            unit="µs",
            value=f"{key}_cpu_us",
            against="floor_cpu_us",
            must=must,
            aim=aim,
        ),
        Figure(
            name=f"of which the server, without Valkey, {desks}",
            unit="µs",
            value=f"{key}_cpu_without_valkey_us",
            against="floor_cpu_us",
        ),
        Figure(
            name=f"the same, with Valkey, against a floor that coalesces, {desks}",
            unit="µs",
            value=f"{key}_cpu_us",
            against="coalesced_cpu_us",
            against_name="coalescing floor",
        ),
        Figure(
            name=f"the burst is everywhere after, {desks}",
            unit="s",
            value=f"{key}_everywhere_s",
            against=f"{key}_published_s",
            against_name="publishing it",
        ),
    ]


CLAIM = Claim(
    name="burst",
    says=__doc__.split("\n")[0],
    figures=[
        *_figures("burst from one desk", "one", must="0.10 × floor", aim="0.05"),
        *_figures("burst from {desks} desks", "several", must="0.10 × floor", aim="0.05"),
    ],
    measure=measure,
    full=Scale(readers=1_000, stories=2_000, desks=8),
    quick=Scale(readers=20, stories=60, desks=4),
)
