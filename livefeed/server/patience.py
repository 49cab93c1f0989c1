"""How long is waited for connections that do not move: one look at all of them, no timer for each.

    blocked    over its high-water mark: as long as it takes something now and then
    ending     closed, and not gone yet: for a fixed time

The look repeats only while there is somebody to look at.
"""

import asyncio
from typing import Protocol

from livefeed.server.limits import Limits

_LOOKS = 4  # within the shorter of the two times


class Connection(Protocol):
    """Who is waited for."""

    transport: asyncio.Transport


class Patience:
    """With the connections of one feed's readers."""

    __slots__ = ("_blocked", "_ending", "_limits", "_look")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._blocked: dict[Connection, tuple[float, int]] = {}  # since when, with how many bytes
        self._ending: dict[Connection, float] = {}  # since when
        self._look: asyncio.TimerHandle | None = None

    def __repr__(self) -> str:
        return f"<Patience with {len(self._blocked)} blocked, {len(self._ending)} ending>"

    def blocked(self, connection: Connection) -> None:
        """It takes nothing more just now."""
        now = asyncio.get_running_loop().time()
        self._blocked[connection] = (now, connection.transport.get_write_buffer_size())
        self._look_soon()

    def moves(self, connection: Connection) -> None:
        """It takes something again."""
        self._blocked.pop(connection, None)

    def ends(self, connection: Connection) -> None:
        """It was closed, and has a little time for its last bytes."""
        self._ending.setdefault(connection, asyncio.get_running_loop().time())
        self._look_soon()

    def gone(self, connection: Connection) -> None:
        """Nothing is waited for."""
        self._blocked.pop(connection, None)
        self._ending.pop(connection, None)
        if self._look is not None and not (self._blocked or self._ending):
            self._look.cancel()
            self._look = None

    def _look_soon(self) -> None:
        if self._look is None:
            pause = min(self._limits.blocked_seconds, self._limits.linger_seconds) / _LOOKS
            self._look = asyncio.get_running_loop().call_later(pause, self._look_at_all)

    def _look_at_all(self) -> None:
        self._look = None
        now = asyncio.get_running_loop().time()
        for connection in self._out_of_time(now):
            connection.transport.abort()
        if self._blocked or self._ending:
            self._look_soon()

    def _out_of_time(self, now: float) -> list[Connection]:
        for connection, (_, before) in list(self._blocked.items()):
            size = connection.transport.get_write_buffer_size()
            if size < before:
                self._blocked[connection] = (now, size)
        blocked, linger = self._limits.blocked_seconds, self._limits.linger_seconds
        return [
            *(c for c, (since, _) in self._blocked.items() if now - since >= blocked),
            *(c for c, since in self._ending.items() if now - since >= linger),
        ]
