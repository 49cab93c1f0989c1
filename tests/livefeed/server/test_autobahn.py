"""Autobahn's cases against the echo server, with the outcomes that docs/autobahn.md tells.

`make autobahn` sets AUTOBAHN=all for all cases, and WSTEST where the suite's own runner shall run
them; without that it is kosoku, which runs the same cases faster and under Python 3.
"""

import asyncio
import json
import os
import re
from asyncio.subprocess import DEVNULL
from pathlib import Path
from typing import TypeAlias

import pytest

from checkout import BIN, CHECKOUT
from echo import echoing

Outcomes: TypeAlias = dict[str, tuple[str, str]]  # by case: its behaviour, and at the close

PAGE = CHECKOUT / "docs" / "autobahn.md"
FRAMES = ["1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*"]
# Of 18 sizes of messages and fragments; the others take minutes.
SIZES = (1, 6, 11)
GROUPS = [f"12.{group}" for group in range(1, 6)] + [f"13.{group}" for group in range(1, 8)]
SOME = [*FRAMES, "9.*", *(f"{group}.{size}" for group in GROUPS for size in SIZES)]
ALL = [*FRAMES, "9.*", "12.*", "13.*"]

pytestmark = [pytest.mark.usefixtures("each_loop"), pytest.mark.timeout(3600)]


def expected(heading: str) -> dict[str, set[str]]:
    """What a page's table allows, by case."""
    text = PAGE.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| ([\d., ]+) \| ([A-Z -]+(?: or [A-Z-]+)*) \|", text, re.MULTILINE)
    return {case: set(told.split(" or ")) for cases, told in rows for case in cases.split(", ")}


async def run(url: str, cases: list[str], folder: Path) -> Outcomes:
    runner = run_by_wstest if "WSTEST" in os.environ else run_by_kosoku
    words = runner(url, cases, folder)
    process = await asyncio.create_subprocess_exec(*words, stdout=DEVNULL, stderr=DEVNULL)
    await process.wait()
    (results,) = json.loads((folder / "index.json").read_text()).values()
    return {case: (told["behavior"], told["behaviorClose"]) for case, told in results.items()}


def run_by_kosoku(url: str, cases: list[str], folder: Path) -> list[str]:
    included = [f"--include={case}" for case in cases]
    return [str(BIN / "kosoku"), url, "--parallelism=4", f"--outdir={folder}", *included]


def run_by_wstest(url: str, cases: list[str], folder: Path) -> list[str]:
    spec = {"outdir": str(folder), "servers": [{"agent": "livefeed", "url": url}], "cases": cases}
    (folder / "spec.json").write_text(json.dumps(spec))
    return [os.environ["WSTEST"], "--mode=fuzzingclient", f"--spec={folder / 'spec.json'}"]


def differing(outcomes: Outcomes, allowed: dict[str, set[str]]) -> Outcomes:
    """What did not come out as it is told."""
    return {
        case: (behaviour, close)
        for case, (behaviour, close) in outcomes.items()
        if behaviour not in allowed.get(case, {"OK"})
        or close != ("INFORMATIONAL" if behaviour == "INFORMATIONAL" else "OK")
    }


async def test_a_handed_over_reader_does_as_the_page_tells(tmp_path):
    cases = ALL if os.environ.get("AUTOBAHN") == "all" else SOME
    async with echoing() as url:
        outcomes = await run(url, cases, tmp_path)
    assert len(outcomes) == (517 if cases is ALL else 301 + len(GROUPS) * len(SIZES))
    assert differing(outcomes, expected("Handed over")) == {}


async def test_a_conversation_in_the_ordinary_way_does_as_the_page_tells(tmp_path):
    async with echoing(hand_over=False) as url:
        outcomes = await run(url, FRAMES, tmp_path)
    assert len(outcomes) == 247
    assert differing(outcomes, expected("In the ordinary way")) == {}
