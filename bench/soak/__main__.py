"""The command: `python -m bench.soak --minutes 30`.

A few hundred readers, each with habits of its own, read what one desk publishes, while the embedded
Valkey is killed every few minutes. The feed keeps few stories, so that all of its memory is full
long before the second half, in which memory must not grow. Two cores are enough. Exit status 1 if
anything was wrong: see `bench.soak.visitor`; or if memory grew faster than the bound.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import redis

from bench.machine import describe, take_place
from bench.servers import Livefeed
from bench.soak.desk import Desk
from bench.soak.ledger import Ledger
from bench.soak.memory import Sample, growth, watch
from bench.soak.visitor import Habits, Visitor, Wrongs
from livefeed.entry import Facts
from livefeed.errors import LivefeedError
from livefeed.redis_log.append import create_feed

FEED, _KEEP = "soak", 300
_CATCH_UP = 60.0  # seconds that everybody has for the last entry
_CHECK_EVERY = 0.05


@dataclass(slots=True)
class Night:
    """What is going on, and what came of it."""

    ledger: Ledger = field(default_factory=Ledger)
    wrongs: Wrongs = field(default_factory=Wrongs)
    samples: list[Sample] = field(default_factory=list)
    visitors: list[Visitor] = field(default_factory=list)
    kills: int = 0


def main() -> int:
    """Do as the command line says; the exit status."""
    asked = _arguments()
    try:
        take_place()
        with Livefeed() as server:
            result = asyncio.run(_soak(server, asked))
    except LivefeedError as error:
        print(f"soak: {error}\n{error.hint}", file=sys.stderr)
        return 1
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "soak.json").write_text(json.dumps(result, indent=1) + "\n")
    print(_summary(result, asked.out / "soak.json"))
    return 1 if result["wrong"] or result["grows_kib_a_minute"] > asked.bound else 0


async def _soak(server: Livefeed, asked: argparse.Namespace) -> dict[str, Any]:
    chance = random.Random(asked.seed)
    night = Night()
    create_feed(server.log, FEED, Facts(title="Soak"), keep=_KEEP)
    desk = Desk(server.log, FEED, night.ledger, random.Random(chance.random()), keep=_KEEP)
    desk.change()
    url = f"ws://127.0.0.1:{server.port}/feeds/{FEED}/live"
    night.visitors = [
        Visitor(url, habits, night.ledger, night.wrongs, random.Random(chance.random()))
        for habits in crowd(asked.readers, asked.pace)
    ]
    end, stop = asyncio.Event(), threading.Event()
    visits = [asyncio.create_task(visitor.visit(end)) for visitor in night.visitors]
    chores = [
        asyncio.create_task(watch(server.process, asked.sample_every, night.samples)),
        asyncio.create_task(_kill_now_and_then(server, asked.kill_every, night)),
    ]
    working = asyncio.create_task(asyncio.to_thread(_work, desk, stop, asked))
    await _pass(asked.minutes * 60, night, [*visits, *chores, working])
    stop.set()
    await working
    await _end(chores)
    end.set()
    await _all_have(night, night.ledger.known, visits)
    await _end(visits)
    for visitor in night.visitors:
        visitor.judge_rest()
    return _result(asked, night, desk)


def crowd(readers: int, pace: float = 1.0) -> list[Habits]:
    """So many readers, of every kind in every encoding, compressed and plain.

    At a pace of 2 they come, go and stop reading in half the time.
    """
    kinds: list[dict[str, float]] = [
        {},
        {},
        {"stays": 60 / pace, "away": 20 / pace, "resumes": 0.7, "resets": 0.3},
        {"stays": 20 / pace, "away": 5 / pace, "resumes": 0.7, "resets": 1.0},
        {"stops": 25 / pace},
        {"stops": 40 / pace, "stays": 120 / pace, "away": 10 / pace, "resumes": 0.9, "resets": 0.5},
    ]
    encodings = ("json", "html", "msgpack")
    return [
        Habits(
            encoding=encodings[n % 3],
            deflate=n // 3 % 2 == 0,
            **kinds[n // 6 % len(kinds)],
        )
        for n in range(readers)
    ]


def _work(desk: Desk, stop: threading.Event, asked: argparse.Namespace) -> None:
    desk.work(stop, rate=asked.rate, burst=asked.burst, burst_every=asked.burst_every)


async def _kill_now_and_then(server: Livefeed, every: float, night: Night) -> None:
    """Valkey dies as it does when memory runs out; `livefeed serve` starts it again."""
    while True:
        await asyncio.sleep(every)
        try:
            info = await asyncio.to_thread(server.log.info, "server")
        except redis.RedisError:
            continue  # it has not come back from the last time
        os.kill(int(info["process_id"]), signal.SIGKILL)
        night.kills += 1


async def _pass(seconds: float, night: Night, running: list[asyncio.Task[None]]) -> None:
    """Let the time pass, with a word each minute; nothing that runs may end by itself."""
    began = told = time.monotonic()
    while time.monotonic() - began < seconds:
        if ended := [task for task in running if task.done()]:
            await ended[0]
            raise LivefeedError(f"{ended[0]!r} ended by itself")
        await asyncio.sleep(min(1.0, seconds / 10))
        if time.monotonic() - told > 60:
            told = time.monotonic()
            print(
                f"{(told - began) / 60:.0f} min: {night.ledger.known:,} entries, "
                f"{night.samples[-1].server_kib / 1024:.0f} MiB, wrong: "
                f"{dict(night.wrongs.counts) or 'nothing'}",
                file=sys.stderr,
                flush=True,
            )


async def _all_have(night: Night, last: int, visits: list[asyncio.Task[None]]) -> None:
    """Whoever has not come to the last entry in time has lost it."""
    deadline = time.monotonic() + _CATCH_UP
    while late := [visitor for visitor in night.visitors if visitor.seq < last]:
        if time.monotonic() > deadline:
            for visitor in late:
                night.wrongs.note("lost", f"the last entry, {last}: {visitor!r}")
            return
        if ended := [task for task in visits if task.done()]:
            await ended[0]
        await asyncio.sleep(_CHECK_EVERY)


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(outcome, Exception):
            raise outcome


def _result(asked: argparse.Namespace, night: Night, desk: Desk) -> dict[str, Any]:
    return {
        "machine": describe(),
        "minutes": asked.minutes,
        "readers": asked.readers,
        "seed": asked.seed,
        "changes": desk.counts,
        "entries_received": sum(visitor.entries for visitor in night.visitors),
        "visits": sum(visitor.visits for visitor in night.visitors),
        "resumed": sum(visitor.resumed for visitor in night.visitors),
        "closed_by_the_server": sum(visitor.closed for visitor in night.visitors),
        "kills_of_valkey": night.kills,
        "wrong": dict(night.wrongs.counts),
        "examples": night.wrongs.examples,
        "grows_kib_a_minute": round(growth(night.samples), 1),
        "bound_kib_a_minute": asked.bound,
        "samples": [asdict(sample) for sample in night.samples],
    }


def _summary(result: dict[str, Any], written: Path) -> str:
    changes = ", ".join(f"{count:,} {op}" for op, count in result["changes"].items())
    last = result["samples"][-1]["server_kib"] / 1024
    grows, bound = result["grows_kib_a_minute"], result["bound_kib_a_minute"]
    examples = "".join(f"  {example}\n" for example in result["examples"])
    good = "nothing lost, repeated, out of order, or seen after it was withdrawn"
    return f"""\
{result["minutes"]:g} minutes, {result["readers"]} readers: {changes}
Valkey killed {result["kills_of_valkey"]} times; {result["visits"]:,} visits, of which \
{result["resumed"]:,} resumed, {result["closed_by_the_server"]:,} closed by the server; \
{result["entries_received"]:,} entries received
memory of the server: {last:.1f} MiB at the end, {grows:+.1f} KiB a minute over the second half \
(bound: {bound:g})
{f"WRONG: {result['wrong']}" if result["wrong"] else good}
{examples}All that was measured: {written}"""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--readers", type=int, default=240)
    parser.add_argument("--pace", type=float, default=1, help="of the readers' comings and goings")
    parser.add_argument("--rate", type=float, default=4, help="changes a second")
    parser.add_argument("--burst", type=int, default=300, help="stories at once")
    parser.add_argument("--burst-every", type=float, default=60, metavar="SECONDS")
    parser.add_argument("--kill-every", type=float, default=150, metavar="SECONDS")
    parser.add_argument("--sample-every", type=float, default=10, metavar="SECONDS")
    parser.add_argument("--bound", type=float, default=128, metavar="KIB_A_MINUTE")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("build/bench"), metavar="FOLDER")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
