"""A line to a server that is cut in the middle of an append: Redis has it, its answer is lost."""

import contextlib
import select
import socket
import threading
from pathlib import Path
from typing import Self

_SCRIPT = b"EVALSHA"


class CutLine:
    """Listens on `path` and hands everything to the server's socket.

    The answer to the first script goes nowhere. After that the line is cut and `works` again, is
    `gone` for good, or stays open and `silent`.
    """

    def __init__(self, path: Path, server: Path, *, then: str) -> None:
        self.url = f"unix://{path}"
        self._path = path
        self._server = server
        self._then = then
        self.cuts = 0
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(30)
        self._listener.close()
        self._path.unlink(missing_ok=True)

    def _serve(self) -> None:
        while not (self._then == "gone" and self.cuts):
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with client, socket.socket(socket.AF_UNIX) as server:
                server.connect(str(self._server))
                self._relay(client, server)
        self._path.unlink()

    def _relay(self, client: socket.socket, server: socket.socket) -> None:
        other = {client: server, server: client}
        while True:
            for side in select.select(list(other), [], [])[0]:
                if not (data := side.recv(65_536)):
                    return
                other[side].sendall(data)
                if side is client and _SCRIPT in data and not self.cuts:
                    self._lose_answer(client, server)
                    return

    def _lose_answer(self, client: socket.socket, server: socket.socket) -> None:
        while server.recv(65_536).startswith(b"-NOSCRIPT"):
            client.sendall(b"-NOSCRIPT No matching script.\r\n")
            server.sendall(client.recv(1_000_000))
        self.cuts += 1
        if self._then == "silent":
            client.recv(1)  # until the client gives up
