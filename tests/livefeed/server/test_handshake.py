"""The handshake's decisions."""

import pytest

from livefeed.position import Position
from livefeed.server.handshake import Accept, Offer, Refuse, decide
from livefeed.wire.messages import Encoding

NOBODY: frozenset[str] = frozenset()


def offer(*subprotocols, host="news.example", origin=None, query=""):
    return Offer(
        hosts=[host] if host is not None else [],
        origins=[origin] if origin is not None else [],
        subprotocols=subprotocols,
        query=query,
    )


@pytest.mark.parametrize(
    ("offered", "encoding", "named"),
    [
        ((), Encoding.JSON, None),
        (("livefeed.v1.json",), Encoding.JSON, "livefeed.v1.json"),
        (("livefeed.v1.msgpack",), Encoding.MSGPACK, "livefeed.v1.msgpack"),
        (("livefeed.v1.html", "livefeed.v1.json"), Encoding.HTML, "livefeed.v1.html"),
        (("livefeed.v9.json", "livefeed.v1.html"), Encoding.HTML, "livefeed.v1.html"),
    ],
)
def test_the_first_known_subprotocol_is_taken(offered, encoding, named):
    assert decide(offer(*offered), NOBODY) == Accept(encoding, named, None)


def test_only_unknown_subprotocols_are_a_bad_request():
    decision = decide(offer("graphql-ws", "livefeed.v2.json"), NOBODY)
    assert isinstance(decision, Refuse)
    assert decision.status == 400
    assert "livefeed.v1.json" in decision.reason


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("news.example", "https://news.example"),
        ("news.example", "http://news.example"),
        ("News.Example", "https://news.example"),
        ("news.example:443", "https://news.example"),
        ("news.example:8000", "http://news.example:8000"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_a_page_of_the_same_host_may_connect(host, origin):
    assert isinstance(decide(offer(host=host, origin=origin), NOBODY), Accept)


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "https://news.example.evil.example",
        "https://news.example:8443",
        "http://news.example:99999",
        "https://news.example/path",
        "https://user@news.example",
        "https://",
        "http://[::1",
        "null",
        "",
        "news.example",
    ],
)
def test_a_foreign_origin_is_forbidden(origin):
    decision = decide(offer(origin=origin), NOBODY)
    assert isinstance(decision, Refuse)
    assert decision.status == 403


def test_without_a_host_no_origin_is_the_same():
    assert isinstance(decide(offer(host=None, origin="https://news.example"), NOBODY), Refuse)


def test_origins_may_be_allowed_by_name_or_all():
    foreign = offer(origin="https://Partner.example")
    assert isinstance(decide(foreign, frozenset({"https://partner.example"})), Accept)
    assert isinstance(decide(foreign, frozenset({"*"})), Accept)
    assert isinstance(decide(foreign, frozenset({"https://other.example"})), Refuse)


def test_two_origins_or_two_hosts_are_forbidden():
    twice = ["https://news.example", "https://news.example"]
    hosts = ["news.example", "news.example"]
    for forged in (
        Offer(hosts=hosts[:1], origins=twice, subprotocols=(), query=""),
        Offer(hosts=hosts, origins=twice[:1], subprotocols=(), query=""),
    ):
        decision = decide(forged, frozenset({"*"}))
        assert isinstance(decision, Refuse)
        assert decision.status == 403


@pytest.mark.parametrize("query", ["after=812-9f3a1c2e", "x=1&after=812-9f3a1c2e&y=2"])
def test_the_position_is_read_from_after(query):
    assert decide(offer(query=query), NOBODY).after == Position(812, "9f3a1c2e")


@pytest.mark.parametrize(
    "query",
    ["", "after=", "after=812", "after=812-XYZ", "after=-1-9f3a1c2e", "&".join(["a=1"] * 1000)],
)
def test_a_malformed_position_is_as_good_as_none(query):
    assert decide(offer(query=query), NOBODY).after is None
