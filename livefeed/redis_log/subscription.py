"""A subscribed connection: what came together is given together, and silence is noticed.

redis-py makes the connection: address, encryption, password. Then its transport is read here, for a
message is waited for very often, and redis-py's way takes a time-out, a task's turn and a stream
for each. A stopped server and a half-open connection raise nothing, they are just silent; so a
quiet connection is asked for a sign of life.
"""

import asyncio
from typing import Any, Final, Self

import hiredis
import redis.asyncio
from redis import exceptions as foreign

from livefeed.errors import Unreachable
from livefeed.redis_log.connect import address, in_time, our_errors

_MOST_WAITING: Final = 4 * 1024 * 1024  # bytes; more waits with Redis, which then lets us go


class Subscription(asyncio.Protocol):
    """The messages of one channel."""

    def __init__(self, connection: Any, where: str, patience: float) -> None:  # noqa: ANN401 - of redis-py
        errors = {"protocolError": foreign.InvalidResponse, "replyError": _reply_error(connection)}
        self._parser = hiredis.Reader(**errors)
        self._connection = connection
        self._transport = connection._writer.transport  # noqa: SLF001 - there is no public way
        # It is told of the end: who closes the connection waits for that.
        self._former = self._transport.get_protocol()
        self._where = where
        self._patience = patience
        self._loop = asyncio.get_running_loop()
        self._heard = self._loop.time()
        self._came: list[bytes] = []
        self._size = 0
        self._subscribed = False
        self._asked = False  # for a sign of life, and nothing was heard since
        self._end: Exception | None = None
        self._awaited: asyncio.Future[None] | None = None
        self._transport.set_protocol(self)

    @classmethod
    async def to(cls, channel: str, client: redis.asyncio.Redis, patience: float) -> Self:
        """Subscribe on a connection of the client's, which closes it too."""
        async with in_time(client):
            connection = await client.connection_pool.get_connection()  # type: ignore[no-untyped-call]
            subscription = cls(connection, address(client), patience)
            subscription._send("SUBSCRIBE", channel)
            while not subscription._subscribed:
                await subscription._something(patience)
            return subscription

    async def messages(self, within: float) -> list[bytes]:
        """Those that came since the last time; none after that many seconds without one.

        Raises:
            Unreachable: the connection is lost, or nobody answers.
        """
        if not self._came:
            await self._something(within)
        if not self._came:
            self._ask_for_a_sign()
        elif self._size > _MOST_WAITING:
            self._transport.resume_reading()
        came, self._came, self._size = self._came, [], 0
        return came

    # The transport's calls.

    def data_received(self, data: bytes) -> None:
        """Take the replies that are whole now."""
        self._heard = self._loop.time()
        self._parser.feed(data)
        try:
            while (reply := self._parser.gets()) is not False:
                self._take(reply)
        except foreign.InvalidResponse as error:
            self._end = error
        self._asked = False
        if self._came or self._end:
            self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more will come."""
        self._end = self._end or foreign.ConnectionError("the connection was closed")
        self._end.__cause__ = exc
        self._wake()
        self._former.connection_lost(exc)

    def _take(self, reply: Any) -> None:  # noqa: ANN401 - whatever Redis says
        if isinstance(reply, Exception):
            self._end = reply
        elif not isinstance(reply, list):
            return  # a sign of life
        elif reply[0] == b"message":
            self._came.append(reply[2])
            self._size += len(reply[2])
            if self._size > _MOST_WAITING:
                self._transport.pause_reading()
        elif reply[0] == b"subscribe":
            self._subscribed = True
            self._wake()

    async def _something(self, within: float) -> None:
        """Wait until something came, or that many seconds."""
        self._raise_end()
        self._awaited = self._loop.create_future()
        timer = self._loop.call_later(within, self._wake)
        try:
            await self._awaited
        finally:
            timer.cancel()
        if not self._came:
            self._raise_end()

    def _raise_end(self) -> None:
        if self._end is not None:
            with our_errors(self._where):
                raise self._end

    def _wake(self) -> None:
        if self._awaited is not None and not self._awaited.done():
            self._awaited.set_result(None)

    def _ask_for_a_sign(self) -> None:
        if self._loop.time() - self._heard > self._patience:
            raise Unreachable(
                f"Redis at {self._where} has not answered for {self._patience:.0f} s",
                hint="Is it stopped or overloaded, or is the network down?",
            )
        if not self._asked:
            self._asked = True
            self._send("PING")

    def _send(self, *words: str) -> None:
        self._transport.write(b"".join(self._connection.pack_command(*words)))


def _reply_error(connection: Any) -> Any:  # noqa: ANN401 - of redis-py
    """What makes an error of Redis's words, as redis-py does."""
    return connection._parser.parse_error  # noqa: SLF001 - likewise
