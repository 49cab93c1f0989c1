"""When a worker that died is started again: at once, unless it dies at once again and again."""

from dataclasses import dataclass
from typing import Self

# A worker that lived so long did its work: what ended it is likely not to end the next one.
STEADY_SECONDS = 10.0
_FIRST_SECONDS = 0.5
# What ended it is mended by somebody, who should not wait for it to live again.
_LONGEST_SECONDS = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Restarts:
    """How often in a row a worker died soon after its start."""

    in_a_row: int = 0

    def after(self, lived: float) -> Self:
        """One more death, of a worker that lived so many seconds."""
        return type(self)(in_a_row=self.in_a_row + 1 if lived < STEADY_SECONDS else 0)

    @property
    def pause(self) -> float:
        """Seconds until the next start. The first death is forgiven, then each doubles it."""
        if self.in_a_row <= 1:
            return 0.0
        # The power is bounded, for a server may be left in this state for weeks.
        return min(_FIRST_SECONDS * 2.0 ** min(self.in_a_row - 2, 10), _LONGEST_SECONDS)
