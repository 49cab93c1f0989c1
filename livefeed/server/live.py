"""The live socket: the handshake, then one of two ways of sending.

Where the server offers it, the connection is handed over to the feed's fan-out, and this ends. The
plain ASGI way works under every server: a visit is two tasks, one listens to the reader, one has
its cursor and sends. The first that ends ends the other.
"""

import asyncio
import logging
import random
from functools import partial

from starlette.types import Message, Receive, Scope, Send

from livefeed.errors import BadMessage, LivefeedError
from livefeed.position import Position
from livefeed.server import handshake
from livefeed.server.audience import Audience, ReaderGone
from livefeed.server.cursor import Cursor
from livefeed.server.feeds import Feeds
from livefeed.server.handover import EXTENSION, HandOver
from livefeed.server.handshake import Accept, Offer, Refuse
from livefeed.server.limits import Limits
from livefeed.server.reader import OnLike
from livefeed.wire import messages
from livefeed.wire.messages import Encoding, Like

log = logging.getLogger(__name__)
_LATER_MS = range(5_000, 15_000)  # for a reader that comes when there is no room, or no log
_LONGEST_REASON = 120  # bytes: a close frame holds 123


class Live:
    """The ASGI application at `/feeds/{feed}/live`."""

    def __init__(
        self, feeds: Feeds, origins: frozenset[str], limits: Limits, chance: random.Random
    ) -> None:
        self._feeds = feeds
        self._origins = origins
        self._limits = limits
        self._chance = chance
        self._hears: dict[Audience, OnLike] = {}
        self._coming = 0  # readers who wait for their feed, or for what they have seen elsewhere

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the handshake, then serve the reader until it leaves."""
        await receive()  # websocket.connect
        decision = handshake.decide(_offer(scope), self._origins)
        connection = Connection(receive, send, self._limits, _hand_over(scope))
        try:
            if isinstance(decision, Refuse):
                await connection.refuse(decision, scope)
            else:
                await connection.accept(decision)
                await self._visit(connection, scope["path_params"]["feed"], decision)
        except ReaderGone:
            pass

    async def _visit(self, connection: "Connection", name: str, accepted: Accept) -> None:
        if self._feeds.leaving or self._feeds.readers + self._coming >= self._limits.readers:
            return await self._put_off(connection, "full")
        try:
            audience = await self._audience(name, accepted.after)
        except LivefeedError:
            return await self._put_off(connection, "out of reach")
        if audience is None:
            return await connection.close(handshake.DO_NOT_COME_BACK, "no such feed")
        cursor = Cursor(accepted.encoding, accepted.after)
        if connection.hand_over is None:
            return await self._converse(connection, audience, cursor)
        deflate = connection.hand_over["deflate"]
        reader = audience.fanout.reader(cursor, self._hearing(audience), deflate)
        if not connection.hand_over["give"](reader):
            raise ReaderGone
        return None

    async def _audience(self, name: str, after: Position | None) -> Audience | None:
        """The feed's audience, once it is where the reader was. Who waits has a place already."""
        audience = self._feeds.at_hand(name, after)
        if audience is not None:
            return audience
        self._coming += 1
        try:
            return await self._feeds.unless_leaving(self._feeds.find_and_reach(name, after))
        finally:
            self._coming -= 1

    async def _put_off(self, connection: "Connection", reason: str) -> None:
        """Ask the reader to come back later, not at the same moment as all the others."""
        if self._feeds.leaving:
            reason = "restart"
        retry_ms = self._chance.choice(_LATER_MS)
        await connection.send(messages.bye(connection.encoding, reason=reason, retry_ms=retry_ms))
        await connection.close(handshake.COME_BACK_LATER, reason)

    async def _converse(self, connection: "Connection", audience: Audience, cursor: Cursor) -> None:
        try:
            with audience.visit(cursor.encoding) as visit:
                async with asyncio.TaskGroup() as both:
                    both.create_task(audience.serve(connection, cursor, visit))
                    await self._listen(connection, audience)
        except* ReaderGone:
            pass

    async def _listen(self, connection: "Connection", audience: Audience) -> None:
        """Take what the reader sends. A like is all that a reader has to say."""
        while True:
            data = await connection.receive()
            try:
                like = messages.parse_like(data, connection.encoding)
            except BadMessage as error:
                await connection.close(handshake.NOT_UNDERSTOOD, str(error))
                raise ReaderGone from None
            await self._like(audience, like)
            await asyncio.sleep(self._limits.like_pause_seconds)

    async def _like(self, audience: Audience, like: Like) -> None:
        try:
            await self._feeds.like(audience, like.number, like.token)
        except LivefeedError as error:
            log.warning("A like of %s was lost: %s", audience.feed.name, error)

    def _hearing(self, audience: Audience) -> OnLike:
        """What takes the likes of an audience: one for all of its readers."""
        if audience not in self._hears:
            self._hears[audience] = partial(self._like, audience)
        return self._hears[audience]


