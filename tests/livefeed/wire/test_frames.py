"""Frames: what we make, any client reads; what any client sends, we read; what no client may
send is told with its close code."""

import gc
import sys
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.client import ClientProtocol
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.uri import parse_uri

from livefeed.wire import frames
from livefeed.wire.compression import compressed
from livefeed.wire.frames import Close, Message, Parser, Ping, Rules, Violation

MASK = b"\x37\xfa\x21\x3d"
PLAIN = Rules(largest=256)
DEFLATE = Rules(largest=256, deflate=True)
ROOMY = Rules(largest=100_000)
FIN, RSV1, RSV2, RSV3 = 0x80, 0x40, 0x20, 0x10
GOLDEN = [
    (frames.TEXT, b"Hello", False, "81 05 48 65 6c 6c 6f"),  # RFC 6455, 5.7
    (frames.TEXT, bytes.fromhex("f248cdc9c90700"), True, "c1 07 f2 48 cd c9 c9 07 00"),  # RFC 7692
    (frames.BINARY, b"", False, "82 00"),
    (frames.PING, b"Hello", False, "89 05 48 65 6c 6c 6f"),
]


def sent(first: int, payload: bytes = b"", *, mask: bytes = MASK) -> bytes:
    """A client's frame, byte by byte, without any help of ours."""
    length = len(payload)
    if length < 126:
        header = bytes((first, 0x80 | length))
    elif length < 65_536:
        header = bytes((first, 0x80 | 126)) + length.to_bytes(2, "big")
    else:
        header = bytes((first, 0x80 | 127)) + length.to_bytes(8, "big")
    return header + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))


def text(data: bytes, *, last: bool = True) -> bytes:
    return sent((FIN if last else 0) | frames.TEXT, data)


def more(data: bytes, *, last: bool = True) -> bytes:
    return sent((FIN if last else 0) | frames.CONTINUATION, data)


def squeezed(data: bytes) -> bytes:
    deflate = zlib.compressobj(wbits=-15)
    return (deflate.compress(data) + deflate.flush(zlib.Z_SYNC_FLUSH))[:-4]


def read(*data: bytes, rules: Rules = PLAIN):
    parser = Parser(rules)
    return [event for part in data for event in parser.receive(part)]


def peer(*, deflate: bool = False) -> ClientProtocol:
    """The client of the `websockets` library, as it is after the handshake."""
    client = ClientProtocol(parse_uri("ws://localhost/"), state=State.OPEN)
    if deflate:
        client.extensions = [PerMessageDeflate(False, True, 15, 15)]
    return client


# What we send.


@pytest.mark.parametrize(("opcode", "payload", "rsv1", "golden"), GOLDEN)
def test_frames_have_the_bytes_of_the_standards_examples(opcode, payload, rsv1, golden):
    assert frames.frame(opcode, payload, rsv1=rsv1) == bytes.fromhex(golden)


@pytest.mark.parametrize(
    ("size", "header"),
    [
        (125, "82 7d"),
        (126, "82 7e 00 7e"),
        (65_535, "82 7e ff ff"),
        (65_536, "82 7f 00 00 00 00 00 01 00 00"),
    ],
)
def test_a_length_takes_as_few_bytes_as_it_needs(size, header):
    assert frames.frame(frames.BINARY, bytes(size)) == bytes.fromhex(header) + bytes(size)


def test_a_pong_gives_back_the_pings_data():
    assert frames.pong(b"Hello") == bytes.fromhex("8a 05 48 65 6c 6c 6f")


@pytest.mark.parametrize(("is_text", "opcode"), [(True, frames.TEXT), (False, frames.BINARY)])
@pytest.mark.parametrize("rsv1", [True, False])
def test_a_message_is_one_frame_of_its_kind(is_text, opcode, rsv1):
    whole = frames.message(is_text, b"Hello", rsv1=rsv1)
    assert whole == frames.frame(opcode, b"Hello", rsv1=rsv1)


def test_a_close_frame_has_its_code_and_reason():
    assert frames.close(1001, "bye") == bytes.fromhex("88 05 03 e9 62 79 65")
    assert frames.close(1001) == bytes.fromhex("88 02 03 e9")
    assert frames.close(frames.NO_CODE) == bytes.fromhex("88 00")


def test_a_reason_is_cut_between_two_characters():
    assert frames.close(1008, "é" * 100) == b"\x88\x7c\x03\xf0" + b"\xc3\xa9" * 61


@given(st.binary(max_size=70_000), st.sampled_from([frames.TEXT, frames.BINARY]))
def test_a_peer_reads_every_frame_that_we_make(payload, opcode):
    client = peer()
    client.max_size = None
    client.receive_data(frames.frame(opcode, payload))
    assert client.events_received() == [Frame(Opcode(opcode), payload)]


