"""Which other sites may show a feed, from a real server."""

from collections.abc import AsyncIterator

import httpx
import pytest

from livefeed.server.embedding import Embedding
from serving import running

PARTNER = "https://partner.example"
PAGES = ["/feeds", "/feeds/news", "/feeds/news/embed", "/feeds/news/stories", "/static/style.css"]


@pytest.fixture
async def browser(desk) -> AsyncIterator[httpx.AsyncClient]:
    """At a server whose feeds the partner may show."""
    async with (
        running(desk.url, origins=(PARTNER,)) as server,
        httpx.AsyncClient(base_url=server.url, trust_env=False) as client,
    ):
        yield client


@pytest.mark.parametrize("path", [*PAGES, "/feeds/nowhere"])
async def test_an_allowed_site_may_read_what_another_may_not(browser, path):
    for origin, reader in ((PARTNER, PARTNER), ("https://evil.example", None), (None, None)):
        response = await browser.get(path, headers={"origin": origin} if origin else {})
        assert response.headers.get("access-control-allow-origin") == reader
        assert "origin" in response.headers["vary"], "a cache would give one site's copy to another"
        assert response.headers["cross-origin-resource-policy"] == (
            "cross-origin" if path == "/feeds/news/embed" else "same-origin"
        )


async def test_a_known_copy_may_be_read_on_by_an_allowed_site(browser):
    tag = (await browser.get("/feeds/news/embed")).headers["etag"]
    headers = {"origin": PARTNER, "if-none-match": tag}
    response = await browser.get("/feeds/news/embed", headers=headers)
    assert response.status_code == 304
    assert response.headers["access-control-allow-origin"] == PARTNER


async def test_an_allowed_site_may_frame_the_page_for_it_and_no_other(browser):
    for path in ("/feeds/news", "/feeds/news/embed"):
        policy = (await browser.get(path)).headers["content-security-policy"]
        framers = next(each for each in policy.split("; ") if each.startswith("frame-ancestors"))
        assert (PARTNER in framers) == (path == "/feeds/news/embed")
        assert "'self'" in framers


async def test_without_a_site_that_is_allowed_none_is(server):
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as browser:
        for path in PAGES:
            response = await browser.get(path, headers={"origin": PARTNER})
            assert "access-control-allow-origin" not in response.headers
            assert response.headers["cross-origin-resource-policy"] == "same-origin"
            assert "frame-ancestors 'self'" in response.headers["content-security-policy"]


async def test_any_site_may_have_the_script_that_says_that_a_feed_is_not_for_it(server, browser):
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as closed:
        for client in (browser, closed):
            response = await client.get("/embed.js", headers={"origin": "https://evil.example"})
            assert response.status_code == 200
            assert response.headers["access-control-allow-origin"] == "*"


def test_all_sites_may_be_allowed():
    embedding = Embedding(["*"])
    assert embedding.reader("https://any.example") == "*"
    assert "frame-ancestors *" in embedding.framed["content-security-policy"]


def test_a_page_without_an_origin_is_allowed_only_with_all_others():
    assert Embedding([PARTNER]).reader("null") is None
    assert Embedding(["*"]).reader("null") == "*"
