"""One worker and its parent's socket, without the parent."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress

import pytest

from checkout import environment
from livefeed.server.control import BEAT, BEAT_SECONDS, GONE, HURRY, LEAVE, LEAVING, NOW, READY
from livefeed.server.listener import listen
from serving import WAIT


class Alone:
    """A worker whose parent is the test."""

    def __init__(self, url: str) -> None:
        self.control, its_own = socket.socketpair()
        with listen("127.0.0.1", 0) as listener, its_own:
            passed = (listener.fileno(), its_own.fileno())
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "livefeed.server.worker", *map(str, passed)],
                env=environment(LIVEFEED_REDIS_URL=url),
                stderr=subprocess.PIPE,
                text=True,
                pass_fds=passed,
            )

    def said(self, *flags: int) -> bytes:
        """The next thing that it says, beside its beats."""
        self.control.settimeout(WAIT)
        while (word := self.control.recv(1, *flags)) == BEAT:
            pass
        return word

    def end(self) -> tuple[int, str]:
        """Its exit status, and what it logged."""
        _, told = self.process.communicate(timeout=WAIT)
        return self.process.returncode, told


# SIGUSR1 keeps its main thread busy for ever.
BUSY_ON_SIGNAL = """
import signal, time
def busy(*_):
    while True:
        time.sleep(1)
signal.signal(signal.SIGUSR1, busy)
"""


@pytest.fixture
def worker(desk, tmp_path, monkeypatch):
    (tmp_path / "sitecustomize.py").write_text(BUSY_ON_SIGNAL)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    worker = Alone(desk.url)
    yield worker
    worker.control.close()
    worker.process.kill()
    worker.process.communicate()


@pytest.mark.parametrize("word", [LEAVE, HURRY, NOW])
def test_a_worker_says_what_it_does_and_ends_in_order_when_it_is_told(worker, word):
    assert worker.said() == READY
    worker.control.send(word)
    assert worker.said() == LEAVING
    assert worker.said() == GONE
    assert worker.end() == (0, "")


def test_a_worker_that_is_signalled_says_that_it_leaves(worker):
    assert worker.said() == READY
    os.kill(worker.process.pid, signal.SIGTERM)
    assert worker.said() == LEAVING
    assert worker.end() == (0, "")


def test_a_worker_whose_loop_is_blocked_falls_silent(worker):
    assert worker.said() == READY
    for _ in range(3):
        assert worker.control.recv(1) == BEAT
    os.kill(worker.process.pid, signal.SIGUSR1)
    worker.control.settimeout(3 * BEAT_SECONDS)
    with suppress(TimeoutError):
        for _ in range(10):
            assert worker.control.recv(1) == BEAT
        pytest.fail("its heart still beats")


def test_a_worker_does_not_wait_for_a_parent_that_does_not_listen(worker):
    assert worker.said(socket.MSG_PEEK) == READY
    worker.control.send(LEAVE)
    assert worker.end() == (0, "")


def test_a_worker_whose_parent_is_gone_ends_in_order(worker):
    assert worker.said() == READY
    worker.control.close()
    assert worker.end() == (0, "")


def test_a_parent_that_died_before_it_heard_that_a_worker_accepts_is_noticed(worker):
    assert worker.said(socket.MSG_PEEK) == READY
    worker.control.close()
    assert worker.end() == (0, "")


def test_a_parent_that_died_before_a_worker_accepts_is_noticed(worker):
    worker.control.close()
    assert worker.end() == (0, "")


def test_a_signal_that_comes_twice_ends_a_worker_in_order(worker):
    assert worker.said() == READY
    for number in (signal.SIGTERM, signal.SIGTERM, signal.SIGINT):
        os.kill(worker.process.pid, number)
    assert worker.end() == (0, "")
