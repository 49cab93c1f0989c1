"""The likes of a feed's stories as they were last read: counts, and which of them changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Likes:
    """`counts` by story number; `changed` are those that changed with this `version`."""

    version: int = 0
    counts: Mapping[int, int] = field(default_factory=dict)
    changed: Mapping[int, int] = field(default_factory=dict)

    def of(self, number: int) -> int:
        """How many like a story."""
        return self.counts.get(number, 0)

    def with_counts(self, counts: Mapping[int, int]) -> "Likes":
        """The next version; this very one where nothing changed."""
        gone = {number: 0 for number in self.counts if number not in counts}
        changed = {n: c for n, c in {**gone, **counts}.items() if c != self.of(n)}
        return Likes(self.version + 1, dict(counts), changed) if changed else self
