"""The live readers of one encoding: they stand at one place, and are written the same bytes.

They differ only in what their decompressors hold (`livefeed.window`), and stand in lanes by that:

    PLAIN    nothing was agreed on: plain frames
    NEVER    theirs forget every message: frames without a dictionary
    since    got every entry from this seq on compressed
    SETTLED  has all that the window has; where every `since` leads after a few entries

A message costs one frame for each different dictionary, whatever the number of readers. Only
entries are compressed; all else goes out plain and leaves the windows as they are (RFC 7692, 6).
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from socket import SocketType
from typing import Final, TypeAlias

from livefeed.server.cursor import Cursor, Outgoing
from livefeed.server.reader import Reader
from livefeed.window import NEVER, Window
from livefeed.wire import frames
from livefeed.wire.compression import compressed
from livefeed.wire.messages import Encoding

PLAIN: Final = -1
SETTLED: Final = 0
_EMPTY: Final = Window(0)
# By their sockets: a walk over a lane touches nothing else, which is a tenth of what it costs.
_Lane: TypeAlias = dict[SocketType, Reader]


class Head:
    """The live readers of `encoding`, and the cursor that they have in common."""

    __slots__ = ("_lanes", "_slowed", "_window", "cursor", "encoding")

    def __init__(self, encoding: Encoding) -> None:
        self.encoding = encoding
        self.cursor = Cursor(encoding, None)
        self._lanes: dict[int, _Lane] = {}
        self._slowed: dict[Reader, None] = {}  # to leave, behind the walk over the lanes
        self._window = _EMPTY

    def __len__(self) -> int:
        return sum(map(len, self._lanes.values()))

    def __bool__(self) -> bool:
        return bool(self._lanes)

    def __repr__(self) -> str:
        lanes = {since: len(readers) for since, readers in self._lanes.items()}
        return f"<Head {self.encoding.name} at {self.cursor.position}: {lanes}>"

    def join(self, reader: Reader, cursor: Cursor) -> None:
        """A reader whose `cursor` is where everybody's is here, or that is the first one."""
        if not self._lanes:
            self.cursor = cursor
        self._lanes.setdefault(_lane(reader, cursor), {})[reader.socket] = reader
        reader.cursor = None

    def slow(self, reader: Reader) -> None:
        """It takes nothing more: it leaves before anything else is written."""
        self._slowed[reader] = None

    def let_slowed_go(self) -> None:
        """Each with a cursor of its own, at what it was written last."""
        while self._slowed:
            reader, _ = self._slowed.popitem()
            self.forget(reader)
            reader.cursor = self.cursor.copy()

    def forget(self, reader: Reader) -> None:
        """It is live no more."""
        self._slowed.pop(reader, None)
        for since, readers in self._lanes.items():
            if readers.pop(reader.socket, None) is not None:
                if not readers:
                    self._drop(since)
                return

    def write(self, messages: Sequence[Outgoing]) -> None:
        """Give everybody these messages, which `cursor` has taken, in one write each."""
        for since, batch in self._batches(messages).items():
            _write(self._lanes[since], batch)
        self._settle()

    def cut_off(self) -> None:
        """End the connections of everybody here, and have nobody."""
        for readers in self._lanes.values():
            for reader in readers.values():
                reader.transport.abort()
        self._lanes.clear()
        self._slowed.clear()
        self.forget_texts()

    def forget_texts(self) -> None:
        """Another history: some of the texts may have been withdrawn meanwhile."""
        self._window = _EMPTY

    def _batches(self, messages: Sequence[Outgoing]) -> Mapping[int, bytes]:
        """What each lane is written."""
        made: dict[int, list[bytes]] = {}
        for message in messages:
            for since, frame in self._frames(message):
                made.setdefault(since, []).append(frame)
        return {since: b"".join(batch) for since, batch in made.items()}

    def _frames(self, message: Outgoing) -> Iterator[tuple[int, bytes]]:
        """A message's frame for each lane; the window is moved behind it."""
        if message.entry is None or not self._compresses():
            plain = frames.message(self.encoding.is_text, message.payload)
            yield from ((since, plain) for since in self._lanes)
            return
        window = self._window_for(message)
        made: dict[int, bytes] = {}
        for since in self._lanes:
            begin = PLAIN if since == PLAIN else window.begin(since)
            if (frame := made.get(begin)) is None:
                frame = made[begin] = self._frame(message.payload, window, begin)
            yield since, frame
        self._window = window.followed_by(message.payload)

    def _frame(self, payload: bytes, window: Window, begin: int) -> bytes:
        if begin == PLAIN:
            return frames.message(self.encoding.is_text, payload)
        deflated = compressed(payload, window.dictionary(begin))
        return frames.message(self.encoding.is_text, deflated, rsv1=True)

    def _compresses(self) -> bool:
        return len(self._lanes) > (PLAIN in self._lanes)

    def _window_for(self, message: Outgoing) -> Window:
        entry = message.entry
        if entry is None:
            raise AssertionError("only entries are compressed")
        if entry.seq != self._window.next:  # the first one compressed, or another history
            self._window = Window(entry.seq)
        return self._window.anew() if entry.withdraws else self._window

    def _settle(self) -> None:
        """Lanes that have everything in the window are one from now on.

        So are those from a history with higher seqs: the window began anew behind it.
        """
        window = self._window
        for since in [since for since in self._lanes if since not in (PLAIN, NEVER, SETTLED)]:
            if not window.first < since <= window.next:
                readers = self._lanes.pop(since)
                self._lanes[SETTLED] = _merged(readers, self._lanes.get(SETTLED, {}))

    def _drop(self, since: int) -> None:
        """An empty lane; without anybody to read it, no text is kept, either."""
        del self._lanes[since]
        if not self._compresses():
            self._window = _EMPTY


def _lane(reader: Reader, cursor: Cursor) -> int:
    if reader.deflate is None:
        return PLAIN
    if not reader.deflate.shares_window or cursor.position is None:
        return NEVER
    return cursor.position.seq + 1


def _merged(one: _Lane, other: _Lane) -> _Lane:
    few, many = sorted((one, other), key=len)
    many.update(few)
    return many


def _write(readers: _Lane, batch: bytes) -> None:
    """One `send` a reader, past its transport: its buffer is empty, or it were not here.

    In one call of C for all, and one more for each reader that cannot take anything: `extend` keeps
    what it took before an error, and `sends` goes on behind it.
    """
    sent: list[int] = []
    sends = map(SocketType.send, readers, repeat(batch))
    while len(sent) < len(readers):
        try:
            sent.extend(sends)
        except OSError:  # full, or broken: its transport can tell, and waits or ends
            sent.append(0)
    if sent.count(len(batch)) == len(sent):
        return
    for socket, size in zip(readers, sent, strict=True):
        if size != len(batch):
            # A view: those who are slow hold the same bytes.
            readers[socket].transport.write(memoryview(batch)[size:])
