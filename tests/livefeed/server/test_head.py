"""The live readers: whoever joins, falls behind and comes back, zlib can read what it is sent."""

import asyncio
import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import LogBook, empty_fold, make_story
from hand_cranked import HandCranked, Inflating, connections
from livefeed.entry import Op
from livefeed.fold import apply_all
from livefeed.position import Position
from livefeed.server import fanout as fanout_module
from livefeed.server import head as head_module
from livefeed.server.cursor import Cursor
from livefeed.server.fanout import Fanout
from livefeed.server.feed import Feed
from livefeed.server.limits import Limits
from livefeed.wire import frames
from livefeed.wire.compression import Agreement
from livefeed.wire.messages import Encoding
from logs import logs, secret, withdrawn_texts

SHARES = Agreement(server_no_context_takeover=False, server_max_window_bits=None)
FORGETS = Agreement(server_no_context_takeover=True, server_max_window_bits=None)


@pytest.fixture(autouse=True)
def every_connection_ends():
    with connections():
        yield


class Page:
    """A reader's page: its connection, and all it was sent."""

    def __init__(self, fanout, encoding, agreed, after=None, *, waiting=b""):
        self.line = HandCranked()
        self.encoding = encoding
        self.inflating = Inflating(agreed)
        self.messages = []
        self.stopped = False
        self.after = after
        reader = fanout.reader(Cursor(encoding, after), no_like, agreed)
        self.line.begin(reader, waiting=waiting)
        self.reader = reader

    def read(self):
        for message in self.inflating.messages(self.line.take()):
            text = self.encoding.is_text
            self.messages.append(json.loads(message) if text else msgspec.msgpack.decode(message))

    @property
    def position(self):
        """Where its messages have led it, each of them having to join on."""
        position = str(self.after)
        for number, message in enumerate(self.messages):
            if message["type"] == "hello":
                assert number == 0 or not message["resumed"]
            elif message["type"] == "snapshot":
                position = message["position"]
            elif message["type"] == "entry":
                assert int(position.split("-")[0]) + 1 == message["seq"]
                position = message["position"]
        return position


async def no_like(_):
    """Nobody counts."""


async def idle(fanout):
    """Until the fan-out has given everybody what they have room for."""
    while fanout._round_due or fanout._catching_up:  # noqa: ASYNC110 - it fires no event
        await asyncio.sleep(0)


def replayed(book):
    """The entries of a log as they came, with the texts that they had then."""
    log = LogBook()
    for entry in book.entries:
        carried = entry.story or entry.withdrawn
        body = secret(entry.number, entry.rev)
        story = make_story(body, body * 150) if carried else None
        more = {"facts": entry.facts, "note": entry.note, "redacts": entry.redacts}
        yield log, log.append(entry.op, entry.number, story=story, **more)


steps = st.lists(
    st.one_of(
        st.tuples(
            st.just("come"),
            st.sampled_from(Encoding),
            st.sampled_from([None, SHARES, SHARES, FORGETS]),
            st.integers(-1, 25),
        ),
        st.tuples(st.sampled_from(["stop", "go", "leave"]), st.integers(0, 7)),
        st.tuples(st.sampled_from(["entry", "entry", "entry", "entry", "turn", "reset", "beat"])),
    ),
    min_size=10,
    max_size=80,
)


@settings(max_examples=300)
@given(logs(most=40), steps)
def test_whatever_happens_every_reader_can_inflate_every_entry_once_and_in_order(book, steps):
    with connections():
        asyncio.run(walk(book, steps))


