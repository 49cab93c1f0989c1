"""Fixtures: a feed in a real log, and a server that follows it."""

from collections.abc import AsyncIterator, Iterator

import pytest

import serving
from news_desk import NewsDesk
from servers import Server
from serving import Running, running


@pytest.fixture(params=["handed over", "plain"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each way of sending to readers in turn."""
    monkeypatch.setattr(serving, "HAND_OVER", request.param == "handed over")


@pytest.fixture
def log(valkey: Server) -> str:
    """The address of an empty log."""
    with valkey.client() as client:
        client.flushall()
    return valkey.url


@pytest.fixture
def desk(log: str) -> Iterator[NewsDesk]:
    """Who publishes."""
    desk = NewsDesk(log)
    yield desk
    desk.client.close()


@pytest.fixture
async def server(desk: NewsDesk) -> AsyncIterator[Running]:
    """A server with the feed `news`."""
    async with running(desk.url) as server:
        yield server
