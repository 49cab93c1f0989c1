"""The soak runs, and finds what it is there to find."""

import asyncio
import json
import random
import subprocess
import sys

import msgspec
import pytest

from bench.soak.__main__ import crowd
from bench.soak.ledger import Ledger, tokens_in
from bench.soak.memory import Sample, growth
from bench.soak.visitor import Habits, Visitor, Wrongs
from checkout import CHECKOUT, environment
from livefeed.entry import Op
from livefeed.position import Position
from livefeed.redis_log.append import Receipt


def test_a_soak_of_a_few_seconds_finds_nothing_wrong(tmp_path):
    options = ["--minutes", "0.1", "--readers", "36", "--sample-every", "0.5", "--bound", "1e9"]
    options += ["--kill-every", "2", "--burst", "50", "--burst-every", "2", "--out", str(tmp_path)]
    # At this pace a quarter of the readers come back every second: also on a slow machine, some do.
    options += ["--pace", "20"]
    done = subprocess.run(
        [sys.executable, "-m", "bench.soak", *options],
        cwd=CHECKOUT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing lost" in done.stdout
    result = json.loads((tmp_path / "soak.json").read_text())
    assert result["kills_of_valkey"] >= 1
    assert result["resumed"] >= 1
    assert result["entries_received"] > 100
    assert len(result["samples"]) >= 5


def test_the_crowd_has_every_kind_in_every_encoding_compressed_and_plain():
    found = crowd(36)
    kinds = {(one.stays, one.stops) for one in found}
    assert {(one.encoding, one.deflate, one.stays, one.stops) for one in found} == {
        (encoding, deflate, *kind)
        for encoding in ("json", "html", "msgpack")
        for deflate in (True, False)
        for kind in kinds
    }
    assert len(kinds) == 5


class Night:
    """A ledger, and one visitor that is told messages by hand."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.wrongs = Wrongs()
        self.visitor = Visitor(
            "ws://nowhere", Habits(encoding="json", deflate=False), self.ledger, self.wrongs, random
        )

    def append(self, op, number, token=None, *, redacts=False):
        seq = self.ledger.known + 1
        number = number or seq
        position = Position(seq, f"{seq:08x}")
        self.ledger.note(
            Receipt(
                op=op,
                feed="soak",
                number=number,
                rev=1,
                seq=seq,
                position=position,
                id="",
                at=0,
                repeated=False,
            ),
            token,
            redacts=redacts,
        )
        return number

    def hello(self, seq, *, resumed):
        self.tell(type="hello", position=f"{seq}-{seq:08x}", resumed=resumed)

    def entry(self, seq, text="", tag=None):
        self.tell(type="entry", seq=seq, position=f"{seq}-{tag or f'{seq:08x}'}", text=text)

    def tell(self, **message):
        self.visitor._judge(msgspec.json.encode(message))

    def found(self):
        self.visitor.judge_rest()
        return dict(self.wrongs.counts)


@pytest.fixture
def night():
    """A feed of three stories, with the tokens 1 to 3."""
    night = Night()
    for _ in range(3):
        token, _ = night.ledger.new_token()
        night.append(Op.PUBLISH, 0, token)
    return night


def test_an_entry_that_is_left_out_is_lost_and_one_that_comes_again_repeated(night):
    night.entry(1)
    night.entry(3)
    night.entry(3)
    assert night.found() == {"lost": 1, "repeated": 1}


def test_a_pulse_that_is_elsewhere_tells_of_a_loss(night):
    night.entry(1)
    night.tell(type="pulse", position="1-00000001")
    assert night.found() == {}
    night.tell(type="pulse", position="2-00000002")
    assert night.found() == {"lost": 1}


def test_another_history_is_found_by_its_tag(night):
    night.entry(1)
    night.entry(2, tag="ffffffff")
    assert night.found() == {"another log": 1}


def test_a_text_that_comes_once_its_withdrawal_was_told_is_found(night):
    night.append(Op.KILL, 2)
    night.hello(4, resumed=True)
    night.entry(1, "token-1-")
    assert night.found() == {}
    night.entry(2, "token-2-")
    assert night.found() == {"withdrawn": 1}


def test_a_text_may_come_before_its_withdrawal(night):
    night.append(Op.KILL, 2)
    for seq in (1, 2, 3):
        night.entry(seq, f"token-{seq}-")
    night.entry(4)
    assert night.found() == {}


def test_a_release_brings_the_last_text_back_and_no_earlier_one(night):
    night.append(Op.CORRECT, 3, night.ledger.new_token()[0])
    night.append(Op.HOLD, 3)
    night.append(Op.RELEASE, 3)
    night.hello(6, resumed=True)
    night.entry(1, "token-4-")
    assert night.found() == {}
    night.entry(2, "token-3-")
    assert night.found() == {"withdrawn": 1}


def test_a_redaction_kills_the_earlier_texts_and_not_its_own(night):
    night.append(Op.CORRECT, 3, night.ledger.new_token()[0], redacts=True)
    night.hello(4, resumed=True)
    night.entry(1, "token-4-")
    assert night.found() == {}
    night.entry(2, "token-3-")
    assert night.found() == {"withdrawn": 1}


def test_an_entry_that_is_here_before_its_receipt_is_judged_when_that_has_come(night):
    for seq in (1, 2, 3, 4):
        night.entry(seq, "token-2-")
    assert not night.wrongs.counts
    night.append(Op.KILL, 2)
    assert night.found() == {"withdrawn": 1}


def test_a_snapshot_with_a_story_as_it_no_longer_stood_is_found(night):
    night.append(Op.UPDATE, 2, night.ledger.new_token()[0])
    stories = [{"number": 3, "seq": 3}, {"number": 2, "seq": 2}]
    night.hello(4, resumed=False)
    night.tell(type="snapshot", position="4-00000004", stories=stories)
    assert night.found() == {"stale": 1}


def test_tokens_are_found_in_every_encoding():
    text = {"story": "<p>token-17-</p> and token-4-"}
    for data in (msgspec.json.encode(text), msgspec.msgpack.encode(text)):
        assert tokens_in(data) == {17, 4}


async def test_a_server_that_is_not_there_is_noted():
    night = Night()
    night.visitor._url = "ws://127.0.0.1:1/"
    end = asyncio.Event()
    end.set()
    await night.visitor._come(end)
    assert set(night.wrongs.counts) == {"refused"}


def test_growth_is_that_of_the_second_half_in_kib_a_minute():
    rises = [Sample(at, 1000 * at, 0) for at in range(0, 60, 10)]
    flat = [Sample(at, 60_000, 0) for at in range(60, 130, 10)]
    assert growth([*rises, *flat]) == pytest.approx(0, abs=1)
    assert growth([Sample(at, 2 * at, 0) for at in range(0, 100, 10)]) == pytest.approx(120)
