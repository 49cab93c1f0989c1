"""Real Valkey and Redis servers for tests, each on a unix socket in a folder of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self

import redis

from livefeed.redis_log import embedded
from livefeed.redis_log.connect import connect

REDIS_7 = "/usr/bin/redis-server"
KEEPER = Path(embedded.__file__).with_name("keeper.py")  # so that no server outlives the tests


def free_port() -> int:
    """A port on which nobody listens just now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def valkey_program() -> str:
    """The embedded one's program."""
    return embedded.server_program()


def eventually(condition: Callable[[], object], *, within: float = 20.0) -> None:
    """Wait until `condition` holds; what it raises by then, or its failure, is the test's."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, f"not within {within} s: {condition}"
        time.sleep(0.01)


class Server:
    """One server; `options` are those of its configuration, with underscores."""

    def __init__(self, program: str, **options: str) -> None:
        self.program = program
        self.folder = Path(tempfile.mkdtemp(prefix="lf-", dir="/tmp"))
        self.options = {"save": "", "appendonly": "no", **options}
        self._keeper: subprocess.Popen[bytes] | None = None
        self.pid = 0

    @property
    def socket(self) -> Path:
        return self.folder / "s"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def client(self) -> redis.Redis:
        return connect(self.url)

    def start(self) -> None:
        """Start it, also again after `stop` or `kill`, and wait until it answers."""
        options = {"port": "0", "unixsocket": str(self.socket), "dir": str(self.folder)}
        options |= self.options
        words = [w for k, v in options.items() for w in (f"--{k.replace('_', '-')}", v)]
        with (self.folder / "log").open("ab") as log:
            self._keeper = subprocess.Popen(
                [sys.executable, "-I", str(KEEPER), self.program, *words],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )
        eventually(self._answers)

    def _answers(self) -> bool:
        assert self._keeper is not None
        assert self._keeper.poll() is None, (self.folder / "log").read_text()[-2000:]
        with self.client() as client:
            try:
                self.pid = client.info("server")["process_id"]
            except redis.RedisError:
                return False
        return True

    def stop(self) -> None:
        """End it in order (what it wrote stays)."""
        if self._keeper is not None and self._keeper.stdin is not None:
            self._signal(signal.SIGCONT)
            self._keeper.stdin.close()
            self._keeper.wait(30)
            self._keeper = None

    def kill(self) -> None:
        """End it in the middle of whatever it does, and wait until it is gone."""
        self._signal(signal.SIGKILL)
        self.stop()

    def pause(self) -> None:
        """Let it keep its connections and answer nothing."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on where it was paused."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        if self._keeper is not None and self._keeper.poll() is None:
            with suppress(ProcessLookupError):  # it has just ended, and the keeper not yet
                os.kill(self.pid, number)
