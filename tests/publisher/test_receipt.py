import json

import pytest

from livefeed.entry import Op
from livefeed.position import Position
from livefeed.redis_log.append import Receipt
from publisher.desk import Answers
from publisher.receipt import DONE_WORDS, answer, answer_feed
from publisher_desk import ID, desk, err, out, terminal


def receipt(op=Op.PUBLISH, *, repeated=False, **more):
    values = {"number": 12, "rev": 1, "seq": 812, "position": Position(812, "9f3a1c2e")}
    values |= {"feed": "news", "id": ID, "at": 0, **more}
    return Receipt(op=op, repeated=repeated, **values)


def test_programs_get_the_object_of_the_contract():
    at = desk(Answers.JSON)
    answer(at, receipt(), "A headline")
    assert out(at) == (
        '{"op": "publish", "feed": "news", "number": 12, "rev": 1, "seq": 812, '
        f'"position": "812-9f3a1c2e", "id": "{ID}"}}\n'
    )
    assert err(at) == ""


def test_a_plain_answer_has_the_same_values_between_tabs():
    at = desk(Answers.PLAIN)
    answer(at, receipt(), "A headline")
    assert out(at) == f"publish\tnews\t12\t1\t812\t812-9f3a1c2e\t{ID}\n"
    assert err(at) == ""


def test_people_get_a_sentence_and_the_next_steps():
    at = desk(flags={"feed": "quake", "data": None, "redis": None})
    answer(at, receipt(), "A headline")
    assert out(at) == "Published #12 A headline\n  news, revision 1, at 812-9f3a1c2e\n"
    assert '--feed quake correct 12 FILE --note "…"' in err(at)
    assert "--feed quake kill 12" in err(at)


def test_an_answer_that_was_given_before_says_so():
    at = desk()
    answer(at, receipt(repeated=True), "")
    assert "by an earlier run with this id" in out(at)


def test_a_headline_cannot_move_the_terminal():
    at = desk()
    answer(at, receipt(), "a\x1b[2J\nb\u202e")
    assert out(at).splitlines()[0] == "Published #12 a␛[2J b�"


@pytest.mark.parametrize("op", sorted(set(Op) - {Op.FEED}))
def test_every_change_of_a_story_has_its_words(op):
    at = desk()
    answer(at, receipt(op), "x")
    assert out(at).startswith(f"{DONE_WORDS[op]} #12 x\n")


def test_a_feed_that_was_made_can_be_pushed_to():
    at = desk(feed="quake")
    answer_feed(at, receipt(Op.FEED, feed="quake", number=0, rev=0), made=True)
    assert out(at).startswith("Made the feed quake\n")
    assert "push FILE" in err(at)


def test_a_feed_that_was_changed_says_so():
    at = desk()
    answer_feed(at, receipt(Op.FEED, number=0, rev=0), made=False)
    assert out(at).startswith("Changed the feed news\n")
    assert err(at) == ""


def test_a_feeds_answer_for_programs_is_the_same_object():
    at = desk(Answers.JSON, terminal=terminal())
    answer_feed(at, receipt(Op.FEED, number=0, rev=0), made=True)
    assert json.loads(out(at))["op"] == "feed"
