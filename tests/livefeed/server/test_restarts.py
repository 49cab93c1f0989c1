"""When a worker that died is started again."""

from livefeed.server.restarts import STEADY_SECONDS, Restarts


def pauses(*lives: float) -> list[float]:
    restarts, found = Restarts(), []
    for lived in lives:
        restarts = restarts.after(lived)
        found.append(restarts.pause)
    return found


def test_a_worker_that_did_its_work_is_replaced_at_once_however_often():
    assert pauses(*[STEADY_SECONDS] * 100) == [0.0] * 100


def test_one_early_death_is_forgiven():
    assert pauses(0.1, STEADY_SECONDS, 0.1) == [0.0, 0.0, 0.0]


def test_who_dies_at_once_again_and_again_waits_longer_each_time_but_not_for_ever():
    assert pauses(*[0.1] * 8) == [0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]
    assert pauses(*[0.1] * 100_000)[-1] == 8.0


def test_a_worker_that_lives_ends_the_waiting():
    assert pauses(0.1, 0.1, 0.1, STEADY_SECONDS, 0.1, 0.1)[2:] == [1.0, 0.0, 0.0, 0.5]
