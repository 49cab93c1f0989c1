"""Content codings: what is sent is compressed for everybody who takes that (RFC 9110, 8.4).

Browsers take Brotli (RFC 7932) over https, where nearly all readers are, and gzip elsewhere.
Nothing that is sent holds a secret, so its length tells none: `docs/decisions/0005` says more.
"""

import gzip
from enum import StrEnum

import brotli


class Coding(StrEnum):
    """The codings, by the names that HTTP has for them, the one we like best first."""

    BROTLI = "br"
    GZIP = "gzip"
    PLAIN = "identity"


def coded(data: bytes, coding: Coding, *, once: bool = False) -> bytes:
    """`data` in that coding: the same bytes each time, on every server.

    `once`: as small as it gets, since it is made once and sent for ever.
    """
    if coding is Coding.BROTLI:
        compressed: bytes = brotli.compress(data, quality=11 if once else 5)
        return compressed
    if coding is Coding.GZIP:
        return gzip.compress(data, 9 if once else 6, mtime=0)
    return data
