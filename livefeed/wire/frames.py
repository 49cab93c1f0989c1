"""WebSocket frames as a server sees them (RFC 6455): made for many readers, read from each.

      0                   1
      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
     +-+-+-+-+-------+-+-------------+
     |F|R|R|R| opcode|M| length      |   length 126: two bytes of length follow, 127: eight
     |I|S|S|S|       |A| (7 bits)    |   RSV1: the message is compressed (RFC 7692)
     |N|V|V|V|       |S|             |   MASK: four bytes of mask follow the length;
     | |1|2|3|       |K|             |         always from a client, never from a server
     +-+-+-+-+-------+-+-------------+

Outgoing frames are plain functions. Incoming bytes go through a `Parser`, which says what they mean
and does nothing about it. A reader that sends nothing needs none: one is made when bytes come, and
given up again when it is `at_rest`.
"""

import struct
from typing import Final, NamedTuple, TypeAlias

import msgspec

from livefeed.errors import BadMessage
from livefeed.wire.compression import inflated

CONTINUATION: Final = 0
TEXT: Final = 1
BINARY: Final = 2
CLOSE: Final = 8
PING: Final = 9
PONG: Final = 10

NORMAL: Final = 1000
PROTOCOL_ERROR: Final = 1002
NO_CODE: Final = 1005  # stands for a close frame without a code; never on the wire
NO_TEXT: Final = 1007
TOO_MUCH: Final = 1008
TOO_BIG: Final = 1009

LARGEST_CONTROL: Final = 125  # bytes, section 5.5
LONGEST_REASON: Final = LARGEST_CONTROL - 2

_FIN: Final = 0x80
_RSV1: Final = 0x40
_RSV2_RSV3: Final = 0x30
_OPCODE: Final = 0x0F
_MASKED: Final = 0x80
_LENGTH: Final = 0x7F
_SHORTEST: Final = {2: 0, 4: 126, 10: 1 << 16}  # length, by where the mask begins
_CONTROL: Final = 0x08  # the opcodes of control frames have this bit
_DATA: Final = frozenset({TEXT, BINARY})
_OPCODES: Final = _DATA | {CONTINUATION, CLOSE, PING, PONG}
# Those that a peer may name (section 7.4 and IANA's registry); 1004 to 1006 and 1015 are not among
# them, and the ranges of libraries and applications begin at 3000.
_REGISTERED_CODES: Final = frozenset({*range(1000, 1004), *range(1007, 1015)})
_OTHER_CODES: Final = range(3000, 5000)

# Outgoing.


def frame(opcode: int, payload: bytes, *, rsv1: bool = False) -> bytes:
    """One whole, unfragmented frame from a server. `rsv1`: the payload is compressed."""
    first = _FIN | (_RSV1 if rsv1 else 0) | opcode
    size = len(payload)
    if size <= 125:
        return struct.pack("!BB", first, size) + payload
    if size < 1 << 16:
        return struct.pack("!BBH", first, 126, size) + payload
    return struct.pack("!BBQ", first, 127, size) + payload


def message(is_text: bool, payload: bytes, *, rsv1: bool = False) -> bytes:
    """A whole message in one frame."""
    return frame(TEXT if is_text else BINARY, payload, rsv1=rsv1)


def close(code: int, reason: str = "") -> bytes:
    """A close frame, its reason cut to what one holds; `NO_CODE` makes an empty frame."""
    if code == NO_CODE:
        return frame(CLOSE, b"")
    short = reason.encode()[:LONGEST_REASON].decode(errors="ignore")
    return frame(CLOSE, struct.pack("!H", code) + short.encode())


def pong(data: bytes) -> bytes:
    """The answer to a ping with this data."""
    return frame(PONG, data)


