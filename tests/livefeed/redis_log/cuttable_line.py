"""A TCP line to a server that is cut around a script, at a moment of the test's choice."""

import contextlib
import select
import socket
import threading
from enum import Enum
from pathlib import Path
from typing import Self


class Cut(Enum):
    """What becomes of one script sent over the line."""

    BEFORE = "before the server has any of it"
    WITHIN = "when the server has half of it"
    AFTER = "when the server has answered, before the answer is handed on"
    NONE = "never"


class CuttableLine:
    """Listens on a port; the n-th script sent over it meets the n-th cut, then none."""

    def __init__(self, server: Path, cuts: list[Cut]) -> None:
        self._server = server
        self._cuts = list(cuts)
        self.scripts = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"redis://127.0.0.1:{self._listener.getsockname()[1]}/0"
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(30)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with client, socket.socket(socket.AF_UNIX) as server:
                server.connect(str(self._server))
                with contextlib.suppress(OSError):
                    self._relay(client, server)

    def _relay(self, client: socket.socket, server: socket.socket) -> None:
        while True:
            ready, _, _ = select.select([client, server], [], [])
            if server in ready:
                if not (data := server.recv(65_536)):
                    return
                client.sendall(data)
            elif not (data := client.recv(65_536)):
                return
            elif b"EVALSHA" not in data:
                server.sendall(data)
            elif self._cut(data, server):
                return

    def _cut(self, data: bytes, server: socket.socket) -> bool:
        self.scripts += 1
        cut = self._cuts.pop(0) if self._cuts else Cut.NONE
        if cut is Cut.WITHIN:
            server.sendall(data[: len(data) // 2])
        elif cut is not Cut.BEFORE:
            server.sendall(data)
        if cut is Cut.AFTER:
            server.recv(65_536)
        return cut is not Cut.NONE
