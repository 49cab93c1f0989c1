"""One window for all: every reader's own decompressor reads every frame that it is sent.

Readers join, stop reading, catch up and leave, stories come and are withdrawn, all in any order;
zlib is the judge, with one decompressor a reader, as in a browser.
"""

import random
import zlib

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from websockets.client import ClientProtocol
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.protocol import State
from websockets.uri import parse_uri

from livefeed.window import NEVER, Window
from livefeed.wire import frames
from livefeed.wire.compression import compressed

WORDS = (
    b"the minister said on Friday that talks in Annapolis would go on until an agreement".split()
)
prose = st.lists(st.sampled_from(WORDS), max_size=80).map(b" ".join)


class Browser:
    """A reader with its decompressor, and what of it the server knows: `since`."""

    def __init__(self, since: int, *, forgets: bool = False) -> None:
        self.since = since
        self.forgets = forgets
        self.reads = True
        self._inflate = zlib.decompressobj(-15)

    def read(self, payload: bytes) -> bytes:
        if self.forgets:
            self._inflate = zlib.decompressobj(-15)
        return self._inflate.decompress(payload + b"\x00\x00\xff\xff")


class Room(RuleBasedStateMachine):
    """A feed and its readers. The window is small, so that it slides often."""

    def __init__(self) -> None:
        super().__init__()
        self.window = Window(1, size=400)
        self.browsers: list[Browser] = []
        self.shown: dict[bytes, bytes] = {}  # the marker of a story → its newest text
        self.withdrawn: set[bytes] = set()

    # Readers.

    @rule(forgets=st.booleans())
    def join(self, forgets):
        since = NEVER if forgets else self.window.next
        self.browsers.append(Browser(since, forgets=forgets))

    @precondition(lambda self: self.browsers)
    @rule(data=st.data())
    def stop_reading_or_catch_up(self, data):
        browser = data.draw(st.sampled_from(self.browsers))
        browser.reads = not browser.reads
        if browser.reads and not browser.forgets:
            browser.since = self.window.next  # what it missed came uncompressed

    @precondition(lambda self: self.browsers)
    @rule(data=st.data())
    def leave(self, data):
        self.browsers.remove(data.draw(st.sampled_from(self.browsers)))

    # Editors.

    @rule(said=prose, times=st.integers(1, 4))
    def publish(self, said, times):
        for _ in range(times):
            marker = b"<story %d>" % self.window.next
            self.shown[marker] = marker + said
            self._send(self.shown[marker])

    @precondition(lambda self: self.shown)
    @rule(data=st.data(), said=prose)
    def update(self, data, said):
        marker = data.draw(st.sampled_from(sorted(self.shown)))
        self.shown[marker] += said
        self._send(self.shown[marker])

    @precondition(lambda self: self.shown)
    @rule(data=st.data())
    def withdraw(self, data):
        marker = data.draw(st.sampled_from(sorted(self.shown)))
        del self.shown[marker]
        self.withdrawn.add(marker)
        self.window = self.window.anew()
        self._send(b"a story was withdrawn")

    def _send(self, text: bytes) -> None:
        made: dict[int, bytes] = {}
        for browser in self.browsers:
            if browser.reads:
                begin = self.window.begin(browser.since)
                if begin not in made:
                    made[begin] = compressed(text, self.window.dictionary(browser.since))
                assert browser.read(made[begin]) == text
        assert len(made) <= len(self.window.texts) + 1
        self.window = self.window.followed_by(text)

    @invariant()
    def no_dictionary_holds_a_withdrawn_text(self):
        dictionary = self.window.dictionary(0)
        assert not [marker for marker in self.withdrawn if marker in dictionary]
        assert len(dictionary) <= self.window.size


class TestRoom(Room.TestCase):
    settings = settings(max_examples=150, stateful_step_count=40, deadline=None)


def stories(count: int, *, seed: int) -> list[bytes]:
    """Texts of any length, some much longer than the window and than a decompressor's memory."""
    chance = random.Random(seed)
    lengths = [chance.choice([1, 30, 150, 900, 9_000]) for _ in range(count)]
    return [b" ".join(chance.choices(WORDS, k=length)) for length in lengths]


@pytest.mark.parametrize("joined", range(16))
def test_a_peer_that_joins_at_any_entry_reads_all_that_follow(joined):
    peer = ClientProtocol(parse_uri("ws://localhost/"), state=State.OPEN, max_size=None)
    peer.extensions = [PerMessageDeflate(False, True, 15, 15)]
    sent = stories(16, seed=1)
    window = Window(0)
    for seq, text in enumerate(sent):
        if seq >= joined:
            data = compressed(text, window.dictionary(joined))
            peer.receive_data(frames.frame(frames.TEXT, data, rsv1=True))
            peer.receive_data(frames.frame(frames.TEXT, b"a pulse, uncompressed"))
        window = window.anew() if seq == 9 else window
        window = window.followed_by(text)
    assert [frame.data for frame in peer.events_received()][::2] == sent[joined:]


@pytest.mark.parametrize("size", [2_048, 8_192, 32_768])
def test_whoever_joins_at_any_entry_reads_all_with_windows_of_every_size_measured(size):
    window = Window(0, size=size)
    browsers: list[Browser] = []
    for seq, text in enumerate(stories(40, seed=size)):
        browsers.append(Browser(seq))
        for browser in browsers:
            sent = compressed(text, window.dictionary(browser.since))
            assert browser.read(sent) == text
        window = window.followed_by(text)
