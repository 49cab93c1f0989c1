"""An editor: `publisher` run as people run it, a process for each command."""

import json
import os
import pty
import select
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from checkout import BIN, environment
from forked import run_forked

PUBLISHER = BIN / "publisher"
_PATIENCE = 30.0  # seconds
Done = subprocess.CompletedProcess[str]


class Editor:
    """Works in `folder`, with these variables and none of livefeed's from outside."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.folder = folder
        self.environment = environment(LOGNAME="anna", **variables)

    def file(self, name: str, content: str | bytes) -> str:
        """A file in the folder; its name."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return name

    def start(
        self,
        *words: str,
        before: Sequence[str] = (),
        program: Path | str = PUBLISHER,
        **options: Any,
    ) -> subprocess.Popen[str]:
        """A command whose end is not waited for; `before` are words that start it."""
        settings: dict[str, Any] = {
            "cwd": self.folder,
            "env": self.environment,
            "text": True,
            "encoding": "utf-8",
            "stdin": subprocess.PIPE,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
        }
        return subprocess.Popen([*before, program, *words], **(settings | options))

    def run(self, *words: str, stdin: str | bytes | None = None, **variables: str) -> Done:
        """A command, its streams and exit code.

        Where nothing speaks against it, its process is forked from this one: that spares the
        imports, which take most of a command's time.
        """
        given = stdin.encode() if isinstance(stdin, str) else stdin
        if not variables and threading.active_count() == 1:
            return run_forked(words, self.folder, self.environment, given or b"")
        done = subprocess.run(
            [PUBLISHER, *words],
            cwd=self.folder,
            env=self.environment | variables,
            input=given or b"",
            capture_output=True,
            timeout=60,
            check=False,
        )
        return Done(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    def publish(self, *words: str, stdin: str | bytes | None = None) -> dict[str, Any]:
        """A command that must succeed; what `--json` answered."""
        done = self.run(*words, "--json", stdin=stdin)
        assert done.returncode == 0, done.stdout + done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def refused(self, *words: str, stdin: str | bytes | None = None) -> dict[str, Any]:
        """A command that must fail; the error that `--json` answered, with its exit code."""
        done = self.run(*words, "--json", stdin=stdin)
        assert done.returncode != 0, done.stdout
        error: dict[str, Any] = json.loads(done.stdout)["error"]
        return error | {"exit": done.returncode}

    def show(self, number: int) -> dict[str, Any]:
        """A story as it stands."""
        return self.publish("show", str(number))

    def numbers(self, *words: str) -> list[int]:
        """The numbers that a list shows."""
        return [story["number"] for story in self.publish("list", *words)["stories"]]


# The terminal must be the one that controls the process, for Ctrl-C to reach it.
_ON_A_TERMINAL = "import os, sys; os.login_tty(0); os.execv(sys.argv[1], sys.argv[1:])"


class Typist:
    """A command on a terminal of its own."""

    def __init__(self, editor: Editor, *words: str) -> None:
        self._ours, theirs = pty.openpty()
        streams = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
        self._process = editor.start(
            *words, before=[sys.executable, "-c", _ON_A_TERMINAL], **streams
        )
        os.close(theirs)
        self.shown = ""

    def wait_for(self, text: str) -> None:
        """Read what is shown until the text is there."""
        while text not in self.shown:
            assert self._read(), f"{text!r} never came: {self.shown!r}"

    def type(self, text: str) -> None:
        """Type on its keyboard."""
        os.write(self._ours, text.encode())

    def end(self) -> int:
        """Read to the end; the exit code."""
        while self._read():
            pass
        os.close(self._ours)
        return self._process.wait(30)

    def _read(self) -> str:
        if not select.select([self._ours], [], [], _PATIENCE)[0]:
            self._process.kill()
            self._process.wait()
            raise AssertionError(f"nothing more came after {self.shown!r}")
        try:
            read = os.read(self._ours, 4096).decode()
        except OSError:  # Linux says so at the end of a terminal
            return ""
        self.shown += read
        return read
