"""Pages and documents, from a real server."""

import gzip
import re
import shutil

import httpx
import pytest

from builders import make_story
from livefeed.entry import Facts, FeedState, Mark, Op
from livefeed.server.limits import Limits
from livefeed.web_folder import web_folder
from news_desk import NewsDesk
from serving import caught_up, eventually, running


async def test_the_only_feed_is_where_the_start_page_leads(browser):
    response = await browser.get("/")
    assert (response.status_code, response.headers["location"]) == (307, "/feeds/news")


async def test_of_several_feeds_the_start_page_leads_to_the_list(desk):
    NewsDesk(desk.url, "election").client.close()
    async with running(desk.url) as server, httpx.AsyncClient(base_url=server.url) as browser:
        assert (await browser.get("/")).headers["location"] == "/feeds"
        page = (await browser.get("/feeds")).text
        assert "All about news" in page
        assert "All about election" in page


async def test_a_feeds_page_shows_its_stories(browser, server, desk):
    await caught_up(server, desk.append(Op.PUBLISH, story=make_story("Polls have closed")))
    response = await browser.get("/feeds/news")
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "Polls have closed" in response.text
    assert f'data-position="{server.feed().position}"' in response.text


async def test_older_stories_have_pages_and_documents_of_their_own(browser, server, desk):
    for n in range(60):
        receipt = desk.append(Op.PUBLISH, story=make_story(f"Headline {n}."))
    await caught_up(server, receipt)
    newest = await browser.get("/feeds/news")
    assert "Headline 59." in newest.text
    assert "Headline 0." not in newest.text
    older = await browser.get("/feeds/news", params={"before": 12})
    assert "Headline 0." in older.text
    assert "Headline 59." not in older.text
    document = (await browser.get("/feeds/news/stories?before=12&limit=3")).json()
    assert [story["number"] for story in document["stories"]] == [11, 10, 9]
    assert document["more"] is True


async def test_a_view_has_an_address_as_a_page_and_as_data(browser, server, desk):
    for n in range(4):
        marks = (Mark.KEY,) if n % 2 else ()
        receipt = desk.append(Op.PUBLISH, story=make_story(f"Headline {n}."), marks=marks)
    await caught_up(server, receipt)
    first = receipt.number - 3
    for query, shown in (
        ("order=oldest", [0, 1, 2, 3]),
        ("order=newest&key=1", [3, 1]),
        (f"order=oldest&key=1&after={first + 1}", [3]),
        (f"before={first + 2}", [1, 0]),
        ("order=sideways&key=2", [3, 2, 1, 0]),
        ("after=0", [3, 2, 1, 0]),
    ):
        page = (await browser.get(f"/feeds/news?{query}")).text
        document = (await browser.get(f"/feeds/news/stories?{query}")).json()
        numbers = [int(number) for number in re.findall(r'<article .*?data-number="(\d+)"', page)]
        assert numbers == [first + n for n in shown], query
        assert [story["number"] for story in document["stories"]] == numbers


async def test_an_ended_feed_opens_at_its_beginning(browser, server, desk):
    for n in range(2):
        desk.append(Op.PUBLISH, story=make_story(f"Headline {n}."))
    await caught_up(server, desk.append(Op.FEED, facts=Facts(state=FeedState.ENDED)))
    page = (await browser.get("/feeds/news")).text
    assert page.index('data-number="2"') < page.index('data-number="3"')
    newest = (await browser.get("/feeds/news?order=newest")).text
    assert newest.index('data-number="3"') < newest.index('data-number="2"')


async def test_the_stories_are_what_a_snapshot_has(browser, server, desk):
    receipt = desk.append(Op.PUBLISH, story=make_story("Polls have closed"))
    await caught_up(server, receipt)
    response = await browser.get("/feeds/news/stories")
    assert response.headers["content-type"] == "application/json"
    document = response.json()
    assert document["position"] == str(receipt.position)
    assert document["feed"]["title"] == "All about news"
    assert document["stories"][0]["story"]["headlines"][0]["value"] == "Polls have closed"


@pytest.mark.parametrize(
    "query", ["before=x", "before=0", "after=-1", "limit=-1", "before=" + "9" * 5000]
)
async def test_a_number_that_is_none_is_a_bad_request(browser, query):
    response = await browser.get(f"/feeds/news/stories?{query}")
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "usage"