class Walk:
    """One walk through the steps, each of them a method."""

    def __init__(self, book):
        self.feed = Feed(empty_fold())
        self.fanout = Fanout(self.feed, Limits())
        self.entries = replayed(book)
        self.log = LogBook()
        self.known = [self.feed.position]
        self.pages = []

    async def take(self, step, *more):
        await getattr(self, step)(*more)

    async def come(self, encoding, agreed, at):
        after = None if at < 0 else self.known[at % len(self.known)]
        self.pages.append(Page(self.fanout, encoding, agreed, after))

    async def stop(self, n):
        for page in self.pages[n : n + 1]:
            page.stopped = True

    async def go(self, n):
        for page in self.pages[n : n + 1]:
            page.stopped = False

    async def leave(self, n):
        for page in self.pages[n : n + 1]:
            self.pages.remove(page)
            page.line.end()

    async def entry(self):
        self.log, entry = next(self.entries, (self.log, None))
        if entry is not None:
            self.feed.apply(entry)
            self.known.append(entry.position)

    async def reset(self):
        self.feed.reset(apply_all(empty_fold(), self.log.entries), self.log.entries[-3:])

    async def beat(self):
        self.feed.beat(at=1, readers=len(self.pages))

    async def turn(self):
        await idle(self.fanout)
        for page in self.pages:
            if not page.stopped:
                page.read()


async def walk(book, steps):
    walk = Walk(book)
    for step in steps:
        await walk.take(*step)
    await arrive(walk.fanout, walk.pages)
    for page in walk.pages:
        assert page.position == str(walk.feed.position)
        assert page.reader.cursor is None
        assert page.inflating.at_rest
        nothing_withdrawn_comes_behind_its_withdrawal(page, walk.log)
    for page in walk.pages:
        page.line.end()
    assert len(walk.fanout) == 0
    assert not any(walk.fanout._heads.values())
    assert not [head for head in walk.fanout._heads.values() if head._window.texts]


async def arrive(fanout, pages):
    """Everybody reads until all have everything."""
    while True:
        await idle(fanout)
        before = [len(page.messages) for page in pages]
        for page in pages:
            page.read()
        await idle(fanout)
        if before == [len(page.messages) for page in pages]:
            return


def nothing_withdrawn_comes_behind_its_withdrawal(page, log):
    gone = withdrawn_texts(log)
    texts = [json.dumps(message) for message in page.messages]
    told = {m["seq"]: n for n, m in enumerate(page.messages) if m["type"] == "entry"}
    for entry in log.entries:
        if entry.withdraws and entry.seq in told:
            later = "".join(texts[told[entry.seq] :])
            mine = {secret(entry.number, rev) for rev in range(1, entry.rev)}
            assert not [text for text in mine & gone if text in later]


@pytest.fixture
def feed():
    return Feed(empty_fold())


def publish(feed, log, count=1, *, size=40):
    for _ in range(count):
        text = secret(len(log.entries) + 1, 1)
        feed.apply(log.append(Op.PUBLISH, story=make_story(text, text * size)))


def lanes(fanout, encoding=Encoding.JSON):
    return {since: len(readers) for since, readers in fanout._heads[encoding]._lanes.items()}


async def test_a_newcomer_grows_into_the_others_after_a_few_entries(feed):
    log, fanout = LogBook(), Fanout(feed, Limits())
    pages = [Page(fanout, Encoding.JSON, SHARES)]
    for _ in range(3):
        publish(feed, log)
        await idle(fanout)
    pages.append(Page(fanout, Encoding.JSON, SHARES))
    assert lanes(fanout) == {head_module.SETTLED: 1, 4: 1}
    while len(lanes(fanout)) > 1:
        publish(feed, log, size=60)
        await idle(fanout)
    assert lanes(fanout) == {head_module.SETTLED: 2}
    assert len(log.entries) < 15
    for page in pages:
        page.read()
        assert page.position == str(feed.position)
        assert page.inflating.compressed == len([m for m in page.messages if m["type"] == "entry"])


async def test_readers_with_the_same_window_are_written_the_same_bytes(feed):
    log, fanout = LogBook(), Fanout(feed, Limits())
    pages = [Page(fanout, Encoding.HTML, SHARES) for _ in range(3)]
    [page.line.take() for page in pages]
    publish(feed, log, 3)
    await idle(fanout)
    assert len({page.line.take() for page in pages}) == 1


