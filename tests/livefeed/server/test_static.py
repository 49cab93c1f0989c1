"""The page's own files, from a real server."""

import gzip
import re

import httpx
import pytest

from livefeed.web_folder import web_folder
from serving import running


@pytest.fixture
async def plain(server):
    """A browser that takes no coding."""
    headers = {"accept-encoding": "identity"}
    async with httpx.AsyncClient(base_url=server.url, headers=headers, trust_env=False) as client:
        yield client


@pytest.mark.parametrize("name", ["main.js", "feed/fold.js", "style.css"])
async def test_a_file_is_sent_without_its_comments(plain, name):
    source = (web_folder() / name).read_text()
    served = (await plain.get(f"/static/{name}")).text
    assert "/*" in source
    assert "/*" not in served
    assert len(served) < len(source)


@pytest.mark.parametrize("name", ["main.js", "style.css"])
async def test_it_is_compressed_for_those_who_take_that(plain, name):
    address = f"/static/{name}"
    whole = await plain.get(address)
    assert "content-encoding" not in whole.headers
    async with plain.stream(
        "GET", address, headers={"accept-encoding": "deflate, gzip"}
    ) as response:
        sent = b"".join([part async for part in response.aiter_raw()])
    assert response.headers["content-encoding"] == "gzip"
    assert response.headers["content-length"] == str(len(sent))
    assert gzip.decompress(sent) == whole.content
    assert {whole.headers["vary"], response.headers["vary"]} == {"accept-encoding"}


async def test_a_copy_in_either_coding_still_stands_until_the_file_changes(
    desk, tmp_path, monkeypatch
):
    monkeypatch.setattr("livefeed.server.app.web_folder", lambda: tmp_path)
    script = tmp_path / "main.js"
    script.write_text("export const a = 1; // one")
    async with running(desk.url) as server, httpx.AsyncClient(base_url=server.url) as browser:
        response = await browser.get("/static/main.js")
        assert response.headers["cache-control"] == "no-cache"
        known = {"if-none-match": response.headers["etag"]}
        for coding in ("br", "gzip", "identity"):
            again = await browser.get(
                "/static/main.js", headers={**known, "accept-encoding": coding}
            )
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["vary"] == "accept-encoding"
        script.write_text("export const a = 22; // two")
        anew = await browser.get("/static/main.js", headers=known)
        assert (anew.status_code, anew.text) == (200, "export const a=22;")


async def test_head_tells_of_what_would_be_sent(plain):
    for coding in ("br", "gzip", "identity"):
        answers = [
            await plain.request(method, "/static/style.css", headers={"accept-encoding": coding})
            for method in ("HEAD", "GET")
        ]
        head, get = (dict(answer.headers) for answer in answers)
        assert re.sub("date.*?,", "", str(head)) == re.sub("date.*?,", "", str(get))
        assert answers[0].content == b""
