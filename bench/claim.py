"""A claim: figures that are measured in rounds, as ratios within each round.

Machines have moods: they clock down, neighbours come and go. What was measured in the same round
shares them, so a ratio stays where the figures it is made of move. A claim's row has the median of
the rounds, and their extremes.
"""

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from statistics import median
from typing import Any

from bench.machine import Bystanders, describe, pin_the_bench
from bench.readers import WRONGS
from bench.servers import BUILD

Round = Mapping[str, float]
ROUNDS = 5
_DISTURBED = 0.05  # of the cores' time went to others: say so


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What a row shows: `value` of a round, and its ratio to `against`, where that is given.

    `name` may have the scale's fields in braces; `must` and `aim` are the project's own marks.
    """

    name: str
    unit: str
    value: str
    against: str | None = None
    against_name: str = "floor"
    must: str = ""
    aim: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """`measure` takes a scale and the round's number; `quick` is the scale of a smoke test."""

    name: str
    says: str
    figures: Sequence[Figure]
    measure: Callable[[Any, int], Round]
    full: Any
    quick: Any


def run(claim: Claim, scale: object, *, rounds: int) -> dict[str, Any]:
    """Measure; everything that is known afterwards, as plain values."""
    measured, bystanders = [], []
    for number in range(rounds):
        watch = Bystanders()
        measured.append(dict(claim.measure(scale, number)))
        bystanders.append(round(watch.share(), 4))
    return {
        "claim": claim.name,
        "says": claim.says,
        "scale": asdict(scale),  # type: ignore[call-overload] # each claim's own dataclass
        "machine": describe(),
        "bystanders": bystanders,
        "wrong": {key: sum(one.get(key, 0) for one in measured) for key in WRONGS},
        "figures": [_figure(figure, scale, measured) for figure in claim.figures],
        "rounds": measured,
    }


def row(figure: Mapping[str, Any]) -> str:
    """A figure's line of the table."""
    against = _spread(figure["ratio"], f" × {figure['against']}") if figure["ratio"] else "–"
    must = f"{figure['must']} ({figure['aim']})" if figure["must"] else "–"
    value = _spread(figure["value"], f" {figure['unit']}".rstrip())
    return f"| {figure['name']} | {value} | {against} | {must} |"


def table(results: Sequence[Mapping[str, Any]]) -> str:
    """All figures, with min–median–max, and what was wrong."""
    lines = ["| figure | min–median–max | ratio | must (aim) |", "| --- | --- | --- | --- |"]
    lines += [row(figure) for result in results for figure in result["figures"]]
    return "\n".join([*lines, *(line for result in results for line in _remarks(result))])


def write(result: Mapping[str, Any], folder: Path) -> Path:
    """Keep the result as JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{result['claim']}.json"
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def main(*claims: Claim) -> None:
    """Measure these claims as the command line says, each with its row when it is done."""
    asked = _arguments(claims)
    pin_the_bench()
    results = []
    for claim in claims:
        scale = _scaled(claim.quick if asked.quick else claim.full, asked.set)
        result = run(claim, scale, rounds=1 if asked.quick else asked.rounds)
        write(result, asked.out or BUILD / ("bench-quick" if asked.quick else "bench"))
        results.append(result)
        print(table([result]), flush=True)
    if len(claims) > 1:
        print(table(results))


def _figure(figure: Figure, scale: Any, measured: Sequence[Round]) -> dict[str, Any]:  # noqa: ANN401
    values = [one[figure.value] for one in measured]
    ratios = [one[figure.value] / one[figure.against] for one in measured] if figure.against else []
    return {
        "name": figure.name.format(**asdict(scale)),
        "unit": figure.unit,
        "value": _extremes(values),
        "ratio": _extremes(ratios) if ratios else None,
        "against": figure.against_name if ratios else None,
        "must": figure.must,
        "aim": figure.aim,
    }


def _extremes(values: Sequence[float]) -> dict[str, float]:
    return {"min": min(values), "median": median(values), "max": max(values)}


def _spread(of: Mapping[str, float], unit: str) -> str:
    low, middle, high = (f"{of[key]:.3g}" if of[key] < 1000 else f"{of[key]:,.0f}" for key in of)
    return f"{low}–**{middle}**–{high}{unit}"


def _remarks(result: Mapping[str, Any]) -> list[str]:
    remarks = []
    if any(result["wrong"].values()):
        remarks.append(f"WRONG in {result['claim']}: {result['wrong']}")
    if max(result["bystanders"]) > _DISTURBED:
        shares = ", ".join(f"{share:.0%}" for share in result["bystanders"])
        remarks.append(f"{result['claim']}: others used the cores in these rounds: {shares}")
    return remarks


def _arguments(claims: Sequence[Claim]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="; ".join(claim.says for claim in claims))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--quick", action="store_true", help="one short round, to see that it runs")
    parser.add_argument("--out", type=Path, help="where the JSON goes (default: build/bench)")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=NUMBER", help="change the scale"
    )
    return parser.parse_args()


def _scaled(scale: Any, changes: Sequence[str]) -> Any:  # noqa: ANN401 - each claim's own dataclass
    kinds = {field.name: type(getattr(scale, field.name)) for field in fields(scale)}
    named = dict(change.split("=", 1) for change in changes)
    return replace(
        scale, **{name: kinds[name](value) for name, value in named.items() if name in kinds}
    )
