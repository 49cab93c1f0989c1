"""Stories' revisions, from a real server and a real log."""

import asyncio

import httpx
import pytest

from builders import make_story
from livefeed.entry import Op
from news_desk import NewsDesk
from servers import Server, valkey_program
from serving import caught_up, running

DATA = {"accept": "application/json"}


def corrected(desk, before="on Thursday", after="on Friday", **more):
    number = desk.publish(f"Talks {before}")
    story = make_story(f"Talks {after}")
    return desk.append(Op.CORRECT, number, story=story, note="It is Friday.", **more)


def address_of(receipt):
    return f"/feeds/news/stories/{receipt.number}/revisions"


def reads(desk):
    """How many texts were ever read from the log."""
    return desk.client.info("commandstats").get("cmdstat_zrange", {}).get("calls", 0)


async def test_a_corrected_story_leads_to_how_it_changed(browser, server, desk):
    receipt = corrected(desk)
    await caught_up(server, receipt)
    page = await browser.get("/feeds/news")
    assert f'href="{address_of(receipt)}#history"' in page.text
    history = await browser.get(address_of(receipt))
    assert history.status_code == 200
    assert history.headers["vary"] == "accept, accept-encoding"
    assert "Thursday<span" in history.text.replace("\n", "")
    assert "It is Friday." in history.text
    assert '<meta name="robots" content="noindex">' in history.text


async def test_as_data_it_has_every_revision(browser, server, desk):
    receipt = corrected(desk)
    await caught_up(server, receipt)
    response = await browser.get(address_of(receipt), headers=DATA)
    assert response.headers["content-type"] == "application/json"
    assert [revision["rev"] for revision in response.json()["revisions"]] == [2, 1]


@pytest.mark.parametrize("op", [Op.HOLD, Op.KILL])
async def test_of_a_withdrawn_story_there_is_none(browser, server, desk, op):
    receipt = corrected(desk)
    await caught_up(server, receipt)
    for accept in ({}, DATA):
        assert "Thursday" in (await browser.get(address_of(receipt), headers=accept)).text
    await caught_up(server, desk.append(op, receipt.number))
    for accept in ({}, DATA):
        response = await browser.get(address_of(receipt), headers=accept)
        assert response.status_code == 410
        assert "Thursday" not in response.text
        assert "Talks" not in response.text


async def test_what_a_redaction_took_out_is_gone_at_once(browser, server, desk):
    receipt = corrected(desk)
    await caught_up(server, receipt)
    known = (await browser.get(address_of(receipt))).headers["etag"]
    redaction = desk.append(Op.CORRECT, receipt.number, note="For legal reasons.", redacts=True)
    await caught_up(server, redaction)
    for accept in ({}, DATA):
        headers = {**accept, "if-none-match": known}
        response = await browser.get(address_of(receipt), headers=headers)
        assert response.status_code == 200
        assert "Thursday" not in response.text
        assert "For legal reasons." in response.text


@pytest.mark.parametrize("number", ["99", "0", "x"])
async def test_a_story_that_is_not_there_has_none(browser, number):
    assert (await browser.get(f"/feeds/news/stories/{number}/revisions")).status_code == 404


async def test_many_readers_read_the_log_once_until_the_story_changes(browser, server, desk):
    receipt = corrected(desk)
    await caught_up(server, receipt)

    async def texts_read():
        """How many of them, so that fifty readers have the history."""
        before = reads(desk)
        responses = await asyncio.gather(*(browser.get(address_of(receipt)) for _ in range(50)))
        assert {response.status_code for response in responses} == {200}
        return reads(desk) - before

    assert await texts_read() == 1
    await caught_up(server, desk.append(Op.PUBLISH))  # another story
    assert await texts_read() == 0
    await caught_up(server, desk.append(Op.UPDATE, receipt.number))
    assert await texts_read() == 2


async def test_a_history_that_is_read_while_its_story_is_killed_is_not_kept(browser, server, desk):
    receipts = [corrected(desk) for _ in range(20)]
    await caught_up(server, receipts[-1])
    for receipt in receipts:
        asking = asyncio.create_task(browser.get(address_of(receipt)))
        killing = await asyncio.to_thread(desk.append, Op.KILL, receipt.number)
        await caught_up(server, killing)
        await asking
        response = await browser.get(address_of(receipt))
        assert response.status_code == 410
        assert "Thursday" not in response.text
        assert not server.feed().prepared._histories


async def test_while_redis_is_away_what_was_read_is_served_and_the_rest_is_not():
    with (
        Server(valkey_program(), appendonly="yes") as away,
        NewsDesk(away.url) as desk,
    ):
        read, unread = corrected(desk), corrected(desk)
        async with running(away.url) as server:
            await caught_up(server, unread)
            async with httpx.AsyncClient(base_url=server.url, trust_env=False) as browser:
                assert (await browser.get(address_of(read))).status_code == 200
                away.kill()
                assert (await browser.get(address_of(read))).status_code == 200
                response = await browser.get(address_of(unread))
                assert response.status_code == 503
                assert response.headers["retry-after"]
