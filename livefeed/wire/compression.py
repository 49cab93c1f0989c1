"""permessage-deflate (RFC 7692) for one sender and very many readers.

A compressed message is deflated by a compressor of its own, which is given up at once. What it may
refer to is handed in as a dictionary: texts that the reader's decompressor holds anyway, since they
are the newest it was sent compressed (`livefeed.window` says which). So readers who hold the same
texts get the same bytes, and no compressor is kept for anybody.

    server_no_context_takeover   the reader's decompressor forgets: no dictionary for it
    server_max_window_bits       it remembers less: declined, unless the caller makes frames for it
    client_no_context_takeover   always asked for, so that nothing is kept between two likes
    client_max_window_bits       a reader may use any window: ours is as large as there is
"""

import re
import zlib
from collections.abc import Iterator
from typing import Final, TypeAlias

import msgspec

from livefeed.errors import BadHandshake, BadMessage

LEVEL: Final = 6  # docs/performance.md
LARGEST_WINDOW: Final = 15  # bits: 32 KiB
SMALLEST_WINDOW: Final = 9  # bits: zlib has no raw deflate with 8

_TAIL: Final = b"\x00\x00\xff\xff"  # what a flush ends with, and a message leaves out (7.2.1)
_LAST_BLOCK: Final = b"\x03\x00"  # an empty last block of deflate
# A sender may end with a last block of its own, and a byte of padding behind it (7.2.3.4).
_AFTER_LAST_BLOCK: Final = b"\x00" + _TAIL + _LAST_BLOCK


def compressed(
    payload: bytes, dictionary: bytes = b"", *, window_bits: int = LARGEST_WINDOW
) -> bytes:
    """The payload of a message's frame, which has RSV1 set.

    `dictionary` is what the reader's decompressor was sent last. `window_bits`: how far back it
    remembers, as a power of two.
    """
    # Smaller tables for smaller texts were tried: they save nothing.
    deflate = zlib.compressobj(LEVEL, wbits=-window_bits, zdict=dictionary)
    data = deflate.compress(payload) + deflate.flush(zlib.Z_SYNC_FLUSH)
    return data.removesuffix(_TAIL)


def inflated(data: bytes, *, largest: int) -> bytes:
    """The message in a frame with RSV1 set, from a client that takes over no context.

    Of more than `largest` bytes it gives `largest + 1`, so that the caller can tell, and no more
    are ever made.

    Raises:
        BadMessage: for what is no message by RFC 7692.
    """
    inflate = zlib.decompressobj(-LARGEST_WINDOW)
    try:
        message = inflate.decompress(data + _TAIL + _LAST_BLOCK, largest + 1)
    except zlib.error as error:
        raise BadMessage("what was compressed cannot be read") from error
    if len(message) > largest:
        return message
    # Our own last block is read as one only if the data ended where a block ends.
    if not inflate.eof or inflate.unused_data not in (b"", _AFTER_LAST_BLOCK):
        raise BadMessage("what was compressed has no end, or goes on after it")
    return message


# The handshake.


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """What reader and server agreed on. `window_bits` is None where the reader did not ask."""

    server_no_context_takeover: bool
    server_max_window_bits: int | None

    @property
    def shares_window(self) -> bool:
        """Whether frames with a dictionary can be read; else only those made with an empty one."""
        return not self.server_no_context_takeover and self.window_bits == LARGEST_WINDOW

    @property
    def window_bits(self) -> int:
        """How far back this reader's decompressor remembers."""
        return self.server_max_window_bits or LARGEST_WINDOW

    @property
    def header(self) -> str:
        """The value of `Sec-WebSocket-Extensions` in the answer."""
        parts = ["permessage-deflate", "client_no_context_takeover"]
        if self.server_no_context_takeover:
            parts.append("server_no_context_takeover")
        if self.server_max_window_bits is not None:
            parts.append(f"server_max_window_bits={self.server_max_window_bits}")
        return "; ".join(parts)


def negotiated(header: str, *, smallest_window: int = LARGEST_WINDOW) -> Agreement | None:
    """The first offer that suits us; None: nothing will be compressed.

    `header` is the request's `Sec-WebSocket-Extensions`, several of them joined by commas. Offers
    of a window of fewer bits than `smallest_window` (9 at least) do not suit.

    Raises:
        BadHandshake: where it is against the grammar of RFC 6455, section 9.1.
    """
    agreements = [_agreement(parameters, smallest_window) for parameters in _offers(header)]
    return next((agreement for agreement in agreements if agreement), None)


_Parameters: TypeAlias = list[tuple[str, str | None]]

_CHARACTER: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]"
_NAME: Final = re.compile(rf"{_CHARACTER}+")
# A quoted value is a token like a name, once unquoted: so no comma or semicolon stands in one.
_VALUE: Final = re.compile(rf'{_CHARACTER}+|"(?:\\?{_CHARACTER})+"')
_SPACE: Final = " \t"
_BITS: Final = frozenset(map(str, range(8, 16)))
# For each parameter of an offer (7.1), the values it may have; None: it may have none.
_ALLOWED: Final[dict[str, frozenset[str | None]]] = {
    "server_no_context_takeover": frozenset({None}),
    "client_no_context_takeover": frozenset({None}),
    "server_max_window_bits": frozenset(_BITS),
    "client_max_window_bits": frozenset({None, *_BITS}),
}


def _agreement(parameters: _Parameters, smallest_window: int) -> Agreement | None:
    """What an offer with these parameters leads to; None: it is declined (7.1)."""
    named = dict(parameters)
    if len(named) < len(parameters):
        return None
    if any(value not in _ALLOWED.get(name, ()) for name, value in parameters):
        return None
    bits = named.get("server_max_window_bits")
    if bits is not None and int(bits) < max(smallest_window, SMALLEST_WINDOW):
        return None
    return Agreement(
        server_no_context_takeover="server_no_context_takeover" in named,
        server_max_window_bits=None if bits is None else int(bits),
    )


def _offers(header: str) -> Iterator[_Parameters]:
    """The parameters of each offer of permessage-deflate, in the client's order."""
    for offer in header.split(","):
        name, *parameters = (part.strip(_SPACE) for part in offer.split(";"))
        if not name and not parameters:
            continue  # lists may have empty elements (RFC 9110, 5.6.1)
        if not _NAME.fullmatch(name):
            raise _malformed(header)
        read = [_parameter(part, header) for part in parameters]
        if name == "permessage-deflate":
            yield read


def _parameter(text: str, header: str) -> tuple[str, str | None]:
    name, has_value, value = (part.strip(_SPACE) for part in text.partition("="))
    if not _NAME.fullmatch(name) or (has_value and not _VALUE.fullmatch(value)):
        raise _malformed(header)
    return name, value.strip('"').replace("\\", "") if has_value else None


def _malformed(header: str) -> BadHandshake:
    return BadHandshake(f"Sec-WebSocket-Extensions cannot be read: {header[:100]!r}")
