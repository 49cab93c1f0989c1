"""Readers who all come back at once are served from memory, without asking Valkey for each.

First they come with the position they had 20 stories ago, and are sent those; then with one from
another history, and are sent a snapshot. The floor, which has no stories to give, accepts as many.
"""

import time
from dataclasses import dataclass

from bench.claim import Claim, Figure, Round, main
from bench.connecting import come
from bench.readers import WRONGS, Load, Readers, wrong
from bench.servers import Floor, Livefeed, in_turn

_EARLIER = 20  # stories from before they left
_FOREIGN = "1-00000000"  # no log of ours has this tag: one in four billion
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
        left_at = [server.append(None) for _ in range(_EARLIER)][-1].position
        for seq in range(scale.missed):
            server.publish(seq)
        time.sleep(_AFTERWARDS)
        missing = Readers(count=scale.readers, expect=scale.missed, after=str(left_at))
        resumed = _come_back(server, missing)
        afresh = _come_back(server, Readers(count=scale.readers, after=_FOREIGN))
    return {
        **{f"resumed_{key}": value for key, value in resumed.items()},
        **{f"afresh_{key}": value for key, value in afresh.items()},
        **{key: resumed[key] + afresh[key] for key in WRONGS},
    }


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


CLAIM = Claim(
    name="resume_storm",
    says=__doc__.split("\n")[0],
    figures=[
        Figure(
            name="CPU for each of {readers:,} who come back and missed {missed} stories",
            unit="µs",
            value="resumed_cpu_us",
            against="floor_cpu_us",
            against_name="floor's accept",
        ),
        Figure(name="all {readers:,} have what they missed after", unit="s", value="resumed_s"),
        Figure(name="commands to Valkey meanwhile", unit="", value="resumed_asked"),
        Figure(
            name="CPU for each of {readers:,} who start from a snapshot",
            unit="µs",
            value="afresh_cpu_us",
            against="floor_cpu_us",
            against_name="floor's accept",
        ),
        Figure(name="all {readers:,} have the snapshot after", unit="s", value="afresh_s"),
        Figure(name="commands to Valkey in that time", unit="", value="afresh_asked"),
    ],
    measure=measure,
    full=Scale(readers=10_000, missed=20),
    quick=Scale(readers=100, missed=5),
)

if __name__ == "__main__":
    main(CLAIM)
