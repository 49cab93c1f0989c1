"""Openings: what is one, what is refused, and that nobody else would see other borders."""

import base64

import httptools
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from websockets.exceptions import InvalidHandshake
from websockets.http11 import Request
from websockets.server import ServerProtocol
from websockets.streams import StreamReader

from livefeed.wire.opening import Opening, Refusal, accepted, head, read, refused, response

KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # RFC 6455, section 1.3
FIELDS = {
    "Host": "news.example",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": KEY,
    "Sec-WebSocket-Version": "13",
}


def request(*more, line="GET /feeds/news/live?after=1-0 HTTP/1.1", **changed):
    """An opening with fields changed, left out (None) or added, each as it stands on the wire."""
    fields = FIELDS | {name.replace("_", "-"): value for name, value in changed.items()}
    lines = [f"{name}: {value}" for name, value in fields.items() if value is not None]
    return "\r\n".join([line, *lines, *more, "", ""]).encode("latin-1")


def status(of):
    """0 for an opening, a refusal's status, None for what asks for something else."""
    came = read(of)
    return came.status if isinstance(came, Refusal) else came and 0


def test_the_example_of_the_rfc_is_answered_as_it_says():
    opening = read(
        b"GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        b"Origin: http://example.com\r\nSec-WebSocket-Protocol: chat, superchat\r\n"
        b"Sec-WebSocket-Version: 13\r\n\r\n"
    )
    assert isinstance(opening, Opening)
    assert opening.target == b"/chat"
    assert opening.fields[0] == (b"host", b"server.example.com")
    assert opening.fields[-1] == (b"sec-websocket-version", b"13")
    assert opening.subprotocols == ["chat", "superchat"]
    assert opening.extensions == ""
    assert accepted(opening, subprotocol="chat") == (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
        b"Sec-WebSocket-Protocol: chat\r\n\r\n"
    )


def test_the_answer_says_what_was_agreed_on_and_what_the_application_adds():
    answer = accepted(read(request()), extensions="permessage-deflate", fields=[(b"X-A", b"b")])
    assert answer.endswith(b"\r\nSec-WebSocket-Extensions: permessage-deflate\r\nX-A: b\r\n\r\n")
    assert b"Sec-WebSocket-Protocol" not in answer


@pytest.mark.parametrize(
    "usual",
    [
        {"Upgrade": "WebSocket"},
        {"Upgrade": "h2c, websocket"},
        {"Connection": "keep-alive, Upgrade"},
        {"Connection": "keep-alive,\tupgrade ,"},
        {"Host": "127.0.0.1:8000"},
        {"Host": "[2001:db8::1]:8000"},
        {"Host": "xn--nw-jka.example:"},
        {"Content_Length": "0"},
        {"Cookie": "a=b; c=\u00e9\tx"},
        {"Cookie": "x" * 60_000},
        {"Sec_WebSocket_Key": "////////////////////_w==".replace("_", "/")},
        {"Origin": "null"},
    ],
    ids=str,
)
def test_what_honest_clients_and_proxies_say_is_an_opening(usual):
    assert status(request(**usual)) == 0


def test_names_are_in_lower_case_whoever_wrote_them_and_values_without_space_around():
    of = request("hOST-x: 1", "ORIGIN:  https://a.example \t", "Empty:")
    assert read(of).fields[-3:] == [
        (b"host-x", b"1"),
        (b"origin", b"https://a.example"),
        (b"empty", b""),
    ]


def test_lists_may_stand_in_several_fields():
    of = request(
        "Connection: upgrade",
        "Sec-WebSocket-Protocol: b,, c",
        "Sec-WebSocket-Extensions: two; x=1",
        Connection="keep-alive",
        Sec_WebSocket_Protocol="a",
        Sec_WebSocket_Extensions="one",
    )
    opening = read(of)
    assert opening.subprotocols == ["a", "b", "c"]
    assert opening.extensions == "one, two; x=1"


def test_an_absolute_target_is_read_where_it_names_the_same_host():
    def target(given):
        opening = read(request(line=f"GET {given} HTTP/1.1"))
        return opening.target if isinstance(opening, Opening) else opening.status

    assert target("http://news.example/live?a=b") == b"/live?a=b"
    assert target("HTTPS://News.Example") == b"/"
    assert target("http://other.example/live") == 400
    assert target("http://news.example?a=b") == b"/?a=b"
    assert target("ftp://news.example/") == 400