def test_a_peer_reads_compressed_pongs_and_closes_as_well():
    client = peer(deflate=True)
    client.receive_data(frames.frame(frames.TEXT, compressed(b"Hello"), rsv1=True))
    client.receive_data(frames.pong(b"p") + frames.close(1012, "restart"))
    hello, pong, close = client.events_received()
    assert (hello.data, pong.opcode, pong.data) == (b"Hello", Opcode.PONG, b"p")
    assert close.opcode is Opcode.CLOSE
    assert (client.close_rcvd.code, client.close_rcvd.reason) == (1012, "restart")


# What we are sent.


def test_the_standards_masked_hello_is_a_message():
    hello = bytes.fromhex("81 85 37 fa 21 3d 7f 9f 4d 51 58")
    assert read(hello) == [Message(b"Hello", is_text=True)]


def test_the_standards_compressed_hellos_are_messages():
    # RFC 7692, 7.2.3.1, .3, .4 and .5: fixed codes, stored, a last block, two blocks
    payloads = ["f248cdc9c90700", "000500faff48656c6c6f00", "f348cdc9c9070000",
                "f248050000 00ffffcac9c90700"]  # fmt: skip
    for payload in payloads:
        data = sent(FIN | RSV1 | frames.TEXT, bytes.fromhex(payload))
        assert read(data, rules=DEFLATE) == [Message(b"Hello", is_text=True)]


def test_binary_and_empty_messages_are_messages():
    assert read(sent(FIN | frames.BINARY, b"\xff")) == [Message(b"\xff", is_text=False)]
    assert read(text(b"")) == [Message(b"", is_text=True)]


def test_fragments_are_put_together_and_control_frames_come_between_them():
    data = text(b"Hel", last=False) + sent(FIN | frames.PING, b"?") + more(b"", last=False)
    data += sent(FIN | frames.PONG, b"!") + more(b"lo")
    assert read(data) == [Ping(b"?"), Message(b"Hello", is_text=True)]


def test_a_character_may_be_cut_between_fragments():
    euro = "€".encode()
    assert read(text(euro[:1], last=False) + more(euro[1:])) == [Message(euro, is_text=True)]


def test_compressed_fragments_are_inflated_together():
    payload = squeezed(b"like " * 20)
    first = sent(RSV1 | frames.TEXT, payload[:3])
    data = first + sent(FIN | frames.PING) + more(payload[3:])
    assert read(data, rules=DEFLATE) == [Ping(b""), Message(b"like " * 20, is_text=True)]


def test_where_deflate_was_agreed_on_a_message_may_come_as_it_is():
    assert read(text(b"plain"), rules=DEFLATE) == [Message(b"plain", is_text=True)]


def test_two_compressed_messages_need_nothing_of_each_other():
    data = sent(FIN | RSV1 | frames.TEXT, squeezed(b"one")) * 2
    assert read(data, rules=DEFLATE) == [Message(b"one", is_text=True)] * 2


@given(st.data())
def test_bytes_mean_the_same_in_whatever_pieces_they_come(data):
    stream = b"".join(data.draw(st.lists(st.sampled_from(STREAM), max_size=8)))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=10)))
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert read(*pieces, rules=DEFLATE) == read(stream, rules=DEFLATE)
    assert read(*(bytes((b,)) for b in stream), rules=DEFLATE) == read(stream, rules=DEFLATE)


TOO_BIG = [text(bytes(300)), sent(FIN | RSV1 | frames.BINARY, squeezed(bytes(300)))]
STREAM = [
    *TOO_BIG,
    text(b"whole"), text(b"begun", last=False), more(b"on", last=False), more(b"end"),
    text(bytes(200)), text(b"\xff"), sent(FIN | frames.PING, b"?"),
    sent(FIN | RSV1 | frames.TEXT, squeezed(b"small")), sent(FIN | frames.PONG),
    sent(FIN | frames.CLOSE, b"\x03\xe8"),
]  # fmt: skip


# Left out: text that is none, whose reading the peer leaves to the application, and frames that are
# too big, since of two things wrong at once the peer names the other.
ANY_FRAMES = [
    *(frame for frame in STREAM if frame != text(b"\xff") and frame not in TOO_BIG),
    *(
        sent(bits | opcode, b"\x00")
        for bits in (0, FIN, FIN | RSV1, RSV1)
        for opcode in (0, 1, 2, 8)
    ),
    *(sent(FIN | opcode) for opcode in (3, 7, 11, 15)),
    *(sent(frames.PING), sent(FIN | RSV2 | frames.TEXT), sent(FIN | RSV3 | frames.TEXT)),
    *(b"\x81\x05Hello", sent(FIN | frames.CLOSE, b"\x03"), sent(FIN | frames.PING, bytes(126))),
]

