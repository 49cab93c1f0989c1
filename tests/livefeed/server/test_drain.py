"""When each reader is sent away, and when each comes back."""

import random
from collections import Counter

import pytest

from livefeed.server.drain import Drain

LOOK = 0.02


def departures(drain: Drain) -> list[tuple[float, float]]:
    """When each reader is sent away, and when it comes back: seconds from the beginning."""
    chance = random.Random(1)
    found: list[tuple[float, float]] = []
    looks = 0
    while len(found) < drain.readers:
        elapsed = looks * LOOK
        due = drain.due(elapsed)
        going = range(len(found), drain.readers if due is None else due)
        waits = [drain.retry_ms(nth, elapsed, chance) / 1000 for nth in going]
        found += [(elapsed, elapsed + wait) for wait in waits]
        looks += 1
    return found


def each_second(times) -> list[int]:
    counted = Counter(int(time) for time in times)
    return [counted[second] for second in range(max(counted) + 1)]


def test_many_readers_are_sent_away_evenly_over_the_time_that_was_set():
    gone = each_second(away for away, _ in departures(Drain(15_000, 10)))
    assert len(gone) in {10, 11}
    assert all(1450 < count < 1550 for count in gone[:10])


@pytest.mark.parametrize("readers", [2_000, 5_000, 15_000, 30_000])
@pytest.mark.parametrize("seconds", [0, 1, 10, 60])
def test_no_more_than_five_hundred_come_back_in_a_second(readers, seconds):
    back = each_second(back for _, back in departures(Drain(readers, seconds)))
    assert max(back) < 530
    assert sum(back) == readers


def test_as_many_as_come_back_as_fast_as_they_leave_are_away_for_a_second():
    away = [back - away for away, back in departures(Drain(5_000, 10))]
    assert min(away) >= 0.5
    assert max(away) < 1.6


def test_the_last_of_very_many_wait_for_a_minute_at_the_most():
    assert max(back for _, back in departures(Drain(200_000, 10))) < 62


def test_readers_that_leave_together_do_not_come_back_together():
    waits = [back for _, back in departures(Drain(20, 0))]
    assert len(set(waits)) > 15
    assert all(0.5 <= wait < 1.6 for wait in waits)


def test_few_readers_do_not_use_all_of_the_time():
    assert Drain(3, 10).seconds == pytest.approx(0.15)
    assert Drain(150, 10).seconds == pytest.approx(7.5)
    assert Drain(1_000, 10).seconds == 10


@pytest.mark.parametrize("drain", [Drain(0, 10), Drain(10, 0)])
def test_without_readers_or_without_a_time_everybody_is_due_at_once(drain):
    assert drain.due(0.0) is None


def test_who_came_after_the_count_waits_no_longer_than_the_last_one():
    assert 500 <= Drain(10, 10).retry_ms(25, 0.5, random.Random(1)) < 1_500
