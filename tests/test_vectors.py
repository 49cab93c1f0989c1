"""The golden vectors, checked both ways: bytes to meaning, and meaning to bytes."""

import json
from pathlib import Path

import msgspec
import pytest

from livefeed.entry import Entry
from livefeed.wire import channel
from livefeed.wire.messages import Encoding, Like, parse_like

VECTORS = Path(__file__).parent / "vectors"


def rows(name: str) -> list[dict]:
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


def named(name: str):
    return pytest.mark.parametrize("row", [pytest.param(r, id=r["name"]) for r in rows(name)])


def payload(row: dict) -> bytes:
    return row["text"].encode() if "text" in row else bytes.fromhex(row["bytes"])


@named("channel_messages.json")
def test_a_channel_message_means_what_its_vector_says(row):
    received = channel.decode(bytes.fromhex(row["bytes"]))
    assert json.loads(msgspec.json.encode(received.entry)) == row["entry"]


@named("channel_messages.json")
def test_the_bytes_of_an_entry_are_those_of_its_vector(row):
    entry = msgspec.convert(row["entry"], Entry)
    assert channel.encode(entry).hex() == row["bytes"]


@named("channel_messages.json")
def test_the_tag_of_each_entry_follows_from_its_bytes_and_the_tag_before(row):
    received = channel.decode(bytes.fromhex(row["bytes"]))
    follows = channel.expected_tag(row["before"], received) == received.entry.tag
    assert follows != received.entry.withdrawn


def test_the_channels_vectors_show_every_operation():
    shown = {row["entry"]["op"] for row in rows("channel_messages.json")}
    assert shown == set(msgspec.inspect.type_info(Entry).fields[7].type.cls)


@named("server_messages.json")
def test_a_servers_message_means_what_its_vector_says(row):
    decode = json.loads if "text" in row else msgspec.msgpack.decode
    assert decode(payload(row)) == row["message"]


def test_the_servers_vectors_show_every_message_in_every_subprotocol():
    kinds = {"hello", "snapshot", "entry", "likes", "pulse", "bye"}
    shown = {(row["subprotocol"], row["message"]["type"]) for row in rows("server_messages.json")}
    assert shown == {(encoding.subprotocol, kind) for encoding in Encoding for kind in kinds}


@named("reader_messages.json")
def test_a_readers_message_means_what_its_vector_says(row):
    message = row["message"]
    expected = Like(number=message["number"], token=message["token"])
    assert parse_like(payload(row), Encoding(row["subprotocol"])) == expected