# Incoming.


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader may send.

    `largest` is of a whole message, in bytes, inflated where it came compressed. `most_frames` may
    come at once, in one call of `receive`: a flood of pings costs more to read than to send.
    `deflate` is whether permessage-deflate was agreed on, without context takeover on the client's
    side.
    """

    largest: int
    most_fragments: int = 64
    most_frames: int = 128
    deflate: bool = False

    @property
    def largest_on_wire(self) -> int:
        """A message's bytes as they come. What cannot be compressed grows, by an eighth at most."""
        return self.largest + self.largest // 8 + 64 if self.deflate else self.largest


class Message(msgspec.Struct, frozen=True):
    """A whole message, unmasked, put together and inflated. Text is valid UTF-8."""

    data: bytes
    is_text: bool


class Ping(msgspec.Struct, frozen=True):
    """To be answered with `pong(data)`; of several, answering the last will do (section 5.5.3)."""

    data: bytes


class Close(msgspec.Struct, frozen=True):
    """The reader closes. `close(code)` answers it. Nothing that follows is read."""

    code: int
    reason: str


class Violation(msgspec.Struct, frozen=True):
    """The reader broke a rule: `close(code, reason)` tells it. Nothing that follows is read."""

    code: int
    reason: str


Event: TypeAlias = Message | Ping | Close | Violation


class _Frame(NamedTuple):
    first: int  # its first byte
    data: bytes

    @property
    def opcode(self) -> int:
        return self.first & _OPCODE

    @property
    def is_last(self) -> bool:
        return bool(self.first & _FIN)


class Parser:
    """What one reader sent so far and that is not a whole message yet."""

    __slots__ = ("_ended", "_fragments", "_held", "_opened_by", "_rules", "_size")

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._held = bytearray()  # between two calls: less than one frame
        self._opened_by = 0  # the first byte of the message under way; 0: there is none
        self._fragments: list[bytes] = []  # of that message
        self._size = 0  # theirs together
        self._ended = False

    def __repr__(self) -> str:
        state = "ended" if self._ended else "at rest" if self.at_rest else "waiting for more"
        return f"<Parser {state}, {len(self._held)} bytes, {len(self._fragments)} fragments>"

    @property
    def at_rest(self) -> bool:
        """Whether nothing is under way, so that a new parser would go on just as well."""
        return not (self._held or self._opened_by or self._ended)

    def receive(self, data: bytes) -> list[Event]:
        """What these bytes complete, in order. A `Close` or a `Violation` is the last there is."""
        events: list[Event] = []
        if self._ended:
            return events
        self._held += data
        for _ in range(self._rules.most_frames):
            if (came := self._take()) is None:
                return events
            event = self._understand(came) if isinstance(came, _Frame) else came
            if event is not None:
                events.append(event)
            if isinstance(event, Close | Violation):
                return self._ended_with(events)
        if (came := self._take()) is None:
            return events
        events.append(Violation(TOO_MUCH, "too many frames at once"))
        return self._ended_with(events)

    def _take(self) -> _Frame | Violation | None:
        """The next frame, if all of it is here. It is refused as soon as can be."""
        held = self._held
        if len(held) < 2:
            return None
        if fault := self._fault(held[0], held[1]):
            return Violation(PROTOCOL_ERROR, fault)
        if (measured := _measure(held)) is None:
            return None
        length, mask_at = measured
        if length < _SHORTEST[mask_at]:
            return Violation(PROTOCOL_ERROR, "a length in more bytes than it needs")
        if not held[0] & _CONTROL and (excess := self._excess(length)):
            return Violation(TOO_BIG, excess)
        return self._cut(mask_at, mask_at + 4 + length)

    def _cut(self, mask_at: int, end: int) -> _Frame | None:
        held = self._held
        if len(held) < end:
            return None
        frame = _Frame(held[0], _unmasked(held[mask_at + 4 : end], held[mask_at : mask_at + 4]))
        del held[:end]
        return frame

    def _fault(self, first: int, second: int) -> str:
        """What is wrong with the first two bytes of a frame, if anything."""
        opcode = first & _OPCODE
        if opcode not in _OPCODES:
            return f"opcode {opcode} is reserved"
        if not second & _MASKED:
            return "a client masks what it sends"
        if first & _RSV2_RSV3:
            return "a reserved bit is set"
        if first & _RSV1 and not (self._rules.deflate and opcode in _DATA):
            return "RSV1 is set where no compressed message begins"
        return _control_fault(first, second) if opcode & _CONTROL else self._data_fault(opcode)

    def _data_fault(self, opcode: int) -> str:
        if opcode == CONTINUATION:
            return "" if self._opened_by else "a fragment of no message"
        return "a message within another" if self._opened_by else ""

    def _excess(self, length: int) -> str:
        """What is too much about a message's next frame, if anything."""
        if self._size + length > self._rules.largest_on_wire:
            return _too_big(self._rules)
        if len(self._fragments) >= self._rules.most_fragments:
            return f"more than {self._rules.most_fragments} fragments"
        return ""

    def _understand(self, frame: _Frame) -> Event | None:
        """What a frame says; None where it says nothing yet, or nothing that matters."""
        if frame.opcode == PING:
            return Ping(frame.data)
        if frame.opcode == CLOSE:
            return _closing(frame.data)
        if frame.opcode == PONG:
            return None  # needs no answer, asked for or not
        self._opened_by = self._opened_by or frame.first
        self._fragments.append(frame.data)
        self._size += len(frame.data)
        return self._message() if frame.is_last else None

    def _message(self) -> Message | Violation:
        first, data = self._opened_by, b"".join(self._fragments)
        self._opened_by, self._fragments, self._size = 0, [], 0
        if first & _RSV1:
            try:
                data = inflated(data, largest=self._rules.largest)
            except BadMessage as error:
                return Violation(PROTOCOL_ERROR, error.message)
        if len(data) > self._rules.largest:
            return Violation(TOO_BIG, _too_big(self._rules))
        is_text = first & _OPCODE == TEXT
        if is_text and not is_utf8(data):
            return Violation(NO_TEXT, "text that is not UTF-8")
        return Message(data, is_text)

    def _ended_with(self, events: list[Event]) -> list[Event]:
        """Keep nothing: what comes from now on is not read."""
        self._ended = True
        self._opened_by, self._fragments, self._size = 0, [], 0
        self._held.clear()
        return events


