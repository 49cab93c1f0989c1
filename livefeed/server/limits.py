"""Limits that keep one reader from being another's trouble, each with its reason."""

from dataclasses import dataclass

from livefeed.wire import frames
from livefeed.wire.compression import Agreement
from livefeed.wire.messages import LARGEST_READER_MESSAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Counts, bytes and seconds. The defaults are what `livefeed serve` runs with."""

    # A reader costs about 30 KiB in the plain ASGI way of sending: 600 MiB at the most.
    readers: int = 20_000
    # Connections that are no readers: they have said nothing yet, or ask for pages. A storm of
    # 15,000 a second, each a tenth of a second away, has 1,500 of them at the door.
    strangers: int = 4_096
    # A like has 60 bytes.
    message_bytes: int = LARGEST_READER_MESSAGE
    # Headers and cookies of real browsers stay below 16 KiB.
    request_bytes: int = 64 * 1024
    # From the connection's first byte to the request's last: slow networks need 3 s.
    request_seconds: float = 10.0
    # A reader whose connection takes nothing for so long is away; it comes back by its position.
    blocked_seconds: float = 30.0
    # Between two messages of one reader: nobody reads and likes stories faster than this.
    like_pause_seconds: float = 0.1
    pulse_seconds: float = 15.0
    likes_seconds: float = 2.0
    # How soon a new feed is found without anybody asking for it, and how soon asked for again.
    feeds_seconds: float = 5.0
    unknown_feed_seconds: float = 1.0
    # Another server may be this far ahead when a reader comes over from it.
    reach_seconds: float = 2.0
    # How long the first page may wait for the log to be read.
    ready_seconds: float = 5.0
    # After the drain, for the last readers to answer the close; who does not is cut off.
    goodbye_seconds: float = 2.0
    # A connection that was closed and still does not take its last bytes is cut.
    linger_seconds: float = 5.0
    # Whoever pressed Ctrl-C waits: readers are sent away within this, not within the time set.
    hurried_drain_seconds: float = 1.0
    # Beside drain and goodbye, what an end takes: pages being sent, followers, the interpreter.
    margin_seconds: float = 5.0

    def rules(self, agreed: Agreement | None) -> frames.Rules:
        """What a client may say on its WebSocket, by what was agreed on with it."""
        return frames.Rules(largest=self.message_bytes, deflate=agreed is not None)

    def ending_seconds(self, drain: float) -> float:
        """A process that was told to drain over so many seconds and is there after these hangs."""
        return drain + self.goodbye_seconds + self.margin_seconds
