"""What the load balancer and the operator are told."""

import asyncio

import httpx

from livefeed.server.limits import Limits
from serving import WAIT, eventually, running, visit


async def test_the_process_lives(server):
    async with httpx.AsyncClient(base_url=server.url) as browser:
        response = await browser.get("/healthz")
        assert (response.status_code, response.json()) == (200, {"alive": True})
        assert response.headers["cache-control"] == "no-store"


async def test_a_ready_server_tells_of_its_feeds(server):
    async with httpx.AsyncClient(base_url=server.url) as browser, visit(server) as reader:
        await reader.greeted()
        response = await browser.get("/readyz")
        assert response.status_code == 200
        assert response.json() == {
            "ready": True,
            "redis": True,
            "leaving": False,
            "readers": 1,
            "feeds": {
                "news": {
                    "position": str(server.feed().position),
                    "upstream": True,
                    "readers": 1,
                    "bad_messages": 0,
                }
            },
        }


async def test_a_server_that_leaves_is_not_ready(desk):
    async with (
        running(desk.url, limits=Limits(goodbye_seconds=0.1)) as server,
        httpx.AsyncClient(base_url=server.url) as browser,
    ):
        server.feeds.leave()
        response = await browser.get("/readyz")
        assert response.status_code == 503
        assert response.json()["leaving"] is True
        await eventually(lambda: server.feeds.readers == 0)


async def test_a_server_that_leaves_does_not_wait_for_redis_to_say_so(desk):
    async with (
        running(desk.url) as server,
        httpx.AsyncClient(base_url=server.url) as browser,
    ):
        server.feeds.leave()
        server.feeds._looked_at = never = float("-inf")
        assert (await browser.get("/readyz")).status_code == 503
        assert server.feeds._looked_at == never


async def test_a_redis_that_stands_still_is_told_before_a_connection_gives_it_up(desk, valkey):
    async with (
        running(desk.url) as server,
        httpx.AsyncClient(base_url=server.url) as browser,
    ):
        valkey.pause()
        try:
            response = await changed(browser, 200)
            assert server.feeds.failure is None  # that question has not been given up yet
            assert response.status_code == 503
            assert (response.json()["ready"], response.json()["redis"]) == (False, False)
        finally:
            valkey.resume()
        await changed(browser, 503)


async def changed(browser, status):
    """What `/readyz` says when it says this no more: Redis is asked once in a while only."""
    async with asyncio.timeout(WAIT):
        while (response := await browser.get("/readyz")).status_code == status:
            pass
    return response
