"""Where the CPU goes: `python -m bench.profile` samples the server under three loads.

    fanout    alerts to 1,000 readers, one after the other
    join      10,000 readers come back at once and are sent what they missed
    connect   15,000 readers come at once and are greeted

Each load is carried twice, in a server of its own: once sampled by `perf` (every process of the
tree, with what the kernel does for it, grouped), once by `py-spy` (the server's Python functions,
by the time in themselves). Neither sees what the other does, and both at once would see each other.
One that is not installed, or not permitted, is left out and said so. The figures are shares of the
samples: what the load costs altogether is the bench's to tell.
"""

import argparse
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.machine import take_place
from bench.readers import Load, Readers
from bench.servers import Livefeed
from livefeed.errors import LivefeedError

_TOP = 12
_RATE = 1000  # samples a second
_BEGINS = 1.0  # seconds until a sampler samples
_STACK = re.compile(r"^\s+[0-9a-f]+ (.+) \((.*)\)$")
# Groups of perf's samples. In the kernel by what led there, in this order; else by the library.
_KERNEL = (
    ("kernel: send", ("tcp_sendmsg", "unix_stream_sendmsg")),
    ("kernel: disk", ("__x64_sys_fdatasync", "do_fsync", "ext4_file_write_iter")),
    (
        "kernel: accept and close",
        ("inet_csk_accept", "__sys_accept4", "__x64_sys_close", "sock_close"),
    ),
    ("kernel: receive", ("tcp_recvmsg", "unix_stream_recvmsg", "sock_read_iter")),
    ("kernel: epoll", ("do_epoll_wait", "do_epoll_ctl", "ep_send_events")),
    ("kernel: send", ("ksys_write", "__sys_sendto", "do_writev")),  # what is left: to sockets
)
_LIBRARIES = (
    ("uvloop", ("uvloop", "loop.cpython")),
    ("Python", ("libpython", "/python3", "python3.")),
    (
        "codecs (msgspec, msgpack, hiredis, zlib)",
        ("msgspec", "_core.cp", "msgpack", "hiredis", "libz"),
    ),
    ("HTTP parser", ("httptools", "parser.cp")),
    ("libc", ("libc.so", "libc-", "libm.so", "ld-linux", "vdso")),
)


@dataclass(frozen=True, slots=True)
class Profile:
    """Samples by group, and by group and function."""

    groups: Counter[str]
    functions: Counter[tuple[str, str]]


Sampler = Callable[[Livefeed, Path], "subprocess.Popen[bytes]"]


def main() -> int:
    """Do as the command line says; the exit status."""
    asked = _arguments()
    try:
        take_place()
        for load in asked.loads or list(_LOADS):
            text = _profile(load, asked.seconds)
            asked.out.mkdir(parents=True, exist_ok=True)
            (asked.out / f"profile-{load}.txt").write_text(text, encoding="utf-8")
            print(text, flush=True)
    except LivefeedError as error:
        print(f"profile: {error}\n{error.hint}", file=sys.stderr)
        return 1
    return 0


def by_perf(script: Iterable[str], valkey: Sequence[int]) -> Profile:
    """What `perf script -F pid,ip,sym,dso` tells: of each sample the process, then its frames."""
    groups: Counter[str] = Counter()
    functions: Counter[tuple[str, str]] = Counter()
    for pid, frames in _samples(script):
        group = "Valkey" if pid in valkey else _group(frames)
        groups[group] += 1
        functions[group, frames[0][0]] += 1
    return Profile(groups, functions)


def by_py_spy(raw: Iterable[str]) -> Profile:
    """What `py-spy record -f raw` tells: `outer (file:line);…;inner (file:line) 17`."""
    groups: Counter[str] = Counter()
    functions: Counter[tuple[str, str]] = Counter()
    for line in raw:
        stack, _, count = line.rpartition(" ")
        function = re.sub(r":\d+\)$", ")", stack.split(";")[-1])
        group = _origin(function)
        groups[group] += int(count)
        functions[group, function] += int(count)
    return Profile(groups, functions)


def summary(profile: Profile) -> str:
    """Groups by their share, and below each its largest functions."""
    whole = sum(profile.groups.values())
    lines = [f"{whole:,} samples"]
    for group, count in profile.groups.most_common():
        lines.append(f"{count / whole:6.1%}  {group}")
        of = [(name, n) for (its, name), n in profile.functions.most_common() if its == group]
        lines += [
            f"          {n / whole:6.1%}  {name}" for name, n in of[:_TOP] if n / whole > 0.003
        ]
    return "\n".join(lines) + "\n"


def _profile(load: str, seconds: float) -> str:
    parts = [f"{load}: {_LOADS[load].__doc__}"]
    for name, sample in (("perf", _by_perf), ("py-spy", _by_py_spy)):
        if shutil.which(name) or (Path(sys.executable).with_name(name)).exists():
            parts.append(f"{name}, {summary(sample(load, seconds))}")
        else:
            hint = "pip install py-spy" if name == "py-spy" else "apt-get install linux-perf"
            parts.append(f"{name} is not installed, so its part is left out: {hint}\n")
    return "\n".join(parts)


