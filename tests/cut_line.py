"""Lines to a server, over TCP, that fail at a moment of the test's choice."""

import asyncio
import contextlib
import select
import socket
import threading
from enum import Enum
from pathlib import Path
from typing import Self


class Cut(Enum):
    """What becomes of one script sent over the line."""

    BEFORE = "the line is cut before the server has any of it"
    WITHIN = "the line is cut when the server has half of it"
    AFTER = "the line is cut when the server has answered, before the answer is handed on"
    SILENT = "the answer is lost too, but the line stays open until the client gives up"
    NONE = "the answer is handed on"


class CutLine:
    """The n-th script sent over the line meets the n-th cut; those after them meet none.

    With `then_gone` nobody listens any more once all cuts are made.
    """

    def __init__(self, server: Path, *cuts: Cut, then_gone: bool = False) -> None:
        self._server = server
        self._cuts = list(cuts)
        self._then_gone = then_gone
        self.scripts = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"redis://127.0.0.1:{self._listener.getsockname()[1]}/0"
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._hang_up()
        self._thread.join(30)

    def _hang_up(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while self._cuts or not self._then_gone:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with client, socket.socket(socket.AF_UNIX) as server:
                server.connect(str(self._server))
                with contextlib.suppress(OSError):
                    self._relay(client, server)
        self._hang_up()

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
            elif self._cut(data, client, server):
                return

    def _cut(self, data: bytes, client: socket.socket, server: socket.socket) -> bool:
        """Deal with a script; whether the line is cut at it."""
        cut = self._cuts[0] if self._cuts else Cut.NONE
        if cut is Cut.WITHIN:
            server.sendall(data[: len(data) // 2])
        elif cut is not Cut.BEFORE:
            server.sendall(data)
        if cut in {Cut.AFTER, Cut.SILENT}:
            _lose_answer(client, server)
        self.scripts += 1
        del self._cuts[:1]
        if cut is Cut.SILENT:
            client.recv(1)
        return cut is not Cut.NONE


def _lose_answer(client: socket.socket, server: socket.socket) -> None:
    """Take the script's answer from the server: that of EVAL where it knew no EVALSHA."""
    while server.recv(65_536).startswith(b"-NOSCRIPT"):
        client.sendall(b"-NOSCRIPT No matching script.\r\n")
        server.sendall(client.recv(1_000_000))


class HalfOpenLine:
    """A line whose connections can go silent, both ends open: what a lost network looks like."""

    def __init__(self, server: Path) -> None:
        self._server = server
        self._pipes: list[tuple[asyncio.Task[None], asyncio.StreamWriter]] = []
        self._silent = asyncio.Event()
        self.url = ""
        self.subscribed = 0

    async def __aenter__(self) -> Self:
        self._listener = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self.url = f"redis://127.0.0.1:{self._listener.sockets[0].getsockname()[1]}/0"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._listener.close()
        for task, writer in self._pipes:
            task.cancel()
            writer.close()
        await asyncio.gather(*(task for task, _ in self._pipes), return_exceptions=True)

    def silence_subscriptions(self) -> None:
        """What is subscribed now hears nothing any more, and is not heard."""
        self._silent.set()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, to_server = await asyncio.open_unix_connection(self._server)
        ends = [(reader, to_server), (there, writer)]
        silenced = asyncio.Event()
        for source, target in ends:
            task = asyncio.create_task(self._pipe(source, target, silenced))
            self._pipes.append((task, target))

    async def _pipe(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, subscribed: asyncio.Event
    ) -> None:
        while data := await source.read(65_536):
            if b"SUBSCRIBE" in data:
                subscribed.set()
                self.subscribed += 1
            if subscribed.is_set() and self._silent.is_set() and self.subscribed == 1:
                continue
            target.write(data)
            await target.drain()
        target.close()
