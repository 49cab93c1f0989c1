"""New publication ids: the one place that gives them a clock and randomness. Knows no redis."""

import os
import time

from livefeed.publication_id import RANDOM_BYTES, publication_id


def new_id(now_ms: int | None = None) -> str:
    """A publication id of this machine's time, or of `now_ms` (since 1970)."""
    made = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    return publication_id(made, os.urandom(RANDOM_BYTES))
