"""Fixtures: a feed in each server."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from newsroom import Newsroom


@pytest.fixture
def news(log_url: str) -> Iterator[Newsroom]:
    """A new feed, with its first entry."""
    with Newsroom(log_url) as newsroom:
        yield newsroom
