"""A claim: figures that are measured in rounds, as ratios within each round.

Machines have moods: they clock down, neighbours come and go. What was measured in the same round
shares them, so a ratio stays where the figures it is made of move. A claim's row has the median of
the rounds, and their extremes.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from statistics import median
from typing import Any

from bench.machine import Bystanders, describe
from bench.readers import WRONGS
from livefeed.errors import UsageError

Round = Mapping[str, float]
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
    """`measure` takes a scale and the round's number; `quick` is the scale of a smoke test.

    `missing` says what of it cannot be measured here, in a sentence: then rounds may lack what
    figures are compared with.
    """

    name: str
    says: str
    figures: Sequence[Figure]
    measure: Callable[[Any, int], Round]
    full: Any
    quick: Any
    missing: Callable[[], str] = lambda: ""


def run(
    claim: Claim, scale: object, *, rounds: int, on_round: Callable[[int], object] = lambda _: None
) -> dict[str, Any]:
    """Measure; everything that is known afterwards, as plain values.

    `on_round` is told which one begins, counted from 0.
    """
    measured, bystanders = [], []
    for number in range(rounds):
        on_round(number)
        watch = Bystanders()
        measured.append(dict(claim.measure(scale, number)))
        bystanders.append(round(watch.share(), 4))
    return {
        "claim": claim.name,
        "says": claim.says,
        "scale": asdict(scale),  # type: ignore[call-overload] # each claim's own dataclass
        "machine": describe(),
        "missing": claim.missing(),
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


def scaled(scale: Any, changes: Sequence[str]) -> Any:  # noqa: ANN401 - each claim's own dataclass
    """The scale with those changes (`readers=100`) that are of it.

    Raises:
        UsageError: one is no change.
    """
    kinds = {field.name: type(getattr(scale, field.name)) for field in fields(scale)}
    named = {}
    for change in changes:
        name, _, value = change.partition("=")
        try:
            named |= {name: kinds[name](value)} if name in kinds else {}
        except ValueError:
            raise UsageError(f"{change!r} is no change of a scale, such as readers=100") from None
    return replace(scale, **named)


def _figure(figure: Figure, scale: Any, measured: Sequence[Round]) -> dict[str, Any]:  # noqa: ANN401
    values = [one[figure.value] for one in measured]
    against = [one.get(figure.against, 0.0) for one in measured] if figure.against else []
    ratios = [value / other for value, other in zip(values, against, strict=False) if other]
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
    if result["missing"]:
        remarks.append(f"{result['claim']}: {result['missing']}")
    if max(result["bystanders"]) > _DISTURBED:
        shares = ", ".join(f"{share:.0%}" for share in result["bystanders"])
        remarks.append(f"{result['claim']}: others used the cores in these rounds: {shares}")
    return remarks
