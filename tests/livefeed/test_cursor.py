"""How a reader goes on from its position."""

import pytest

from builders import ROOT, LogBook, make_story
from livefeed.cursor import Continue, LookUp, StartOver, go_on
from livefeed.position import Position
from livefeed.tail import Tail


@pytest.fixture
def tail():
    book = LogBook()
    for n in range(4):
        book.append("publish", story=make_story(str(n)))
    return Tail(Position(0, ROOT), book.entries, keep=3)


def test_a_reader_who_knows_the_newest_entry_continues_with_nothing(tail):
    assert go_on(tail, tail.position) == Continue([])


def test_a_reader_who_was_away_continues_with_what_it_missed(tail):
    decision = go_on(tail, tail.start)
    assert isinstance(decision, Continue)
    assert [e.seq for e in decision.entries] == [2, 3, 4]


def test_a_reader_ahead_of_the_tail_is_looked_up_in_the_log(tail):
    ahead = Position(9, "9f3a1c2e")
    assert go_on(tail, ahead) == LookUp(ahead)


@pytest.mark.parametrize(
    "position", [None, Position(0, ROOT), Position(4, "00000000"), Position(2, "00000000")]
)
def test_no_position_a_foreign_one_and_one_too_old_start_over(tail, position):
    assert go_on(tail, position) == StartOver()
