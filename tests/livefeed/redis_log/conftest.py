"""Fixtures: a feed in each server."""

from collections.abc import Iterator

import pytest

from news_desk import NewsDesk


@pytest.fixture
def news(log_url: str) -> Iterator[NewsDesk]:
    """A new feed, with its first entry."""
    with NewsDesk(log_url) as desk:
        yield desk
