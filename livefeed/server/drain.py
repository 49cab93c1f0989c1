"""When each reader is sent away by a server that ends, and when each comes back.

    sent away    evenly over the drain's time: 15,000 that left at once would be one second's storm
                 at the other servers, or at the next one here
    comes back   evenly over the return's time, which begins with the drain, in the same order, and
                 half a second to one and a half after its `bye` at the earliest

The two are one spread and not one on top of the other. With the default of 10 s, up to 5,000
readers come back at the pace at which they are sent away, so each is away for a second or so;
15,000 come back over 30 s, and the last of them is away for up to 21.5 s.

Few readers need no 10 s. The drain is as short as twenty readers a second make it, so a server with
a handful of readers ends at once, and one with more than 200 uses the time it was set.
"""

import random
from dataclasses import dataclass

# A pace that no server notices; a quicker one only when the time that was set asks for it.
_SECONDS_A_READER = 0.05
# What a reconnect costs a server, a hundred times over: 500 a second come back, at the most ...
_RETURN_SECONDS_A_READER = 0.002
# ... unless a reader would be away for longer than a page should be.
_LONGEST_RETURN_SECONDS = 60.0
_SOONEST_RETURN_MS = 500
_JITTER_MS = 1_000


@dataclass(frozen=True, slots=True)
class Drain:
    """Of so many readers, over so many seconds at the most. `elapsed` is seconds from its start."""

    readers: int
    most_seconds: float

    @property
    def seconds(self) -> float:
        """How long it takes until the last one is sent away."""
        return min(self.most_seconds, self.readers * _SECONDS_A_READER)

    def due(self, elapsed: float) -> int | None:
        """How many have been sent away by now; None: everybody, whoever else has come."""
        if elapsed >= self.seconds:
            return None
        return int(self.readers * elapsed / self.seconds)

    def retry_ms(self, nth: int, elapsed: float, chance: random.Random) -> int:
        """How long the nth reader (from 0 on), sent away now, waits before it comes back."""
        its_turn = self._return_seconds * min(nth / max(self.readers, 1), 1.0)
        wait = max(its_turn - elapsed, 0.0)
        return _SOONEST_RETURN_MS + round(wait * 1000) + chance.randrange(_JITTER_MS)

    @property
    def _return_seconds(self) -> float:
        evenly = min(self.readers * _RETURN_SECONDS_A_READER, _LONGEST_RETURN_SECONDS)
        return max(evenly, self.seconds)