data_messages = st.builds(Message, st.binary(max_size=200), st.just(False))
text_messages = st.builds(Message, st.text(max_size=60).map(str.encode), st.just(True))


@given(st.lists(data_messages | text_messages, max_size=6), st.booleans())
def test_whatever_a_peer_sends_is_read_as_it_meant_it(said, deflate):
    client = peer(deflate=deflate)
    for message in said:
        send = client.send_text if message.is_text else client.send_binary
        send(message.data)
        client.send_ping(b"?")
    expected = [event for message in said for event in (message, Ping(b"?"))]
    rules = Rules(largest=300, deflate=deflate)
    assert read(b"".join(client.data_to_send()), rules=rules) == expected


@given(st.lists(st.sampled_from(ANY_FRAMES), max_size=8))
def test_a_peers_server_takes_and_refuses_the_same(stream):
    server = ServerProtocol(state=State.OPEN, max_size=256)
    server.extensions = [PerMessageDeflate(True, False, 15, 15)]
    server.receive_data(b"".join(stream))
    events = read(*stream, rules=DEFLATE)
    pings = [frame.data for frame in server.events_received() if frame.opcode is Opcode.PING]
    assert [event.data for event in events if isinstance(event, Ping)] == pings
    # A goodbye within a message is one for us (section 5.4 allows it), and an error for the peer.
    ends = [event for event in events if isinstance(event, Close | Violation)]
    assert bool(ends) == bool(server.close_sent)
    refused = [event.code for event in ends if isinstance(event, Violation)]
    assert refused in ([], [server.close_sent and server.close_sent.code])


@given(st.lists(st.text(max_size=20), min_size=2, max_size=6), st.booleans())
def test_a_message_that_a_peer_sends_in_fragments_is_read_whole(parts, deflate):
    client = peer(deflate=deflate)
    client.send_text(parts[0].encode(), fin=False)
    for part in parts[1:-1]:
        client.send_continuation(part.encode(), fin=False)
    client.send_continuation(parts[-1].encode(), fin=True)
    data = b"".join(client.data_to_send())
    rules = Rules(largest=1_000, deflate=deflate)
    assert read(data, rules=rules) == [Message("".join(parts).encode(), is_text=True)]


def test_lengths_of_two_and_of_eight_bytes_are_read():
    for size in (126, 65_535, 65_536):
        assert read(text(b"a" * size), rules=ROOMY) == [Message(b"a" * size, is_text=True)]


# The end.


def test_a_peers_goodbye_is_read_with_its_code_and_reason():
    client = peer()
    client.send_close(1001, "leaving")
    assert read(b"".join(client.data_to_send())) == [Close(1001, "leaving")]
    assert read(sent(FIN | frames.CLOSE)) == [Close(frames.NO_CODE, "")]


@pytest.mark.parametrize("code", [1000, 1003, 1007, 1014, 3000, 4999])
def test_close_codes_that_may_be_sent_are_taken(code):
    assert read(sent(FIN | frames.CLOSE, code.to_bytes(2, "big"))) == [Close(code, "")]


def test_nothing_is_read_after_the_end():
    parser = Parser(PLAIN)
    bye = sent(FIN | frames.CLOSE)
    assert parser.receive(text(b"last") + bye + text(b"no more") + b"\x81") == [
        Message(b"last", is_text=True),
        Close(frames.NO_CODE, ""),
    ]
    assert parser.receive(text(b"no more")) == []
    assert repr(parser) == "<Parser ended, 0 bytes, 0 fragments>"
    assert not parser.at_rest