class Connection:
    """One WebSocket. Every method may end with `ReaderGone`.

    `hand_over` is the server's offer to hand it over, if it makes one.
    """

    __slots__ = ("_limits", "_receive", "_send", "encoding", "hand_over")

    def __init__(
        self, receive: Receive, send: Send, limits: Limits, hand_over: HandOver | None
    ) -> None:
        self._receive = receive
        self._send = send
        self._limits = limits
        self.encoding = Encoding.JSON
        self.hand_over = hand_over

    async def accept(self, accepted: Accept) -> None:
        """Open it. No time is set for that: there is always room for the first answer."""
        self.encoding = accepted.encoding
        try:
            await self._send({"type": "websocket.accept", "subprotocol": accepted.subprotocol})
        except OSError:
            raise ReaderGone from None

    async def refuse(self, refused: Refuse, scope: Scope) -> None:
        """Answer with an HTTP status; a server that cannot do that says 403."""
        if "websocket.http.response" not in scope.get("extensions", {}):
            return await self._say({"type": "websocket.close"})
        kind = (b"content-type", b"text/plain; charset=utf-8")
        start = {"type": "websocket.http.response.start", "status": refused.status}
        await self._say({**start, "headers": [kind]})
        body = refused.reason.encode()
        return await self._say({"type": "websocket.http.response.body", "body": body})

    async def send(self, data: bytes) -> None:
        """Hand over one message; a reader that has not taken it in time is gone.

        However much of it was taken: ASGI tells when a message is sent, not how far it is.
        """
        frame = {"text": data.decode()} if self.encoding.is_text else {"bytes": data}
        await self._say({"type": "websocket.send", **frame})

    async def close(self, code: int, reason: str) -> None:
        """Close it, with a reason as long as a close frame holds."""
        short = reason.encode()[:_LONGEST_REASON].decode(errors="ignore")
        await self._say({"type": "websocket.close", "code": code, "reason": short})

    async def receive(self) -> bytes:
        """The next message of the reader."""
        event = await self._receive()
        if event["type"] == "websocket.disconnect":
            raise ReaderGone
        text: str | None = event.get("text")
        data: bytes = event["bytes"] if text is None else text.encode()
        return data

    async def _say(self, message: Message) -> None:
        try:
            async with asyncio.timeout(self._limits.blocked_seconds):
                await self._send(message)
        except (TimeoutError, OSError):  # OSError: how ASGI servers say that nobody is there
            raise ReaderGone from None


def _hand_over(scope: Scope) -> HandOver | None:
    offered: HandOver | None = scope.get("extensions", {}).get(EXTENSION)
    return offered


def _offer(scope: Scope) -> Offer:
    hosts, origins = [], []
    for name, value in scope["headers"]:
        if name == b"host":
            hosts.append(value.decode("latin-1"))
        elif name == b"origin":
            origins.append(value.decode("latin-1"))
    query = scope["query_string"].decode("latin-1")
    return Offer(hosts=hosts, origins=origins, subprotocols=scope["subprotocols"], query=query)