async def test_a_story_is_a_page_or_a_ninjs_document(browser, server, desk):
    receipt = desk.append(Op.PUBLISH, story=make_story("Polls have closed"))
    await caught_up(server, receipt)
    address = f"/feeds/news/stories/{receipt.number}"
    page = await browser.get(address, headers={"accept": "text/html,*/*;q=0.8"})
    assert "Polls have closed" in page.text
    assert page.headers["vary"] == "accept, accept-encoding"
    ninjs = await browser.get(address, headers={"accept": "application/json"})
    assert ninjs.headers["content-type"] == "application/json"
    assert ninjs.json()["standard"]["version"] == "3.1"
    assert ninjs.json()["headlines"][0]["value"] == "Polls have closed"


async def test_what_is_refused_is_told_in_the_feeds_language_and_to_programs_in_english(
    browser, server, desk
):
    await caught_up(server, desk.append(Op.FEED, facts=Facts(language="ar")))
    address = "/feeds/news/stories/99"
    page = await browser.get(address, headers={"accept": "text/html"})
    assert '<html lang="ar" dir="rtl">' in page.text
    assert "لا يوجد خبر كهذا." in page.text
    document = await browser.get(address, headers={"accept": "application/json"})
    assert document.json()["error"]["message"] == "There is no such story."
    elsewhere = await browser.get("/feeds/nwes", headers={"accept": "text/html"})
    assert "There is no feed “nwes”." in elsewhere.text


@pytest.mark.parametrize("op", [Op.HOLD, Op.KILL])
async def test_a_withdrawn_story_is_gone_from_every_address(browser, server, desk, op):
    number = desk.publish("The minister resigns")
    await caught_up(server, desk.append(Op.PIN, number))
    addresses = ["/feeds", "/feeds/news", "/feeds/news/stories", f"/feeds/news/stories/{number}"]
    for address in addresses:
        await browser.get(address)
    await caught_up(server, desk.append(op, number, note="Not confirmed."))
    for accept in ("text/html", "application/json"):
        for address in addresses:
            response = await browser.get(address, headers={"accept": accept})
            assert "minister" not in response.text
        assert response.status_code == 410
    assert response.json()["error"]["note"] == "Not confirmed."


async def test_a_released_story_is_back(browser, server, desk):
    number = desk.publish("The minister resigns")
    desk.append(Op.HOLD, number)
    await caught_up(server, desk.append(Op.RELEASE, number))
    assert (await browser.get(f"/feeds/news/stories/{number}")).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/feeds/nothing",
        "/feeds/NEWS",
        "/feeds/news/",
        "/feeds/news/stories/999",
        "/feeds/news/stories/0",
        "/feeds/news/stories/" + "9" * 5000,
        "/feeds/news/stories/1.5",
        "/feeds/news/nothing",
        "/nothing",
        "/static/nothing.css",
        "/static/templates/feed.html",
        "/static/../pyproject.toml",
        "/static/%2e%2e/pyproject.toml",
    ],
)
async def test_what_is_not_there_is_not_found(browser, address):
    page = await browser.get(address, headers={"accept": "text/html"})
    assert page.status_code == 404
    assert "<h1" in page.text
    data = await browser.get(address, headers={"accept": "application/json"})
    assert data.status_code == 404
    assert data.json()["error"]["code"] == "not-found"


async def test_other_methods_are_refused(browser):
    assert (await browser.post("/feeds/news")).status_code == 405
    assert (await browser.head("/feeds/news")).status_code == 200


async def test_the_live_socket_without_a_websocket_asks_for_one(browser):
    assert (await browser.get("/feeds/news/live")).status_code == 426


DATA = {"accept": "application/json"}
PAGE = {"accept": "text/html"}
PAGES_AND_DOCUMENTS = [
    ("/feeds", PAGE),
    ("/feeds/news", PAGE),
    ("/feeds/news/stories/2", PAGE),
    ("/feeds/news/stories/2", DATA),
    ("/feeds/news/stories", DATA),
]


