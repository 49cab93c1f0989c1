"""Fixtures: a feed in a real log, and a server that follows it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from servers import Server
from serving import Desk, Running, running


@pytest.fixture
def log(valkey: Server) -> str:
    """The address of an empty log."""
    with valkey.client() as client:
        client.flushall()
    return valkey.url


@pytest.fixture
def desk(log: str) -> Iterator[Desk]:
    """Who publishes."""
    desk = Desk(log)
    yield desk
    desk.client.close()


@pytest.fixture
async def server(desk: Desk) -> AsyncIterator[Running]:
    """A server with the feed `news`."""
    async with running(desk.url) as server:
        yield server