FAULTS = {
    "unmasked": (b"\x81\x05Hello", 1002),
    "RSV1 without an agreement": (sent(FIN | RSV1 | frames.TEXT), 1002),
    "RSV2": (sent(FIN | RSV2 | frames.TEXT), 1002),
    "RSV3": (sent(FIN | RSV3 | frames.TEXT), 1002),
    "reserved data opcode": (sent(FIN | 3), 1002),
    "reserved control opcode": (sent(FIN | 11), 1002),
    "fragmented ping": (sent(frames.PING), 1002),
    "long ping": (sent(FIN | frames.PING, bytes(126)), 1002),
    "very long close": (sent(FIN | frames.CLOSE, bytes(70_000)), 1002),
    "a continuation of nothing": (more(b"end"), 1002),
    "a message in a message": (text(b"a", last=False) + text(b"b"), 1002),
    "length in two bytes for one": (b"\x81\xfe\x00\x7d", 1002),
    "length in eight bytes for two": (b"\x81\xff\x00\x00\x00\x00\x00\x00\xff\xff", 1002),
    "half a close code": (sent(FIN | frames.CLOSE, b"\x03"), 1002),
    "no text": (text(b"\xce\xba\xff"), 1007),
    "no text in the end": (text(b"\xce\xba", last=False) + more(b"\xe2\x82"), 1007),
    "surrogate": (text(b"\xed\xa0\x80"), 1007),
    "no text as a reason": (sent(FIN | frames.CLOSE, b"\x03\xe8\xff"), 1007),
    "too big": (text(bytes(257)), 1009),
    "too big by its head": (b"\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff", 1009),
    "too big together": (text(bytes(200), last=False) + more(bytes(57)), 1009),
    "too many fragments": (text(b"", last=False) + more(b"", last=False) * 64, 1009),
}  # fmt: skip
HELLOS = b"Hello" * 9
DEFLATE_FAULTS = {
    "RSV1 on a continuation": (text(b"a", last=False) + sent(FIN | RSV1), 1002),
    "RSV1 on a ping": (sent(FIN | RSV1 | frames.PING), 1002),
    "not deflate": (sent(FIN | RSV1 | frames.TEXT, b"\xff\xff"), 1002),
    "cut short": (sent(FIN | RSV1 | frames.TEXT, squeezed(b"Hello, Hello")[:-3]), 1002),
    "more than a message": (sent(FIN | RSV1 | frames.TEXT, b"\x03\x00\x03\x00"), 1002),
    "context taken over": (sent(FIN | RSV1 | frames.TEXT, compressed(HELLOS, HELLOS)), 1002),
    "inflates to no text": (sent(FIN | RSV1 | frames.TEXT, squeezed(b"\xff")), 1007),
    "inflates to too much": (sent(FIN | RSV1 | frames.TEXT, squeezed(bytes(257))), 1009),
    "inflates to very much": (sent(FIN | RSV1 | frames.TEXT, squeezed(bytes(200_000))), 1009),
    "plain and too big": (text(bytes(257)), 1009),
    "too big on the wire": (sent(FIN | RSV1 | frames.TEXT, bytes(353)), 1009),
}  # fmt: skip


@pytest.mark.parametrize(("data", "code"), FAULTS.values(), ids=FAULTS)
def test_what_no_client_may_send_is_a_violation_with_its_code(data, code):
    (violation,) = read(data + text(b"no more"))
    assert isinstance(violation, Violation)
    assert violation.code == code
    assert violation.reason


@pytest.mark.parametrize(("data", "code"), DEFLATE_FAULTS.values(), ids=DEFLATE_FAULTS)
def test_what_no_client_may_compress_is_a_violation_with_its_code(data, code):
    (violation,) = read(data + text(b"no more"), rules=DEFLATE)
    assert isinstance(violation, Violation)
    assert violation.code == code


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535])
def test_close_codes_that_are_never_sent_are_violations(code):
    (violation,) = read(sent(FIN | frames.CLOSE, code.to_bytes(2, "big")))
    assert violation == Violation(1002, f"close code {code} is never sent")


@given(st.lists(st.binary(max_size=40), max_size=6))
def test_noise_never_does_more_than_end_it(pieces):
    events = read(*pieces, rules=DEFLATE)
    assert not [event for event in events[:-1] if isinstance(event, Close | Violation)]


# What it costs.


def test_a_reader_at_rest_needs_no_parser():
    parser = Parser(PLAIN)
    assert parser.at_rest
    parser.receive(text(b"whole"))
    assert parser.at_rest
    assert repr(parser) == "<Parser at rest, 0 bytes, 0 fragments>"
    for begun in (b"\x81", text(b"begun", last=False)):
        parser = Parser(PLAIN)
        parser.receive(begun)
        assert not parser.at_rest
        assert "waiting for more" in repr(parser)


def test_a_flood_of_pings_ends_it_and_a_few_do_not():
    ping = sent(FIN | frames.PING)
    assert read(ping * 128) == [Ping(b"")] * 128
    assert read(*[ping * 100] * 3) == [Ping(b"")] * 300
    assert read(ping * 1_000)[127:] == [Ping(b""), Violation(1008, "too many frames at once")]


def test_a_refused_message_is_not_kept():
    parser = Parser(PLAIN)
    parser.receive(text(bytes(200), last=False))
    parser.receive(more(bytes(200)))
    assert repr(parser) == "<Parser ended, 0 bytes, 0 fragments>"


def test_a_parser_is_in_no_cycle_and_has_no_dictionary():
    parser = Parser(PLAIN)
    parser.receive(text(b"begun", last=False) + b"\x81")
    assert not hasattr(parser, "__dict__")
    assert parser not in gc.get_referents(*gc.get_referents(parser))
    assert sys.getsizeof(parser) < 128
