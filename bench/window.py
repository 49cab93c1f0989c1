"""How large the window for all is best: bytes and CPU of a frame, for windows of 0 to 32 KiB.

    python -m bench.window [--prose FILE]

The file has stories, a blank line between two, each with its headline in the first line. They are
made into entries as the server sends them. Visits of 3, 12 and 60 entries begin at every third
entry of the log; what is counted is every frame of the visit, its header included, against the same
frames uncompressed. The CPU is of one frame with a full dictionary, once per entry for all readers
who share it, and of all an entry's different frames, where readers come between any two entries.
`docs/performance.md` has what came of it.
"""

import argparse
import random
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise, repeat
from pathlib import Path
from statistics import mean, median

import msgspec

from livefeed.entry import Entry, Op
from livefeed.fold import Fold, apply
from livefeed.position import Position
from livefeed.publication_id import RANDOM_BYTES, publication_id
from livefeed.render.article import article as article_of
from livefeed.story import parse_story
from livefeed.window import Window
from livefeed.wire import messages
from livefeed.wire.compression import compressed
from livefeed.wire.frames import BINARY, frame
from livefeed.wire.messages import Encoding

SIZES = [0, 2, 4, 8, 16, 32]  # KiB
VISITS = [3, 12, 60]  # entries
ENTRIES = 240
ROUNDS = 5
START = 1_760_000_000_000  # ms since 1970


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What a window of `kib` does: the shares of the plain bytes by visit, the µs of a frame.

    `frames` is how many different ones an entry has at most, `all_us` what they take together.
    """

    kib: int
    shares: Sequence[float]
    cpu_us: float
    frames: int
    all_us: float


def entries(stories: Iterable[str], chance: random.Random) -> list[Entry]:
    """A log that publishes these, a minute or so apart."""
    log = []
    at = START
    for seq, text in enumerate(stories, start=1):
        at += chance.randrange(20_000, 100_000)
        log.append(_entry(seq, at, text, chance))
    return log


def texts(log: Iterable[Entry], encoding: Encoding) -> list[bytes]:
    """What readers are sent of it."""
    fold = Fold(feed="news", position=Position(0, "5ca1ab1e"), keep=ENTRIES)
    sent = []
    for entry in log:
        fold = apply(fold, entry)
        article = article_of(fold, entry) if encoding is Encoding.HTML else None
        told = msgspec.structs.replace(entry, story=None) if article else entry
        sent.append(messages.entry(encoding, told, html=article))
    return sent


def measure(kib: int, sent: Sequence[bytes]) -> Row:
    """One row of the table."""
    windows = [Window(0, size=kib * 1024)]
    for text in sent:
        windows.append(windows[-1].followed_by(text))
    return Row(
        kib=kib,
        shares=[_share(visit, windows, sent) for visit in VISITS],
        cpu_us=_cpu_us(windows, sent, all_frames=False),
        all_us=_cpu_us(windows, sent, all_frames=True),
        frames=max(len(window.texts) for window in windows) + 1,
    )


def _entry(seq: int, at: int, text: str, chance: random.Random) -> Entry:
    identity = publication_id(at, chance.randbytes(RANDOM_BYTES))
    headline, *paragraphs = text.split("\n")
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    document = {
        "uri": f"urn:uuid:{identity}",
        "headlines": [{"role": "main", "value": headline[:300]}],
        "bodies": [{"role": "main", "contentType": "text/html", "value": body}],
    }
    return Entry(
        v=1,
        feed="news",
        seq=seq,
        tag=chance.randbytes(4).hex(),
        at=at,
        number=seq,
        rev=1,
        op=Op.PUBLISH,
        id=identity,
        editor="ines",
        story=parse_story(document),
    )


def _share(visit: int, windows: Sequence[Window], sent: Sequence[bytes]) -> float:
    shares = []
    for since in range(0, len(sent) - visit, 3):
        seen = range(since, since + visit)
        made = sum(len(frame(BINARY, _made(windows[seq], sent[seq], since))) for seq in seen)
        shares.append(made / sum(len(frame(BINARY, sent[seq])) for seq in seen))
    return mean(shares)


def _made(window: Window, text: bytes, since: int) -> bytes:
    return compressed(text, window.dictionary(since))


def _cpu_us(windows: Sequence[Window], sent: Sequence[bytes], *, all_frames: bool) -> float:
    full = list(zip(windows, sent, strict=False))[len(sent) // 2 :]
    times = [time.process_time_ns()]
    for window, text in chain.from_iterable(repeat(full, ROUNDS)):
        for since in range(window.first, window.next + 1 if all_frames else window.first + 1):
            _made(window, text, since)
        times.append(time.process_time_ns())
    return median(after - before for before, after in pairwise(times)) / 1000


def _stories(path: Path) -> list[str]:
    """The file's stories, again and again where they are few."""
    told = path.read_text(encoding="utf-8").strip().split("\n\n")
    return (told * (ENTRIES // len(told) + 1))[:ENTRIES]


def _print(encoding: Encoding, sent: Sequence[bytes]) -> None:
    print(f"\n{encoding.name}, {mean(map(len, sent)):.0f} bytes an entry\n")
    print(
        "| window, KiB |",
        *(f"{visit} entries |" for visit in VISITS),
        "µs a frame | frames | µs all |",
    )
    print("| --- " * (len(VISITS) + 4) + "|")
    for row in (measure(kib, sent) for kib in SIZES):
        shares = " | ".join(f"{share:.3f}" for share in row.shares)
        print(
            f"| {row.kib} | {shares} | {row.cpu_us:.0f} | {row.frames} | {row.all_us:.0f} |",
            flush=True,
        )


def main() -> None:
    """Measure the file that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    default = Path(__file__).with_name("prose.txt")
    parser.add_argument("--prose", type=Path, default=default, help="stories (default: ours)")
    log = entries(_stories(parser.parse_args().prose), random.Random(1))
    for encoding in (Encoding.JSON, Encoding.HTML):
        _print(encoding, texts(log, encoding))


if __name__ == "__main__":
    main()
