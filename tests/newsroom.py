"""A newsroom for tests: `livefeed serve` as people start it, on a free port, and its editor."""

import re
import signal
import subprocess
from pathlib import Path
from typing import Self

from checkout import BIN, environment
from editor import Editor
from servers import eventually, free_port

_STARTED = re.compile(r"http://[0-9.]+:(\d+)")


class Newsroom:
    """An embedded Valkey and a server on `data`; a context manager that ends both.

    `editor` works there: whatever is published goes through `publisher`.
    """

    def __init__(self, data: Path, *serve_options: str, port: int | None = None) -> None:
        self.data = data
        self.port = port or free_port()
        self.editor = Editor(data.parent, LIVEFEED_DATA=str(data), NO_COLOR="1")
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

    @property
    def pid(self) -> int:
        """The server's process."""
        assert self._server is not None
        return self._server.pid

    def start(self) -> None:
        """Start the server, also again after `stop` or `kill`, and wait until it says where."""
        options = ["--data", str(self.data), "--port", str(self.port), *self._options]
        with self._log.open("wb") as log:
            self._server = subprocess.Popen(
                [BIN / "livefeed", "serve", *options],
                stdout=log,
                stderr=log,
                env=environment(NO_COLOR="1"),
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

    def _is_up(self) -> bool:
        assert self._server is not None
        assert self._server.poll() is None, self.output()
        return bool(_STARTED.search(self.output()))