@pytest.mark.parametrize(("address", "accept"), PAGES_AND_DOCUMENTS)
async def test_what_the_browser_has_is_not_sent_until_something_changes(
    browser, server, desk, address, accept
):
    await caught_up(server, desk.append(Op.PUBLISH))
    response = await browser.get(address, headers=accept)
    assert response.headers["cache-control"] == "no-cache"
    known = {**accept, "if-none-match": response.headers["etag"]}
    again = await browser.get(address, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    await caught_up(server, desk.append(Op.PUBLISH))
    assert (await browser.get(address, headers=known)).status_code == 200


@pytest.mark.parametrize(("address", "accept"), PAGES_AND_DOCUMENTS)
async def test_it_is_compressed_for_those_who_take_that_under_the_same_etag(
    browser, server, desk, address, accept
):
    await caught_up(server, desk.append(Op.PUBLISH))
    plain, small = [
        await browser.get(address, headers={**accept, "accept-encoding": coding})
        for coding in ("identity", "gzip")
    ]
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert int(small.headers["content-length"]) < len(plain.content) * 0.9
    assert small.content == plain.content
    assert small.headers["etag"] == plain.headers["etag"]
    for response in (plain, small):
        assert "accept-encoding" in response.headers["vary"]
    again = {**accept, "if-none-match": plain.headers["etag"], "accept-encoding": "gzip"}
    known = await browser.get(address, headers=again)
    assert (known.status_code, known.headers["vary"]) == (304, small.headers["vary"])
    head = await browser.head(address, headers={**accept, "accept-encoding": "gzip"})
    assert head.headers["content-length"] == small.headers["content-length"]


async def test_a_page_is_compressed_once_and_not_once_a_reader(browser, server, desk, monkeypatch):
    await caught_up(server, desk.append(Op.PUBLISH))
    made = []
    compress = gzip.compress
    monkeypatch.setattr(
        "gzip.compress", lambda *args, **kw: made.append(1) or compress(*args, **kw)
    )
    for _ in range(3):
        await browser.get("/feeds/news", headers={"accept-encoding": "gzip"})
    assert len(made) == 1


@pytest.mark.parametrize(("address", "accept"), PAGES_AND_DOCUMENTS)
async def test_the_etag_is_the_position_and_a_page_s_has_a_mark_of_the_build(
    browser, server, desk, address, accept
):
    receipt = desk.append(Op.PUBLISH)
    await caught_up(server, receipt)
    tag = (await browser.get(address, headers=accept)).headers["etag"]
    mark = r"\.[0-9a-f]{8}" if accept is PAGE else ""
    assert re.fullmatch(f'W/"{receipt.position}{mark}"', tag)


async def test_a_deploy_sends_the_page_anew_where_no_story_came_since(desk, tmp_path, monkeypatch):
    known = {}
    for look in ("old", "new"):
        web = tmp_path / look
        shutil.copytree(web_folder(), web)
        template = web / "templates" / "base.html"
        template.write_text(template.read_text().replace('class="skip"', f'class="skip {look}"'))
        monkeypatch.setattr("livefeed.server.app.web_folder", lambda web=web: web)
        async with running(desk.url) as server, httpx.AsyncClient(base_url=server.url) as browser:
            response = await browser.get("/feeds/news", headers=known)
        assert response.status_code == 200
        known = {"if-none-match": response.headers["etag"]}


@pytest.mark.parametrize("address", ["/feeds/news", "/nothing", "/static/style.css", "/healthz"])
async def test_every_answer_has_the_security_headers(browser, address):
    headers = (await browser.get(address)).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == "'self'"
    assert policy["connect-src"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert policy["trusted-types"] == "livefeed"
    assert headers["x-content-type-options"] == "nosniff"


async def test_the_pages_own_files_are_served_with_their_types(browser):
    page = (await browser.get("/feeds/news")).text
    found = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert found
    for address in found:
        response = await browser.get(address, headers={"range": "bytes=0-5"})
        assert response.status_code == 200, address
        expected = "text/css" if address.endswith(".css") else "text/javascript"
        assert response.headers["content-type"].startswith(expected)
        again = await browser.get(address, headers={"if-none-match": response.headers["etag"]})
        assert again.status_code == 304


async def test_likes_stand_on_the_page(desk):
    number = desk.publish()
    with_likes = {"changes": 1, str(number): 41}
    desk.client.hset("livefeed:{news}:likes", mapping=with_likes)
    async with running(desk.url, limits=Limits(likes_seconds=0.05)) as server:
        await eventually(lambda: server.feed().likes.of(number) == 41)
        async with httpx.AsyncClient(base_url=server.url) as browser:
            assert "41 readers like this" in (await browser.get("/feeds/news")).text


async def test_a_fault_of_ours_is_told_without_its_details(server, browser):
    """Broken on purpose: a feed without its fold."""
    feed = server.feed()
    fold, feed.fold = feed.fold, None
    try:
        response = await browser.get("/feeds/news")
    finally:
        feed.fold = fold
    assert response.status_code == 500
    assert "NoneType" not in response.text
    assert "content-security-policy" in response.headers
