"""With compression a story is a fraction of its bytes, and costs no more CPU.

The readers offer permessage-deflate; what a server that does not agree sends is plain, and its
ratio is 1. A visit is 60 stories from the join on: the first ones find a window that is empty. It
is told of both encodings, for they differ: pages get html, whose markup comes again in each story;
services get json, where more is prose and ids. Alerts are measured as in `alerts`, in json, against
a floor that compresses the same bytes once for everybody.
"""

from dataclasses import dataclass
from functools import partial

from bench.alerts import alert
from bench.claim import Claim, Figure, Round
from bench.readers import WRONGS, Load, Readers, wrong
from bench.servers import Floor, Livefeed, in_turn

_ENCODINGS = ("html", "json")


@dataclass(frozen=True, slots=True)
class Scale:
    """Readers and stories of the alerts; those of the visit."""

    readers: int
    stories: int
    visitors: int
    visit: int


def measure(scale: Scale, number: int) -> Round:
    """Alerts with compression; then of each encoding a visit with it and one without."""
    floor = partial(Floor, "deflate")
    names = {Livefeed: "livefeed", floor: "floor"}
    values: dict[str, float] = {}
    for make in in_turn(number, Livefeed, floor):
        found = alert(make(), readers=scale.readers, stories=scale.stories, deflate=True)
        for key, value in found.items():
            values[f"{names[make]}_{key}"] = value
    values["agreed"] = values["livefeed_compressed"] / scale.readers
    visits = {
        f"{encoding}_{way}": _visit(scale, encoding, deflate=way == "compressed")
        for encoding in _ENCODINGS
        for way in ("compressed", "plain")
    }
    values |= {f"{name}_visit_bytes": found["bytes"] for name, found in visits.items()}
    for key in WRONGS:
        alerts = values[f"livefeed_{key}"] + values[f"floor_{key}"]
        values[key] = alerts + sum(found[key] for found in visits.values())
    return values


def _visit(scale: Scale, encoding: str, *, deflate: bool) -> dict[str, float]:
    expected = Readers(count=scale.visitors, expect=scale.visit, deflate=deflate, tell=True)
    with Livefeed(encoding) as server, Load(server, expected) as load:
        load.all_up()
        for seq in range(scale.visit):  # one by one: what comes together may be compressed together
            server.publish(seq)
            load.everywhere(seq)
        found = load.result()
    return {"bytes": found["bytes"] / (scale.visitors * scale.visit), **wrong(found)}


def _visit_figure(encoding: str, who: str, *, must: str = "", aim: str = "") -> Figure:
    return Figure(
        name=f"bytes a delivery, compressed, {encoding} ({who}), over a visit of {{visit}} stories",
        unit="B",
        value=f"{encoding}_compressed_visit_bytes",
        against=f"{encoding}_plain_visit_bytes",
        against_name="plain",
        must=must,
        aim=aim,
    )


CLAIM = Claim(
    name="compressed",
    says=__doc__.split("\n")[0],
    figures=[
        Figure(
            name="CPU a delivery, compressed, alerts to {readers:,}",
            unit="µs",
            value="livefeed_cpu_us",
            against="floor_cpu_us",
            against_name="compressing floor",
            must="1.25 × floor",
            aim="0.95",
        ),
        _visit_figure("html", "what pages get", must="0.32 of plain", aim="0.27"),
        _visit_figure("json", "what services get"),
        Figure(name="readers with whom compression was agreed", unit="of all", value="agreed"),
    ],
    measure=measure,
    full=Scale(readers=1_000, stories=30, visitors=50, visit=60),
    quick=Scale(readers=20, stories=3, visitors=5, visit=6),
)
