"""Counts of likes, and which of them changed."""

from livefeed.server.likes import Likes


def test_unchanged_counts_are_the_same_version():
    likes = Likes().with_counts({12: 3})
    assert likes.with_counts({12: 3}) is likes


def test_a_version_says_what_changed():
    likes = Likes().with_counts({12: 3, 13: 1}).with_counts({12: 4, 13: 1, 14: 1})
    assert likes.version == 2
    assert likes.changed == {12: 4, 14: 1}
    assert likes.of(13) == 1


def test_counts_that_are_gone_are_zero():
    likes = Likes().with_counts({12: 3}).with_counts({})
    assert likes.changed == {12: 0}
    assert likes.of(12) == 0