@pytest.mark.parametrize(
    "other",
    [
        {"Upgrade": None},
        {"Upgrade": "h2c"},
        {"Upgrade": "websocket/13"},
        {"Connection": None},
        {"Connection": "keep-alive"},
        {"line": "GET / HTTP/1.0"},
        {"line": "GET / HTTP/2.0"},
        {"line": "get / http/1.1"},
        {"line": "PRI * HTTP/2.0"},
    ],
    ids=str,
)
def test_what_asks_for_no_websocket_is_not_judged(other):
    assert read(request(**other)) is None


def test_what_is_against_the_grammar_and_asks_for_no_websocket_is_not_judged():
    assert read(request("A : b", Upgrade=None)) is None
    assert read(b"\xff\xff\r\n\r\n") is None


@pytest.mark.parametrize(
    "bad",
    [
        {"Host": None},
        {"Host": ""},
        {"Host": "a b"},
        {"Host": "a, b"},
        {"Host": "user@news.example"},
        {"Host": "news.example/path"},
        {"Host": "news.example:port"},
        {"Host": "[::1"},
        {"Sec_WebSocket_Key": None},
        {"Sec_WebSocket_Key": ""},
        {"Sec_WebSocket_Key": KEY[:-1]},
        {"Sec_WebSocket_Key": base64.b64encode(bytes(15)).decode()},
        {"Sec_WebSocket_Key": base64.b64encode(bytes(17)).decode()},
        {"Sec_WebSocket_Key": KEY.replace("G", "-")},
        {"Sec_WebSocket_Key": f"{KEY}, {KEY}"},
        {"Content_Length": "5"},
        {"Content_Length": "00"},
        {"Content_Length": "+0"},
        {"Content_Length": "0, 0"},
        {"Transfer_Encoding": "chunked"},
        {"Transfer_Encoding": "identity"},
        {"Sec_WebSocket_Protocol": ""},
        {"Sec_WebSocket_Protocol": "a b"},
        {"Sec_WebSocket_Protocol": 'a, "b"'},
        {"line": "GET  HTTP/1.1"},
        {"line": "GET / / HTTP/1.1"},
        {"line": "GET /\tHTTP/1.1"},
        {"line": "GET /#top HTTP/1.1"},
        {"line": "GET /\u00e9 HTTP/1.1"},
        {"line": "GET live HTTP/1.1"},
        {"line": "GET /"},
        {"line": "GET * HTTP/1.1"},
    ],
    ids=str,
)
def test_an_opening_against_the_rules_is_a_bad_request(bad):
    assert status(request(**bad)) == 400


@pytest.mark.parametrize("name", ["Host", "Sec-WebSocket-Key", "Sec-WebSocket-Version"])
def test_what_may_stand_only_once_does(name):
    assert status(request(f"{name.lower()}: {FIELDS[name]}")) == 400
    assert status(request("Content-Length: 0", "Content-Length: 0")) == 400


@pytest.mark.parametrize(
    "line",
    ["A : b", " A: b", "\tfolded", "A", ": b", "A\x00: b", "A: \x00", "A: \x7f", "A: b\rB: c",
     "A: b\nB: c", "A: b\n\nGET / HTTP/1.1", "A\u00e9: b", "(A): b", "A: \x1b"],
    ids=repr,
)  # fmt: skip
def test_no_line_may_be_read_in_two_ways(line):
    assert status(request(line)) == 400
    assert status(request(line, Upgrade=None)) is None


@pytest.mark.parametrize("method", ["HEAD", "POST", "CONNECT", "GETS"])
def test_only_get_opens_a_websocket(method):
    refusal = read(request(line=f"{method} / HTTP/1.1"))
    assert refusal.status == 405
    answer = refused(refusal)
    assert b"\r\nAllow: GET\r\n" in answer
    assert answer.endswith(b"\r\n\r\n")  # nothing follows: it may answer HEAD


@pytest.mark.parametrize("version", ["8", "7", "14", "13, 8", "013", "", None])
def test_another_version_is_told_which_one_is_spoken(version):
    refusal = read(request(Sec_WebSocket_Version=version))
    assert refusal.status == 426
    assert b"\r\nSec-WebSocket-Version: 13\r\n" in refused(refusal)
    assert b"\r\nUpgrade: websocket\r\n" in refused(refusal)


def test_there_are_so_many_fields_and_no_more():
    spare = 128 - len(FIELDS)
    assert status(request(*["A: b"] * spare)) == 0
    assert status(request(*["A: b"] * (spare + 1))) == 400