def _measure(held: bytearray) -> tuple[int, int] | None:
    """A frame's length and where its mask begins; None where that is not here yet."""
    length = held[1] & _LENGTH
    if length < 126:
        return length, 2
    mask_at = 4 if length == 126 else 10
    if len(held) < mask_at:
        return None
    return int.from_bytes(held[2:mask_at], "big"), mask_at


def _control_fault(first: int, second: int) -> str:
    if not first & _FIN:
        return "a control frame in fragments"
    if second & _LENGTH > LARGEST_CONTROL:
        return f"a control frame of more than {LARGEST_CONTROL} bytes"
    return ""


def _closing(data: bytes) -> Close | Violation:
    """What a close frame says (section 5.5.1)."""
    if not data:
        return Close(NO_CODE, "")
    if len(data) == 1:
        return Violation(PROTOCOL_ERROR, "half a close code")
    code = int.from_bytes(data[:2], "big")
    if code not in _REGISTERED_CODES and code not in _OTHER_CODES:
        return Violation(PROTOCOL_ERROR, f"close code {code} is never sent")
    if not is_utf8(data[2:]):
        return Violation(NO_TEXT, "a reason that is not UTF-8")
    return Close(code, data[2:].decode())


def _unmasked(data: bytearray, mask: bytearray) -> bytes:
    """The payload, by one exclusive or of two large numbers: a loop would take 50 times as long."""
    size = len(data)
    key = (mask * (size // 4 + 1))[:size]
    plain = int.from_bytes(data, "little") ^ int.from_bytes(key, "little")
    return plain.to_bytes(size, "little")


def is_utf8(data: bytes) -> bool:
    """Whether a text message, or the reason of a close, may be these bytes (RFC 6455, 8.1)."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _too_big(rules: Rules) -> str:
    return f"a message of more than {rules.largest} bytes"
