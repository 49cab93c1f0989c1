"""Fixtures: a feed in each server."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from desk import Desk


@pytest.fixture
def news(log_url: str) -> Iterator[Desk]:
    """A new feed, with its first entry."""
    with Desk(log_url) as desk:
        yield desk
