"""The application under another server than ours: plain uvicorn, as operators may start it."""

import asyncio
import os
import subprocess
import sys
from contextlib import contextmanager, suppress

import httpx
import pytest

from livefeed.redis_log import embedded
from news_desk import NewsDesk
from servers import free_port
from serving import Running, eventually, visit


@contextmanager
def plain_uvicorn(*options, **variables):
    port = free_port()
    words = ["--factory", "livefeed.server:create_app", "--port", str(port), *options]
    process = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", *words],
        env=os.environ | variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


class Address:
    """A server that is only known by its address."""

    def __init__(self, url):
        self.url = url

    def live(self, **options):
        return Running.live(self, **options)


async def up(url):
    """Wait until the server at `url` is ready."""
    async with asyncio.timeout(20), httpx.AsyncClient(base_url=url) as browser:
        while True:
            with suppress(httpx.TransportError):
                if (await browser.get("/readyz")).status_code == 200:
                    return
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("websockets", ["websockets", "websockets-sansio"])
@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
async def test_plain_uvicorn_serves_pages_and_readers(desk, websockets, loop):
    options = ("--ws", websockets, "--loop", loop)
    with plain_uvicorn(*options, LIVEFEED_REDIS_URL=desk.url) as (process, url):
        await up(url)
        async with visit(Address(url), compression="deflate") as reader:
            await reader.greeted()
            number = desk.publish("Polls have closed")
            assert (await reader.next("entry"))["number"] == number
            process.terminate()
            assert (await reader.closed())[0] in {1001, 1012}
        await eventually(lambda: process.poll() is not None)


async def test_without_an_address_it_is_the_embedded_server_of_the_data_folder(tmp_path):
    folder = {"LIVEFEED_DATA": str(tmp_path), "LIVEFEED_REDIS_URL": ""}
    with embedded.start(tmp_path) as log, plain_uvicorn(**folder) as (_, url):
        desk = NewsDesk(log.url)
        desk.publish("Polls have closed")
        desk.client.close()
        await up(url)
        async with visit(Address(url)) as reader:
            assert "Polls have closed" in str(await reader.greeted())
