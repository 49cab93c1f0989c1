"""A newsroom for tests: `livefeed serve` and `publisher` as people start them, on a free port."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Self

from servers import eventually

CHECKOUT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
_STARTED = re.compile(r"http://[0-9.]+:(\d+)")


def free_port() -> int:
    """A port that nobody has just now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def environment(**more: str) -> dict[str, str]:
    """This environment without settings of livefeed from outside."""
    own = {k: v for k, v in os.environ.items() if not k.startswith("LIVEFEED_")}
    return {**own, "NO_COLOR": "1", **more}


class Newsroom:
    """An embedded Valkey and a server on `data`; a context manager that ends both."""

    def __init__(self, data: Path, *serve_options: str) -> None:
        self.data = data
        self.port = free_port()
        self._options = serve_options
        self._server: subprocess.Popen[bytes] | None = None
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the newsroom

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            self.stop()
        self._log.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def live_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/feeds/news/live"

    def start(self) -> None:
        """Start the server, also again after `stop` or `kill`, and wait until it says where."""
        options = ["--data", str(self.data), "--port", str(self.port), *self._options]
        self._log.seek(0)
        self._log.truncate()
        self._server = subprocess.Popen(
            [BIN / "livefeed", "serve", *options],
            stdout=self._log,
            stderr=self._log,
            env=environment(),
            start_new_session=True,
        )
        eventually(self._is_up, within=60)

    def stop(self, how: int = signal.SIGTERM) -> int:
        """End the server in order; its exit status."""
        assert self._server is not None
        self._server.send_signal(how)
        status = self._server.wait(30)
        self._server = None
        return status

    def kill(self) -> None:
        """End the server in the middle of whatever it does."""
        self.stop(signal.SIGKILL)

    def output(self) -> str:
        """What the server has printed since it was started."""
        return os.pread(self._log.fileno(), 1_000_000, 0).decode()

    def run(self, *words: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """One command of the publisher."""
        return subprocess.run(
            [BIN / "publisher", "--data", str(self.data), *words],
            capture_output=True,
            text=True,
            input=stdin,
            env=environment(),
            timeout=60,
            check=False,
        )

    def publish(self, *words: str, stdin: str | None = None) -> dict[str, Any]:
        """One command of the publisher that must succeed; what it answered."""
        done = self.run(*words, "--json", stdin=stdin)
        assert done.returncode == 0, done.stdout + done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def _is_up(self) -> bool:
        assert self._server is not None
        assert self._server.poll() is None, self.output()
        return bool(_STARTED.search(self.output()))
