"""permessage-deflate: what is agreed on, what is sent, what is taken."""

import contextlib
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from websockets.headers import build_extension, parse_extension

from livefeed.errors import BadHandshake, BadMessage
from livefeed.wire.compression import Agreement, compressed, inflated, negotiated

TAIL = b"\x00\x00\xff\xff"
SHARED = Agreement(server_no_context_takeover=False, server_max_window_bits=None)
ALONE = Agreement(server_no_context_takeover=True, server_max_window_bits=None)

# What is sent.


def test_messages_have_the_bytes_of_the_standards_examples():
    assert compressed(b"Hello") == bytes.fromhex("f2 48 cd c9 c9 07 00")  # RFC 7692, 7.2.3.1
    assert compressed(b"Hello", b"Hello") == bytes.fromhex("f2 00 11 00 00")  # 7.2.3.2
    assert compressed(b"") == b"\x00"  # 7.2.3.6


@given(st.lists(st.binary(max_size=2_000), max_size=5), st.binary(max_size=70_000))
def test_a_decompressor_that_holds_the_dictionary_reads_the_message(before, payload):
    reader = zlib.decompressobj(-15)
    for text in before:
        assert reader.decompress(compressed(text) + TAIL) == text
    sent = compressed(payload, b"".join(before))
    assert reader.decompress(sent + TAIL) == payload


@given(st.binary(max_size=500), st.integers(9, 15))
def test_a_smaller_window_reads_what_was_made_for_it(seed, bits):
    payload = seed * 300
    reader = zlib.decompressobj(-bits)
    assert reader.decompress(compressed(payload, window_bits=bits) + TAIL) == payload


# What is taken.


@given(st.binary(max_size=3_000))
def test_whatever_was_compressed_is_inflated(payload):
    assert inflated(compressed(payload), largest=len(payload)) == payload


@given(st.binary(min_size=2, max_size=3_000), st.data())
def test_no_more_is_inflated_than_one_byte_too_many(payload, data):
    largest = data.draw(st.integers(0, len(payload) - 1))
    assert inflated(compressed(payload), largest=largest) == payload[: largest + 1]


@given(st.binary(max_size=300))
def test_a_sender_may_end_with_a_last_block_and_the_padding(payload):
    deflate = zlib.compressobj(wbits=-15)
    data = deflate.compress(payload) + deflate.flush()
    assert inflated(data + b"\x00", largest=300) == payload
    with pytest.raises(BadMessage):
        inflated(data, largest=300)


@given(st.binary(min_size=1, max_size=100))
def test_noise_is_refused_or_inflates_to_no_more_than_it_may(noise):
    with contextlib.suppress(BadMessage):
        assert len(inflated(noise, largest=100)) <= 101


# The handshake.


@pytest.mark.parametrize(
    ("offer", "agreement"),
    [
        ("permessage-deflate", SHARED),
        ("permessage-deflate; client_max_window_bits", SHARED),  # Chromium, Firefox, npm ws
        ("permessage-deflate; client_no_context_takeover; client_max_window_bits=8", SHARED),
        ("permessage-deflate;server_no_context_takeover", ALONE),
        ("x-webkit-deflate-frame, permessage-deflate", SHARED),
        ('foo; a="b\\c" , ,\tpermessage-deflate ; client_max_window_bits = "15"', SHARED),
        ("permessage-deflate; server_max_window_bits=10, permessage-deflate", SHARED),
        ("permessage-deflate; server_no_context_takeover, permessage-deflate", ALONE),
        ("", None),
        ("foo", None),
        ("permessage-bzip2", None),
    ],
)
def test_the_first_offer_that_suits_is_taken(offer, agreement):
    assert negotiated(offer) == agreement


@pytest.mark.parametrize(
    "parameters",
    [
        "unknown",
        "server_no_context_takeover=1",
        "client_no_context_takeover=true",
        "server_max_window_bits",
        "server_max_window_bits=16",
        "server_max_window_bits=7",
        "server_max_window_bits=015",
        "server_max_window_bits=9",
        "server_max_window_bits=14",
        "client_max_window_bits=16",
        "client_max_window_bits=x",
        "client_max_window_bits; client_max_window_bits",
        "server_no_context_takeover; server_no_context_takeover",
    ],
)
def test_an_offer_that_does_not_suit_is_declined(parameters):
    assert negotiated(f"permessage-deflate; {parameters}") is None


@pytest.mark.parametrize(
    "header",
    [
        "permessage deflate",
        ";client_max_window_bits",
        "permessage-deflate;",
        "permessage-deflate; =1",
        "permessage-deflate; client_max_window_bits=",
        'permessage-deflate; client_max_window_bits="15',
        'permessage-deflate; client_max_window_bits="1,5"',
        "permessage-deflate; a=b=c",
        "permessage-deflate\x00",
        "permessage-deflate, foo; \xe9",
    ],
)
def test_a_header_against_the_grammar_is_no_handshake(header):
    with pytest.raises(BadHandshake, match="Sec-WebSocket-Extensions cannot be read"):
        negotiated(header)


@given(st.text(st.sampled_from('ab=;,"\\ \t15'), max_size=30))
def test_any_header_is_answered_or_refused(header):
    with contextlib.suppress(BadHandshake):
        assert negotiated(header) is None


def test_a_smaller_window_is_taken_where_the_caller_makes_frames_for_it():
    offer = "permessage-deflate; server_max_window_bits={}"
    agreement = negotiated(offer.format(9), smallest_window=9)
    assert agreement is not None
    assert (agreement.window_bits, agreement.shares_window) == (9, False)
    assert negotiated(offer.format(8), smallest_window=8) is None  # zlib cannot make them


def test_the_answer_says_what_was_agreed_on_and_that_likes_are_compressed_alone():
    assert SHARED.header == "permessage-deflate; client_no_context_takeover"
    assert (SHARED.shares_window, ALONE.shares_window) == (True, False)
    asked = "permessage-deflate; server_max_window_bits=15; server_no_context_takeover"
    agreement = negotiated(asked)
    assert agreement is not None
    assert agreement.header == (
        "permessage-deflate; client_no_context_takeover; server_no_context_takeover;"
        " server_max_window_bits=15"
    )


@pytest.mark.parametrize("server_no_context_takeover", [False, True])
@pytest.mark.parametrize("client_no_context_takeover", [False, True])
@pytest.mark.parametrize("server_max_window_bits", [None, 9, 15])
@pytest.mark.parametrize("client_max_window_bits", [None, True, 9, 15])
def test_a_peer_takes_the_answer_to_whatever_it_offers(
    server_no_context_takeover,
    client_no_context_takeover,
    server_max_window_bits,
    client_max_window_bits,
):
    client = ClientPerMessageDeflateFactory(
        server_no_context_takeover,
        client_no_context_takeover,
        server_max_window_bits,
        client_max_window_bits,
    )
    offer = build_extension([(client.name, list(client.get_request_params()))])
    agreement = negotiated(offer, smallest_window=9)
    assert agreement is not None
    ((name, answered),) = parse_extension(agreement.header)
    assert name == client.name
    agreed = client.process_response_params(answered, [])
    assert agreed.remote_no_context_takeover is agreement.server_no_context_takeover
    assert agreed.remote_max_window_bits == agreement.window_bits
    assert agreed.local_no_context_takeover
