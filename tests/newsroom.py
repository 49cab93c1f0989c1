"""A newsroom for tests: `livefeed serve` and `publisher` as people start them, on a free port."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
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

    def __init__(self, data: Path, *serve_options: str, port: int | None = None) -> None:
        self.data = data
        self.port = port or free_port()
        self._options = serve_options
        self._server: subprocess.Popen[bytes] | None = None
        self._log = data.with_name(f"{data.name}.log")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            self.stop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def live_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/feeds/news/live"

    def start(self) -> None:
        """Start the server, also again after `stop` or `kill`, and wait until it says where."""
        options = ["--data", str(self.data), "--port", str(self.port), *self._options]
        with self._log.open("wb") as log:
            self._server = subprocess.Popen(
                [BIN / "livefeed", "serve", *options],
                stdout=log,
                stderr=log,
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
        return self._log.read_text(encoding="utf-8")

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