async def test_a_withdrawal_begins_the_window_anew_for_its_own_frame(feed):
    log, fanout = LogBook(), Fanout(feed, Limits())
    page = Page(fanout, Encoding.JSON, SHARES)
    publish(feed, log, 3)
    await idle(fanout)
    head = fanout._heads[Encoding.JSON]
    assert len(head._window.texts) == 3
    feed.apply(log.append(Op.KILL, 1))
    await idle(fanout)
    (kill,) = head._window.texts
    assert secret(1, 1).encode() not in kill
    page.read()
    assert page.position == str(feed.position)


async def test_the_first_entry_may_come_together_with_a_pulse(feed):
    log, fanout = LogBook(), Fanout(feed, Limits())
    page = Page(fanout, Encoding.JSON, SHARES)
    feed.beat(at=1, readers=1)
    publish(feed, log)
    feed.beat(at=2, readers=1)
    await idle(fanout)
    page.read()
    assert [message["type"] for message in page.messages][-2:] == ["entry", "pulse"]
    assert page.inflating.compressed == 1


async def test_without_anybody_to_read_it_no_text_is_kept_for_a_window(feed):
    log, fanout = LogBook(), Fanout(feed, Limits())
    page, plain = Page(fanout, Encoding.JSON, SHARES), Page(fanout, Encoding.JSON, None)
    publish(feed, log, 3)
    await idle(fanout)
    assert fanout._heads[Encoding.JSON]._window.texts
    page.line.end()
    assert not fanout._heads[Encoding.JSON]._window.texts
    assert repr(fanout._heads[Encoding.JSON]) == f"<Head JSON at {feed.position}: {{-1: 1}}>"
    plain.line.end()


async def test_who_asks_for_no_context_takeover_shares_frames_without_a_dictionary(feed):
    log, fanout = LogBook(), Fanout(feed, Limits())
    pages = [Page(fanout, Encoding.JSON, FORGETS) for _ in range(2)]
    publish(feed, log, 5)
    await idle(fanout)
    assert lanes(fanout) == {head_module.NEVER: 2}
    sent = [page.line.take() for page in pages]
    assert sent[0] == sent[1]
    messages = pages[0].inflating.messages(sent[0])
    assert pages[0].inflating.compressed == 5
    assert [json.loads(m)["type"] for m in messages][-5:] == ["entry"] * 5


async def test_after_another_history_the_windows_begin_anew(feed):
    log, fanout = LogBook(), Fanout(feed, Limits())
    page = Page(fanout, Encoding.JSON, SHARES)
    publish(feed, log, 5)
    await idle(fanout)
    page.read()
    other = LogBook(root="0ddba115")
    publish(Feed(empty_fold(root="0ddba115")), other, 2)
    feed.reset(apply_all(empty_fold(root="0ddba115"), other.entries), other.entries)
    await idle(fanout)
    page.read()
    publish(feed, other, 2)
    await idle(fanout)
    page.read()
    assert page.messages[-1]["seq"] == 4
    assert page.position == str(feed.position)
    assert Position.parse(page.position).seq == 4


async def test_who_comes_with_a_full_buffer_is_given_nothing_before_it_has_room(feed):
    log, fanout = LogBook(), Fanout(feed, Limits())
    before = b"answer" * 10_000
    page = Page(fanout, Encoding.JSON, SHARES, waiting=before)
    publish(feed, log, 3)
    await idle(fanout)
    assert page.line.get_write_buffer_size() <= len(before)
    assert page.line.take() == before
    await arrive(fanout, [page])
    assert page.position == str(feed.position)


async def test_of_pings_that_come_while_there_is_no_room_the_latest_is_answered(feed):
    fanout = Fanout(feed, Limits())
    before = b"answer" * 10_000
    page = Page(fanout, Encoding.JSON, None, waiting=before)
    page.reader.data_received(b"\x89\x83\0\0\0\0one\x89\x83\0\0\0\0two")
    page.reader.data_received(b"\x89\x85\0\0\0\0three")
    assert page.line.take() == before + b"\x8a\x05three"


def slow_page(fanout, feed, log):
    """A page that reads nothing and has fallen behind."""
    page = Page(fanout, Encoding.JSON, None)
    page.line.blocked = True
    publish(feed, log, size=1_000)
    return page


