"""Readers who stop reading cost the others nothing, and bounded memory.

A steady stream of stories, first to the good readers alone, then with stopped ones among them, who
read nothing until a little after the stream's end. Who reads nothing at all is sent away after a
while, and does not see that. So each comes back from the start every 40 seconds, as a page does
that is looked at again, and stops again: there are as many of them to the end. Memory is what the
process tree grew by, at most, from when all were up. At the end all of them read again, and it is
counted how many are there.
"""

import time
from dataclasses import dataclass

from bench.claim import Claim, Figure, Round
from bench.readers import WRONGS, Load, Readers, wrong
from bench.servers import Livefeed

_WARM_UP = 5
_LONGER = 2.0  # seconds that the stopped ones stay stopped after the last story
_RETURN_EVERY = 40.0  # seconds; the server's patience is 30
_LOOK_EVERY = 1.0  # seconds between two looks at the memory


@dataclass(frozen=True, slots=True)
class Scale:
    """Readers of both kinds, stories a second, and for how many seconds."""

    good: int
    stopped: int
    rate: float
    seconds: float


def measure(scale: Scale, number: int) -> Round:
    """The stream without the stopped readers, and with them; every other round the other first."""
    order = (0, scale.stopped) if number % 2 == 0 else (scale.stopped, 0)
    found = {stopped: _stream(scale, stopped) for stopped in order}
    quiet, beside = found[0], found[scale.stopped]
    values = {
        "quiet_p99_us": quiet["p99_us"],
        "beside_p99_us": beside["p99_us"],
        "stopped_kib": max(beside["grown_kib"] - quiet["grown_kib"], 0.01) / scale.stopped,
        "returns": beside["returns"] / scale.stopped,
        "kept": beside["kept"] / scale.stopped,
        "late_s": beside["late_s"],
    }
    return values | {key: quiet[key] + beside[key] for key in WRONGS}


def _stream(scale: Scale, stopped: int) -> dict[str, float]:
    stories = _WARM_UP + int(scale.rate * scale.seconds)
    readers = Readers(
        count=scale.good + stopped,
        expect=stories,
        warm_up=_WARM_UP,
        slow=stopped,
        slow_seconds=scale.seconds + _LONGER,
        return_every=_RETURN_EVERY,
        quiet=10,
    )
    with Livefeed() as server, Load(server, readers) as load:
        load.all_up()
        before = server.process.memory_kib()
        late, peak = _publish(server, stories, scale.rate)
        found = load.result()
    return {
        "p99_us": found["good"]["p99_us"],
        "grown_kib": peak - before,
        "late_s": late,
        "returns": found["returns"],
        "kept": found["slow"]["alive"],
        **wrong(found),
    }


def _publish(server: Livefeed, stories: int, rate: float) -> tuple[float, float]:
    """How far behind the rate the publisher was at the end, in seconds; the most memory, in KiB."""
    began, looked, peak = time.monotonic(), 0.0, 0.0
    for seq in range(stories):
        time.sleep(max(0.0, began + seq / rate - time.monotonic()))
        server.publish(seq)
        if time.monotonic() - looked > _LOOK_EVERY:
            looked, peak = time.monotonic(), max(peak, server.process.memory_kib())
    return time.monotonic() - began - (stories - 1) / rate, max(peak, server.process.memory_kib())


CLAIM = Claim(
    name="slow_readers",
    says=__doc__.split("\n")[0],
    figures=[
        Figure(
            name="99 % of the deliveries to good readers within, beside stopped ones",
            unit="µs",
            value="beside_p99_us",
            against="quiet_p99_us",
            against_name="without them",
            must="2 × quiet",
            aim="–",
        ),
        Figure(
            name="memory for each stopped reader",
            unit="KiB",
            value="stopped_kib",
            must="128 KiB",
            aim="–",
        ),
        Figure(name="stopped readers still there at the end", unit="of all", value="kept"),
        Figure(name="times that each stopped reader came back", unit="", value="returns"),
    ],
    measure=measure,
    full=Scale(good=4_000, stopped=1_000, rate=20, seconds=45),
    quick=Scale(good=16, stopped=4, rate=20, seconds=1),
)
