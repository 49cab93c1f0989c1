"""A signal: wakes everybody who waits, and holds nothing for anybody."""

import asyncio
from collections.abc import Callable


class Signal:
    """Fired when something changed. Look first, then wait, without awaiting anything between."""

    __slots__ = ("_calls", "_event")

    def __init__(self) -> None:
        self._event: asyncio.Event | None = None  # made for whoever waits, if anybody does
        self._calls: list[Callable[[], None]] = []

    def calls(self, callback: Callable[[], None]) -> None:
        """Call this too, each time, within `fire`; for as long as the signal lives."""
        self._calls.append(callback)

    def fire(self) -> None:
        """Wake those who wait now; who waits from here on waits for the next time."""
        if self._event is not None:
            self._event.set()
            self._event = None
        for callback in self._calls:
            callback()

    async def wait(self) -> None:
        """Wait for the next `fire`."""
        if self._event is None:
            self._event = asyncio.Event()
        await self._event.wait()
