"""The command: `livefeed bench`, and in a checkout `python -m bench`.

Measures the claims that are named, or all, one after the other, each with its row when it is done.
Exit status: 0; 1 if a story was lost, repeated, out of order or unreadable, or if something could
not be measured; 2 for wrong usage.
"""

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench import alerts, burst, compressed, connecting, idle, resume_storm, slow_readers
from bench.claim import Claim, run, scaled, table, write
from bench.machine import take_place
from livefeed.errors import LivefeedError, UsageError

CLAIMS = (
    alerts.CLAIM,
    burst.CLAIM,
    compressed.CLAIM,
    connecting.CLAIM,
    idle.CLAIM,
    slow_readers.CLAIM,
    resume_storm.CLAIM,
)
ROUNDS = 5
_FAILED, _USAGE = 1, 2


def main() -> int:
    """Do as the command line says; the exit status."""
    asked = _arguments()
    if asked.list:
        print("\n".join(f"{claim.name:<14}{claim.says}" for claim in CLAIMS))
        return 0
    try:
        take_place()
        results = _measure(asked)
    except LivefeedError as error:
        hint = f"\n{error.hint}" if error.hint else ""
        print(f"livefeed bench: {error}{hint}", file=sys.stderr)
        return _USAGE if isinstance(error, UsageError) else _FAILED
    except KeyboardInterrupt:
        return 130
    return _FAILED if any(any(result["wrong"].values()) for result in results) else 0


def _measure(asked: argparse.Namespace) -> list[Mapping[str, Any]]:
    chosen = [claim for claim in CLAIMS if not asked.claims or claim.name in asked.claims]
    scales = [scaled(claim.quick if asked.quick else claim.full, asked.set) for claim in chosen]
    rounds = 1 if asked.quick else asked.rounds
    results = []
    for claim, scale in zip(chosen, scales, strict=True):
        result = run(claim, scale, rounds=rounds, on_round=_told(claim, rounds))
        results.append(result)
        written = write(result, asked.out or _results_folder(quick=asked.quick))
        print(table([result]), flush=True)
        print(f"All that was measured: {written}", file=sys.stderr)
    if len(chosen) > 1:
        print(table(results))
    return results


def _told(claim: Claim, rounds: int) -> Callable[[int], None]:
    began = time.monotonic()

    def tell(number: int) -> None:
        since = f" ({time.monotonic() - began:.0f} s)" if number else f": {claim.says}"
        print(f"{claim.name}, round {number + 1} of {rounds}{since}", file=sys.stderr, flush=True)

    return tell


def _results_folder(*, quick: bool) -> Path:
    """The checkout's build folder; from a wheel, one where the command is given."""
    top = Path(__file__).parent.parent
    folder = top / "build" if (top / "pyproject.toml").exists() else Path("livefeed-bench")
    return folder / ("bench-quick" if quick else "bench")


def _arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="livefeed bench", description="What livefeed claims about its speed, measured here."
    )
    parser.add_argument("claims", nargs="*", metavar="CLAIM", help="only these; see --list")
    parser.add_argument("--list", action="store_true", help="the claims, and what each says")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"of each claim: {ROUNDS}")
    parser.add_argument("--quick", action="store_true", help="one short round, to see that it runs")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where the JSON files go")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=NUMBER", help="change the scale"
    )
    asked = parser.parse_args(words)
    known = {claim.name for claim in CLAIMS}
    if unknown := sorted(set(asked.claims) - known):
        parser.error(f"no claim is called {unknown[0]}; there are {', '.join(sorted(known))}")
    if asked.rounds < 1:
        parser.error("there is at least one round")
    return asked


if __name__ == "__main__":
    sys.exit(main())
