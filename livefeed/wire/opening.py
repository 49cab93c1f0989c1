"""A WebSocket's opening handshake as a server sees it (RFC 6455, section 4; RFC 9110 and 9112).

`read` takes a request's head and says one of three things:

    Opening    it asks for a WebSocket, by the rules: `accepted` makes the answer
    Refusal    it asks for one, against the rules: `refused` makes the answer
    None       it asks for something else, and is an HTTP server's

Where a request ends must never be a matter of opinion. So what is an opening has no body, and
nothing that one parser may read this way and another that way: no bare CR or LF, no folded line, no
space before a colon, one host. Whatever else is no opening, an HTTP parser judges it alone, from
its first byte on; after a refusal nothing more is read.
"""

import hashlib
import re
from binascii import b2a_base64
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final, TypeAlias

import msgspec

from livefeed.errors import BadHandshake

END: Final = b"\r\n\r\n"  # of a head
BEGINNING: Final = b"GET "  # of every opening

_MOST_FIELDS: Final = 128
_VERSION: Final = b"HTTP/1.1"
_WEBSOCKET_VERSION: Final = b"13"
_GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3
_SPACE: Final = b" \t"
_CRLF: Final = b"\r\n"
# Sets of bytes, for `translate`, which is the fastest way to ask what a string is made of.
_CONTROLS: Final = bytes({*range(32), 127} - {9})
_TOKEN: Final = b"!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_IN_TARGET: Final = bytes(set(range(0x21, 0x7F)) - set(b"#"))  # RFC 6455, 3: no fragment
_HOST: Final = re.compile(rb"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+;=%-]+)(?::[0-9]{0,5})?")
_ABSOLUTE: Final = re.compile(rb"(?i:https?)://([^/?]+)(/?.*)")
_KEY: Final = re.compile(rb"[A-Za-z0-9+/]{22}==")  # 16 bytes in base64
# What an opening looks like even where its head is against the grammar.
_LOOKS_LIKE_ONE: Final = re.compile(rb"(?i)[\r\n]\s*upgrade\s*:\s*websocket")
# Looking a line up is faster than reading it, and these are sent by nearly all clients.
_USUAL_LINES: Final = {
    b"%s: %s" % (name, value): (name.lower(), value)
    for name, value in (
        (b"Upgrade", b"websocket"),
        (b"Connection", b"Upgrade"),
        (b"Connection", b"keep-alive, Upgrade"),
        (b"Sec-WebSocket-Version", b"13"),
        (b"Sec-WebSocket-Extensions", b"permessage-deflate"),
        (b"Sec-WebSocket-Extensions", b"permessage-deflate; client_max_window_bits"),
        (b"Pragma", b"no-cache"),
        (b"Cache-Control", b"no-cache"),
        (b"Accept-Encoding", b"gzip, deflate, br"),
        (b"Accept-Encoding", b"gzip, deflate, br, zstd"),
    )
}
# Two of these are not one list (RFC 9110, 5.3), but a contradiction.
_ONCE: Final = frozenset(
    {b"host", b"content-length", b"sec-websocket-key", b"sec-websocket-version"}
)

Fields: TypeAlias = "Sequence[tuple[bytes, bytes]]"


class Opening(msgspec.Struct, frozen=True):
    """A client's request for a WebSocket. Names of `fields` are in lower case.

    `target` is the path and, behind a question mark, the query, as they came. `extensions` is what
    the client offers, "" for nothing.
    """

    target: bytes
    fields: Fields
    key: bytes
    subprotocols: list[str]
    extensions: str


class Refusal(msgspec.Struct, frozen=True):
    """Why a request for a WebSocket is refused, and by which HTTP status."""

    status: int
    reason: str
    fields: Fields = ()


def read(request: bytes) -> Opening | Refusal | None:
    """What a request asks for: `request` is all of it up to the empty line, which is its end."""
    first, *lines = request[: -len(END)].split(_CRLF)
    try:
        _check_controls(request, ends=len(lines) + 2)
        method, target, version = _request_line(first)
        fields = _fields(lines)
        named = dict(fields)
        if len(named) < len(fields):
            named = _joined(fields)
    except BadHandshake as error:
        looks_like_one = first.startswith(BEGINNING) and _LOOKS_LIKE_ONE.search(request)
        return Refusal(400, error.message) if looks_like_one else None
    if version != _VERSION or not is_for_websocket(named):
        return None
    return _judged(method, target, fields, named)


def head(method: bytes, target: bytes, fields: Fields) -> bytes:
    """A head for `read`, from what another parser read of a request of HTTP/1.1."""
    return b"%s %s HTTP/1.1\r\n" % (method, target) + _lines(fields) + _CRLF


def is_for_websocket(named: dict[bytes, bytes]) -> bool:
    """Whether a request with these fields asks for a WebSocket; names in lower case."""
    return _has(named.get(b"upgrade", b""), b"websocket") and _has(
        named.get(b"connection", b""), b"upgrade"
    )


def is_host(value: bytes) -> bool:
    """Whether a request's Host may be this."""
    return _HOST.fullmatch(value) is not None


# The answers.


def accepted(
    opening: Opening, *, subprotocol: str | None = None, extensions: str = "", fields: Fields = ()
) -> bytes:
    """The answer that opens the WebSocket."""
    digest = hashlib.sha1(opening.key + _GUID, usedforsecurity=False).digest()
    answer = (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + b2a_base64(digest)[:-1] + _CRLF
    )
    if subprotocol:
        answer += b"Sec-WebSocket-Protocol: %s\r\n" % subprotocol.encode()
    if extensions:
        answer += b"Sec-WebSocket-Extensions: %s\r\n" % extensions.encode()
    return answer + (_lines(fields) if fields else b"") + _CRLF