async def test_who_was_slow_when_it_was_closed_is_sent_nothing_behind_the_close(feed):
    log, fanout = LogBook(), Fanout(feed, Limits())
    page = slow_page(fanout, feed, log)
    await idle(fanout)
    publish(feed, log, 3)
    await idle(fanout)
    assert page.reader.paused
    assert fanout.dismiss(None, "restart", lambda _: b"{}") == 1
    page.line.blocked = False
    sent = page.line.take()
    publish(feed, log, 3)
    await idle(fanout)
    assert sent.endswith(frames.close(1012, "restart"))
    assert page.line.take() == b""
    assert not any(fanout._heads.values())


async def test_who_cannot_be_caught_up_is_cut_off_alone(feed):
    """A fault of ours: whoever stayed would miss what failed, and others would wait for ever."""
    log, fanout = LogBook(), Fanout(feed, Limits())
    publish(feed, log, 3)
    broken = Page(fanout, Encoding.JSON, None, after=feed.tail.start, waiting=b"x" * 10_000)
    fine = Page(fanout, Encoding.MSGPACK, None, after=feed.tail.start, waiting=b"x" * 10_000)
    entry = feed.prepared.entry

    def fails_for_json(encoding, which):
        if encoding is Encoding.JSON:
            raise ZeroDivisionError
        return entry(encoding, which)

    feed.prepared = Failing(feed.prepared, fails_for_json)
    assert broken.line.take() == fine.line.take() == b"x" * 10_000
    await idle(fanout)
    assert broken.line.aborted
    assert not fine.line.aborted
    fine.read()
    assert fine.position == str(feed.position)


class Failing:
    """What is prepared, but for entries."""

    def __init__(self, prepared, entry):
        self._prepared = prepared
        self.entry = entry

    def __getattr__(self, name):
        return getattr(self._prepared, name)


async def test_after_a_round_that_failed_nobody_joins_where_it_stopped(feed):
    log, fanout = LogBook(), Fanout(feed, Limits())
    page = Page(fanout, Encoding.JSON, SHARES)
    publish(feed, log, 3)
    entry, failures = feed.prepared.entry, iter([False, True])

    def fails_once(encoding, which):
        return 1 // 0 if next(failures, False) else entry(encoding, which)

    feed.prepared = Failing(feed.prepared, fails_once)
    newcomer = Page(fanout, Encoding.JSON, SHARES)
    await idle(fanout)
    assert page.line.aborted
    publish(feed, log)
    await idle(fanout)
    newcomer.read()
    assert newcomer.position == str(feed.position)


async def test_a_pong_that_finds_no_room_leaves_its_reader_slow(feed):
    log, fanout = LogBook(), Fanout(feed, Limits())
    page = slow_page(fanout, feed, log)
    await idle(fanout)
    page.reader.data_received(b"\x89\x83\0\0\0\0one")
    page.line._waiting = b""
    page.reader.resume_writing()
    assert page.reader.paused
    publish(feed, log, 3)
    await idle(fanout)
    assert page.line.get_write_buffer_size() == len(b"\x8a\x03one")


async def test_with_another_history_the_window_forgets_its_texts_at_once(feed):
    log, fanout = LogBook(), Fanout(feed, Limits())
    Page(fanout, Encoding.JSON, SHARES)
    publish(feed, log, 3)
    await idle(fanout)
    assert fanout._heads[Encoding.JSON]._window.texts
    feed.reset(apply_all(empty_fold(), log.entries), [])
    assert not fanout._heads[Encoding.JSON]._window.texts


async def test_more_readers_than_are_served_in_a_turn_catch_up_all_the_same(feed, monkeypatch):
    monkeypatch.setattr(fanout_module, "_IN_A_TURN", 3)
    log, fanout = LogBook(), Fanout(feed, Limits())
    pages = [Page(fanout, Encoding.JSON, SHARES, waiting=b"x" * 20_000) for _ in range(20)]
    publish(feed, log, 200, size=100)
    for page in pages:
        assert page.line.take() == b"x" * 20_000
    await arrive(fanout, pages)
    assert {page.position for page in pages} == {str(feed.position)}
