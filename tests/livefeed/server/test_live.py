"""The live socket, with a real log and real connections."""

import json

import pytest

from livefeed.wire.messages import Encoding
from serving import visit


@pytest.mark.parametrize("encoding", Encoding)
async def test_a_story_reaches_readers_of_every_subprotocol(server, desk, encoding):
    async with visit(server, encoding=encoding) as reader:
        hello, snapshot, _ = await reader.greeted()
        assert reader.connection.subprotocol == encoding.subprotocol
        assert hello["resumed"] is False
        assert snapshot["feed"]["title"] == "All about news"
        number = desk.publish("Polls have closed")
        entry = await reader.next("entry")
        assert entry["number"] == number
        told = entry["html"] if encoding is Encoding.HTML else json.dumps(entry["story"])
        assert "Polls have closed" in told


async def test_without_a_subprotocol_it_is_json(server):
    async with visit(server, subprotocols=None) as reader:
        assert reader.connection.subprotocol is None
        assert (await reader.next())["type"] == "hello"
