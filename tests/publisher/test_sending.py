import pytest

from livefeed.entry import Op
from livefeed.errors import Conflict, OutcomeUnknown
from livefeed.position import Position
from livefeed.redis_log.append import Receipt
from publisher.failure import Failed
from publisher.sending import send
from publisher.terminal import AnswerLost
from publisher_desk import ID

RECEIPT = Receipt(
    op=Op.PUBLISH, feed="news", number=12, rev=1, seq=12, position=Position(12, "9f3a1c2e"), id=ID,
    at=0, repeated=False,
)  # fmt: skip


def raiser(error):
    def stop(*_):
        raise error

    return stop


def appends():
    return RECEIPT


def test_what_was_appended_is_answered():
    answered = []
    send(ID, appends, answered.append)
    assert answered == [RECEIPT]


def test_a_refusal_of_the_log_is_handed_on():
    with pytest.raises(Conflict):
        send(ID, raiser(Conflict("no")), raiser(AssertionError))


@pytest.mark.parametrize(
    "stopped", [OutcomeUnknown("Lost"), KeyboardInterrupt(), ZeroDivisionError("mistake")]
)
def test_whatever_else_stops_an_append_leaves_its_outcome_unknown(stopped):
    with pytest.raises(Failed) as caught:
        send(ID, raiser(stopped), raiser(AssertionError))
    assert caught.value.publication_id == ID
    assert caught.value.error.code == "unknown"
    assert f"--id {ID}" in caught.value.error.hint


@pytest.mark.parametrize("stopped", [AnswerLost(OSError(28, "Full")), KeyboardInterrupt()])
def test_an_answer_that_gets_lost_does_not_hide_that_it_was_published(stopped):
    with pytest.raises(Failed) as caught:
        send(ID, appends, raiser(stopped))
    assert caught.value.error.code == "unknown"
    assert "#12 is in the log" in caught.value.error.message