def _by_perf(load: str, seconds: float) -> Profile:
    with tempfile.TemporaryDirectory() as folder, Livefeed() as server:
        data = Path(folder) / "perf.data"
        valkey = int(server.log.info("server")["process_id"])
        pids = ",".join(map(str, server.process.tree()))
        options = ["-q", "-e", "cpu-clock", "-F", str(_RATE), "-g", "-o", str(data), "-p", pids]
        with _sampling(["perf", "record", *options]):
            _LOADS[load](server, seconds)
        script = ["perf", "script", "-i", str(data), "-F", "pid,ip,sym,dso"]
        told = subprocess.run(script, capture_output=True, text=True, errors="replace", check=False)
    return by_perf(told.stdout.splitlines(), [valkey])


def _by_py_spy(load: str, seconds: float) -> Profile:
    with tempfile.TemporaryDirectory() as folder, Livefeed() as server:
        raw = Path(folder) / "raw.txt"
        options = ["--nonblocking", "-r", str(_RATE), "-d", "3600", "-f", "raw", "-o", str(raw)]
        program = shutil.which("py-spy") or str(Path(sys.executable).with_name("py-spy"))
        with _sampling([program, "record", *options, "-p", str(server.process.popen.pid)]):
            _LOADS[load](server, seconds)
        return by_py_spy(raw.read_text().splitlines() if raw.exists() else [])


@contextmanager
def _sampling(command: Sequence[str]) -> Iterator[None]:
    """Let it sample while the block runs.

    Raises:
        LivefeedError: it does not, and says why.
    """
    with tempfile.TemporaryFile() as output:
        sampler = subprocess.Popen(command, stdout=output, stderr=output)
        try:
            time.sleep(_BEGINS)
            if sampler.poll() is not None:
                output.seek(0)
                said = output.read().decode(errors="replace").strip()
                raise LivefeedError(f"{command[0]} cannot sample here: {said[-500:]}")
            yield
        finally:
            if sampler.poll() is None:
                sampler.send_signal(signal.SIGINT)
            sampler.wait()


def _fanout(server: Livefeed, seconds: float) -> None:
    """Alerts to 1,000 readers, the next when the last is everywhere."""
    with Load(server, Readers(count=1_000, expect=1_000_000, tell=True)) as load:
        load.all_up()
        seq, until = 0, time.monotonic() + seconds
        while time.monotonic() < until:
            server.publish(seq)
            load.everywhere(seq)
            seq += 1


def _join(server: Livefeed, _: float) -> None:
    """10,000 readers come back at once, each with the same position, 20 stories ago."""
    after = server.append(None).position
    for marker in range(20):
        server.publish(marker)
    with Load(server, Readers(count=10_000, expect=20, after=str(after))) as load:
        load.all_up()
        load.result()


def _connect(server: Livefeed, _: float) -> None:
    """15,000 readers come at once to a feed without stories."""
    with Load(server, Readers(count=15_000)) as load:
        load.all_up()


_LOADS: dict[str, Callable[[Livefeed, float], None]] = {
    "fanout": _fanout,
    "join": _join,
    "connect": _connect,
}


def _samples(script: Iterable[str]) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """Each with its process and its frames (function, library), the innermost first."""
    pid, frames = 0, []
    for line in [*script, ""]:
        if frame := _STACK.match(line):
            frames.append((frame[1].partition("+0x")[0], frame[2]))
        elif line.strip().isdigit():
            pid = int(line)
        elif frames:
            yield pid, frames
            frames = []


def _group(frames: Sequence[tuple[str, str]]) -> str:
    names = {function for function, _ in frames}
    function, library = frames[0]
    if "kernel" in library or function.startswith("_raw_spin"):
        for group, marks in _KERNEL:
            if names.intersection(marks):
                return group
        return "kernel: the rest"
    for group, parts in _LIBRARIES:
        if any(part in library for part in parts):
            return group
    return Path(library).name or "unknown"


def _origin(function: str) -> str:
    """Whose a Python function is, by its file."""
    for part, name in (
        ("livefeed/", "livefeed"),
        ("redis/", "redis-py"),
        ("uvicorn/", "uvicorn"),
        ("websockets/", "websockets"),
        ("starlette/", "Starlette"),
        ("asyncio/runners", "the loop itself: uvloop, and what it calls in C"),
        ("asyncio/", "asyncio"),
        ("jinja2/", "jinja2"),
    ):
        if f"({part}" in function or f"/{part}" in function:
            return name
    return "others"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.profile", description=__doc__)
    parser.add_argument("loads", nargs="*", choices=[[], *_LOADS], metavar="LOAD")
    parser.add_argument("--seconds", type=float, default=8, help="of the fan-out")
    parser.add_argument("--out", type=Path, default=Path("build/bench"), metavar="FOLDER")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
