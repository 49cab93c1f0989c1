"""What stands in the window of every reader's decompressor: what a frame's dictionary may be.

A decompressor remembers the texts it was sent compressed. The newest of them are the same for all
readers who got everything compressed since some entry, their `since`:

    sent to all, in order      … 807  808  809  810 │ 811 comes
    the window                      └─808──809──810─┘   the last `size` bytes, by whole entries
    since = 3 or 808                └──dictionary───┘   has everything there is
    since = 810                               └─810─┘   came, or caught up, when 809 was the newest
    since = 811                                     ╵   just came: none yet

So who joins, or was slow, begins without a dictionary and has all of it some entries later, and of
each entry there are never more different frames than entries in the window, and one. What goes out
uncompressed leaves every window as it is: catching up only moves a reader's `since` behind it.

A withdrawal begins the window anew, for its own frame already: no withdrawn text is kept here.
"""

from dataclasses import dataclass, field, replace
from typing import Final

DEFAULT_SIZE: Final = 8 * 1024  # bytes; docs/performance.md has the measurements
NEVER: Final = 1 << 62  # the `since` of a reader whose decompressor forgets: no dictionary, ever


@dataclass(frozen=True, slots=True)
class Window:
    """The texts that were sent to everybody before the entry `next`, of one encoding of a feed."""

    next: int
    size: int = DEFAULT_SIZE
    texts: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def first(self) -> int:
        """The seq of the oldest entry here: a `since` up to this one has all there is."""
        return self.next - len(self.texts)

    def begin(self, since: int) -> int:
        """Where the dictionary of a reader begins: readers with the same get the same frame."""
        return max(self.first, min(since, self.next))

    def dictionary(self, since: int) -> bytes:
        """What the entry `next` is compressed with for a reader: the end of what it remembers."""
        return b"".join(self.texts[self.begin(since) - self.first :])

    def anew(self) -> "Window":
        """An empty one. Where the entry `next` withdraws a text, it is sent with this one."""
        return replace(self, texts=())

    def followed_by(self, text: bytes) -> "Window":
        """The window behind the entry `next`, whose message is `text`."""
        # Of an entry that is too long by itself its end stays: that, too, is the end of what a
        # decompressor remembers.
        texts = (*self.texts, text[-self.size :])
        held = sum(map(len, texts))
        oldest = 0
        while held > self.size:
            held -= len(texts[oldest])
            oldest += 1
        return replace(self, next=self.next + 1, texts=texts[oldest:])
