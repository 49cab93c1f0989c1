"""A subscribed connection that notices when nobody is there any more."""

import asyncio
from typing import Any, Self

import redis.asyncio

from livefeed.errors import Unreachable
from livefeed.redis_log.connect import address, in_time, our_errors


class Subscription:
    """The messages of one channel.

    A stopped server and a half-open connection raise nothing: they are just silent. So a quiet
    connection is asked for a sign of life.
    """

    def __init__(self, connection: Any, where: str, patience: float) -> None:  # noqa: ANN401 - of redis-py
        self._connection = connection
        self._where = where
        self._patience = patience
        self._now = asyncio.get_running_loop().time
        self._heard = self._now()

    @classmethod
    async def to(cls, channel: str, client: redis.asyncio.Redis, patience: float) -> Self:
        """Subscribe on a connection of the client's, which closes it too."""
        async with in_time(client):
            connection = await client.connection_pool.get_connection()  # type: ignore[no-untyped-call]
            await connection.send_command("SUBSCRIBE", channel)
            await connection.read_response()
        return cls(connection, address(client), patience)

    async def message(self, within: float) -> bytes | None:
        """The next message; None after that many seconds without one.

        Raises:
            Unreachable: the connection is lost, or nobody answers.
        """
        while True:
            with our_errors(self._where):
                reply = await self._connection.read_response(timeout=within)
                if reply is None:
                    await self._ask_for_a_sign()
                    return None
            self._heard = self._now()
            if reply[0] == b"message":
                data: bytes = reply[2]
                return data

    async def _ask_for_a_sign(self) -> None:
        if self._now() - self._heard > self._patience:
            raise Unreachable(
                f"Redis at {self._where} has not answered for {self._patience:.0f} s",
                hint="Is it stopped or overloaded, or is the network down?",
            )
        await self._connection.send_command("PING")
