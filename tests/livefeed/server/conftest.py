"""Fixtures: a feed in a real log, and a server that follows it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator

import httpx
import pytest
import uvloop

import serving
from news_desk import NewsDesk
from servers import Server
from serving import Running, running


def pytest_asyncio_loop_factories(
    item: pytest.Item,
) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """uvloop, as `livefeed serve` has it; who uses `each_loop` runs on asyncio's own, too."""
    loops = {"uvloop": uvloop.new_event_loop}
    if "each_loop" in getattr(item, "fixturenames", ()):
        loops["asyncio"] = asyncio.new_event_loop
    return loops


@pytest.fixture
async def each_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each event loop in turn, for the test and for servers of its own."""
    module = type(asyncio.get_running_loop()).__module__
    monkeypatch.setattr(serving, "LOOP", "uvloop" if module.startswith("uvloop") else "asyncio")


@pytest.fixture(params=["handed over", "plain"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, each_loop: None) -> None:  # noqa: ARG001 - both of both
    """Each way of sending to readers in turn, on each event loop."""
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


@pytest.fixture
async def browser(server: Running) -> AsyncIterator[httpx.AsyncClient]:
    """Whoever asks that server for pages."""
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as client:
        yield client