def test_a_refusal_says_why_and_ends_the_connection():
    assert refused(Refusal(400, "Host twice"), [(b"date", b"today")]) == (
        b"HTTP/1.1 400 Bad Request\r\ndate: today\r\nContent-Type: text/plain; charset=utf-8\r\n"
        b"Content-Length: 11\r\nConnection: close\r\n\r\nHost twice\n"
    )


def test_a_response_of_the_applications_has_its_own_fields():
    answer = response(599, [(b"content-length", b"2"), (b"a", b"b")], b"no")
    assert answer == (b"HTTP/1.1 599 \r\ncontent-length: 2\r\na: b\r\nConnection: close\r\n\r\nno")


def test_a_head_made_anew_is_read_like_the_first():
    opening = read(request("Origin: https://a.example"))
    assert read(head(b"GET", opening.target, opening.fields)) == opening


# Its peers: websockets and httptools judge the same bytes.


def websockets_says(data):
    reader = StreamReader()
    reader.feed_data(data)
    reader.feed_eof()
    parsing = Request.parse(reader.read_line)
    try:
        while True:
            next(parsing)
    except StopIteration as end:
        ServerProtocol().process_request(end.value)
        return end.value


class HttptoolsSays:
    """What httptools reads: one request, up to the last byte, and an upgrade."""

    def __init__(self, data):
        self.fields = []
        self.requests = 0
        self.end = None
        self.parser = httptools.HttpRequestParser(self)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            (self.end,) = upgrade.args

    def on_header(self, name, value):
        self.fields.append((name.lower(), value))

    def on_message_begin(self):
        self.requests += 1


def assert_peers_agree(data, opening):
    assert websockets_says(data).path.encode().endswith(opening.target)
    peer = HttptoolsSays(data + b"\x81\x80GET / HTTP/1.1\r\n\r\n")
    assert peer.parser.get_method() == b"GET"
    assert (peer.requests, peer.end) == (1, len(data))
    # It keeps some of the space behind a value, which means nothing (RFC 9110, 5.5).
    assert [(name, value.strip(b" \t")) for name, value in peer.fields] == opening.fields


TOKEN = st.text("abcXYZ019!#$%&'*+-.^_`|~", min_size=1, max_size=8)
VALUE = st.text([*'ab,;="/: \t\x80\xff'], max_size=12)
USUAL = st.sampled_from(
    ["Origin: https://a.example", "Cookie: a=b", "Sec-WebSocket-Protocol: a", "Upgrade: h2c",
     "Connection: keep-alive", "Content-Length: 0", "Expect: 100-continue", "Via: 1.1 x"]
)  # fmt: skip
LINE = st.one_of(USUAL, st.builds("{}: {}".format, TOKEN, VALUE))


@given(st.lists(LINE, max_size=5), st.text('abc/?&=%2{}|\\^"', max_size=10))
def test_every_opening_is_one_for_its_peers_too_with_the_same_end(lines, target):
    data = request(*lines, line=f"GET /{target} HTTP/1.1")
    opening = read(data)
    assume(isinstance(opening, Opening))
    # Of several protocols to change to, and of several origins, websockets takes none. Whether an
    # origin may connect is decided later here.
    assume(lines.count("Origin: https://a.example") < 2)
    assume(all(value == b"websocket" for name, value in opening.fields if name == b"upgrade"))
    assert_peers_agree(data, opening)


@given(st.data())
def test_whatever_bytes_are_changed_it_is_an_opening_only_where_its_peers_see_the_same(data):
    original = bytearray(request("Origin: https://a.example"))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(original) - 5))
        byte = data.draw(st.sampled_from(list(b"\r\n\0 \t:,/#\x7f\xffa0")))
        original[at : at + data.draw(st.integers(0, 2))] = bytes((byte,))
    changed = bytes(original)
    end = changed.find(b"\r\n\r\n") + 4
    opening = read(changed[:end])
    if isinstance(opening, Opening):
        assert_peers_agree(changed[:end], opening)


@given(st.binary(max_size=200))
def test_no_bytes_are_too_strange(data):
    came = read(data.replace(b"\r\n\r\n", b"") + b"\r\n\r\n")
    assert came is None or isinstance(came, Refusal)


@pytest.mark.parametrize(
    "name", ["Host", "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version"]
)
def test_what_websockets_takes_for_no_opening_is_none_here(name):
    data = request(**{name.replace("-", "_"): None})
    if name != "Host":  # which it leaves to others
        with pytest.raises(InvalidHandshake):
            websockets_says(data)
    assert status(data) != 0