def refused(refusal: Refusal, fields: Fields = ()) -> bytes:
    """The answer to a request that is refused; the connection is closed behind it.

    Its body is the reason, but where the method may be one whose answers have none.
    """
    body = b"" if refusal.status == 405 else f"{refusal.reason}\n".encode()
    kind = [(b"Content-Type", b"text/plain; charset=utf-8")]
    return response(refusal.status, [*fields, *refusal.fields, *kind], body)


def response(status: int, fields: Fields, body: bytes) -> bytes:
    """An HTTP answer instead of a WebSocket, the last on its connection."""
    line = f"HTTP/1.1 {status} {_phrase(status)}\r\n".encode()
    end = [(b"Content-Length", b"%d" % len(body)), (b"Connection", b"close")]
    given = {name.lower() for name, _ in fields}
    return line + _lines([*fields, *(f for f in end if f[0].lower() not in given)]) + _CRLF + body


def _lines(fields: Fields) -> bytes:
    return b"".join([b"%s: %s\r\n" % field for field in fields])


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else ""


# The request.


def _judged(
    method: bytes, target: bytes, fields: Fields, named: dict[bytes, bytes]
) -> Opening | Refusal:
    """What is asked for in a head by the grammar (RFC 6455, 4.2.1)."""
    if method != b"GET":
        return Refusal(405, "a WebSocket is opened by GET", [(b"Allow", b"GET")])
    version = named.get(b"sec-websocket-version", b"")
    if version != _WEBSOCKET_VERSION:
        return _other_version(version)
    try:
        _check_body(named)
        return Opening(
            _origin_form(target, named.get(b"host", b"")),
            fields,
            _key(named),
            _subprotocols(named.get(b"sec-websocket-protocol")),
            named.get(b"sec-websocket-extensions", b"").decode("latin-1"),
        )
    except BadHandshake as error:
        return Refusal(400, error.message)


def _other_version(version: bytes) -> Refusal:
    told = version[:20].decode("latin-1") or "none"
    supported = [(b"Upgrade", b"websocket"), (b"Sec-WebSocket-Version", _WEBSOCKET_VERSION)]
    return Refusal(426, f"version 13 is spoken here, not {told}", supported)


def _check_controls(request: bytes, *, ends: int) -> None:
    """There are none but CR and LF, and those as the ends of so many lines."""
    if len(request) - len(request.translate(None, _CONTROLS)) != len(_CRLF) * ends:
        raise BadHandshake("a control character, or an end of a line that is none")


def _request_line(line: bytes) -> tuple[bytes, bytes, bytes]:
    parts = line.split(b" ")
    if len(parts) != 3 or parts[1].translate(None, _IN_TARGET) or not parts[1]:
        raise BadHandshake("the request's first line is not method, target and version")
    return parts[0], parts[1], parts[2]


def _fields(lines: list[bytes]) -> Fields:
    if len(lines) > _MOST_FIELDS:
        raise BadHandshake(f"more than {_MOST_FIELDS} header fields")
    return [_USUAL_LINES.get(line) or _field(line) for line in lines]


def _field(line: bytes) -> tuple[bytes, bytes]:
    name, colon, value = line.partition(b":")
    if not colon or not name or name.translate(None, _TOKEN):
        raise BadHandshake(f"a line that is no header field: {line[:40]!r}")
    return name.lower(), value.strip(_SPACE)


def _joined(fields: Fields) -> dict[bytes, bytes]:
    """The values of each name as one list (RFC 9110, 5.3)."""
    named: dict[bytes, bytes] = {}
    for name, value in fields:
        if name in _ONCE and name in named:
            raise BadHandshake(f"{name.decode()} twice")
        named[name] = b"%s, %s" % (named[name], value) if name in named else value
    return named


def _key(named: dict[bytes, bytes]) -> bytes:
    key = named.get(b"sec-websocket-key", b"")
    if not _KEY.fullmatch(key):
        raise BadHandshake("Sec-WebSocket-Key is missing, or not 16 bytes in base64")
    return key


def _check_body(named: dict[bytes, bytes]) -> None:
    """There is none. Some clients say so."""
    if b"transfer-encoding" in named or named.get(b"content-length", b"0") != b"0":
        raise BadHandshake("an opening has no body")


def _origin_form(target: bytes, host: bytes) -> bytes:
    """The path and the query. An absolute target names the host, too, and the same one."""
    if not is_host(host):
        raise BadHandshake("Host is missing, or no host")
    if target.startswith(b"/"):
        return target
    absolute = _ABSOLUTE.fullmatch(target)
    if absolute is None or absolute[1].lower() != host.lower():
        raise BadHandshake("the target is no path, or of another host")
    return absolute[2] if absolute[2].startswith(b"/") else b"/" + absolute[2]


def _subprotocols(value: bytes | None) -> list[str]:
    """What the client speaks, its favourite first (RFC 6455, 4.1)."""
    if value is None:
        return []
    names = _elements(value)
    if not names or b"".join(names).translate(None, _TOKEN):
        raise BadHandshake("Sec-WebSocket-Protocol is no list of names")
    return [name.decode() for name in names]


def _has(value: bytes, word: bytes) -> bool:
    """Whether a list has this word, in upper or lower case."""
    value = value.lower()
    return value == word or word in _elements(value)


def _elements(value: bytes) -> list[bytes]:
    """Of a list; empty ones do not count (RFC 9110, 5.6.1)."""
    return [element for part in value.split(b",") if (element := part.strip(_SPACE))]
