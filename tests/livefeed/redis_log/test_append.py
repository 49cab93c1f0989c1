"""The append against real servers: what each change leaves in the log."""

import pytest

from livefeed.entry import Op


def test_a_story_changes_through_its_whole_life(news):
    number = news.publish("One", "secret-1")
    news.do("correct", number)
    news.do("pin", number)
    news.do("hold", number)
    news.do("release", number)
    news.do("kill", number)
    news.check_tags()
    assert [entry.op for entry in news.log()] == [
        Op.FEED, Op.PUBLISH, Op.CORRECT, Op.PIN, Op.HOLD, Op.RELEASE, Op.KILL,
    ]  # fmt: skip
    assert [entry.rev for entry in news.log()] == [0, 1, 2, 2, 3, 4, 5]
    assert b"secret" not in news.texts()
    assert news.fold() == news.folded_log()


@pytest.mark.parametrize("op", ["update", "correct", "refile"])
def test_a_change_takes_the_place_of_the_story(news, op):
    number = news.publish()
    receipt = news.do(op, number)
    assert (receipt.number, receipt.rev, receipt.seq) == (number, 2, 3)
    assert news.fold().stories[number].op == op
