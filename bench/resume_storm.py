"""Readers who all come back at once are served from memory, without asking Valkey for each.

First they come with the position they had 20 stories ago, and are sent those; then with one that is
older than what the server keeps in memory, and are sent a snapshot. Valkey's commands meanwhile are
all that it carried out, the bench's own question and the server's routine included: the head each
second, the likes every two, the names of the feeds every five. The floor, which has no stories to
give, accepts as many.
"""

import time
from dataclasses import dataclass

from bench.claim import Claim, Figure, Round
from bench.connecting import come
from bench.readers import WRONGS, Load, Readers, wrong
from bench.servers import Floor, Livefeed, in_turn
from livefeed.position import Position
from livefeed.tail import DEFAULT_KEEP

_AFTERWARDS = 0.3


@dataclass(frozen=True, slots=True)
class Scale:
    """Readers who come back, and the stories they have missed."""

    readers: int
    missed: int


def measure(scale: Scale, number: int) -> Round:
    """Both ways to come back at livefeed; at the floor, to connect."""
    values: dict[str, float] = {}
    for make in in_turn(number, Livefeed, Floor):
        if make is Livefeed:
            values |= _storms(scale)
        else:
            values["floor_cpu_us"], values["floor_s"], _ = come(
                Floor(), Readers(count=scale.readers)
            )
    return values


def _storms(scale: Scale) -> dict[str, float]:
    with Livefeed() as server:
        old = server.append(None).position
        server.stories(DEFAULT_KEEP)
        lately = server.append(None).position
        for seq in range(scale.missed):
            server.publish(seq)
        time.sleep(_AFTERWARDS)
        storms = {
            "resumed": _come_back(server, _readers(scale, lately, expect=scale.missed)),
            "afresh": _come_back(server, _readers(scale, old)),
        }
    return {
        **{f"{way}_{key}": value for way, found in storms.items() for key, value in found.items()},
        **{key: sum(found[key] for found in storms.values()) for key in WRONGS},
    }


def _readers(scale: Scale, after: Position, *, expect: int = 0) -> Readers:
    return Readers(count=scale.readers, after=str(after), expect=expect)


def _come_back(server: Livefeed, readers: Readers) -> dict[str, float]:
    asked, before, began = server.asked_of_the_log(), server.process.cpu_us(), time.monotonic()
    with Load(server, readers) as load:
        load.all_up()
        if not readers.expect:
            load.let_go()
        found = load.result()
        seconds = time.monotonic() - began
        time.sleep(_AFTERWARDS)
        cpu = server.process.cpu_us() - before
        asked = server.asked_of_the_log() - asked
    return {"cpu_us": cpu / readers.count, "s": seconds, "asked": asked, **wrong(found)}


def _figures(who: str, what: str, way: str) -> list[Figure]:
    return [
        Figure(
            name=f"CPU for each of {{readers:,}} who {who}",
            unit="µs",
            value=f"{way}_cpu_us",
            against="floor_cpu_us",
            against_name="floor's accept",
        ),
        Figure(name=f"all {{readers:,}} have {what} after", unit="s", value=f"{way}_s"),
        Figure(
            name=f"commands to Valkey until all {{readers:,}} have {what}",
            unit="",
            value=f"{way}_asked",
        ),
    ]


CLAIM = Claim(
    name="resume_storm",
    says=__doc__.split("\n")[0],
    figures=[
        *_figures("come back and missed {missed} stories", "what they missed", "resumed"),
        *_figures("come back with too old a position", "the snapshot", "afresh"),
    ],
    measure=measure,
    full=Scale(readers=10_000, missed=20),
    quick=Scale(readers=100, missed=5),
)
