"""`publisher` in a process forked from the tests': real streams, a real exit code, no imports."""

import importlib
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from signal import SIGKILL
from typing import NoReturn

from publisher.cli import main

# What any verb may load, loaded once for all.
for _module in (
    "livefeed.render.sanitise",
    "publisher.feed_changes",
    "publisher.feed_listing",
    "publisher.json_input",
    "publisher.json_lines",
    "publisher.markdown_input",
    "publisher.showing",
):
    importlib.import_module(_module)


def run_forked(
    words: Sequence[str], folder: Path, environment: Mapping[str, str], stdin: bytes
) -> subprocess.CompletedProcess[str]:
    """A command's streams and exit code."""
    with (
        tempfile.TemporaryFile() as given,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
    ):
        given.write(stdin)
        given.seek(0)
        if not (pid := os.fork()):
            _become(words, folder, environment, [given.fileno(), out.fileno(), err.fileno()])
        return subprocess.CompletedProcess(words, _end_of(pid), _text(out), _text(err))


def _become(
    words: Sequence[str], folder: Path, environment: Mapping[str, str], streams: Sequence[int]
) -> NoReturn:
    """In the child: be the command, and end with it whatever happens."""
    code = 70
    try:
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False), encoding="utf-8")
        sys.stdout = io.TextIOWrapper(_buffered(1), encoding="utf-8")
        sys.stderr = io.TextIOWrapper(_buffered(2), encoding="utf-8", line_buffering=True)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        sys.argv = ["publisher", *words]
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
    except BaseException:  # noqa: BLE001 - nothing may run on in the child as if it were the tests
        sys.excepthook(*sys.exc_info())
    finally:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _buffered(number: int) -> io.BufferedWriter:
    return io.BufferedWriter(io.FileIO(number, "w", closefd=False))


def _end_of(pid: int) -> int:
    try:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except BaseException:
        os.kill(pid, SIGKILL)
        raise


def _text(stream: io.IOBase) -> str:
    stream.seek(0)
    content: bytes = stream.read()
    return content.decode()
