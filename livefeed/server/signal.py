"""A signal: wakes everybody who waits, and holds nothing for anybody."""

import asyncio


class Signal:
    """Fired when something changed. Look first, then wait, without awaiting anything between."""

    __slots__ = ("_event",)

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def fire(self) -> None:
        """Wake those who wait now; who waits from here on waits for the next time."""
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self) -> None:
        """Wait for the next `fire`."""
        await self._event.wait()
