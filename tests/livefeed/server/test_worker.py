"""One worker and its parent's socket, without the parent."""

import os
import signal
import socket
import subprocess
import sys

import pytest

from checkout import environment
from livefeed.server.control import GONE, LEAVE, READY
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
        self.control.settimeout(WAIT)
        return self.control.recv(1, *flags)

    def end(self) -> tuple[int, str]:
        """Its exit status, and what it logged."""
        _, told = self.process.communicate(timeout=WAIT)
        return self.process.returncode, told


@pytest.fixture
def worker(desk):
    worker = Alone(desk.url)
    yield worker
    worker.control.close()
    worker.process.kill()
    worker.process.communicate()


def test_a_worker_says_that_it_accepts_and_ends_in_order_when_it_is_told(worker):
    assert worker.said() == READY
    worker.control.send(LEAVE)
    assert worker.said() == GONE
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
