"""The command `livefeed`."""

import json
import os
import signal
import socket
import subprocess
from contextlib import closing

import pytest

from checkout import BIN, CHECKOUT, environment
from livefeed.settings import TABLE
from newsroom import Newsroom
from processes import children
from servers import eventually, free_port


def livefeed(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BIN / "livefeed", *words],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=60,
        check=False,
    )


def test_help_names_every_setting_of_the_server_with_its_variable():
    told = livefeed("serve", "--help").stdout
    for setting in TABLE:
        assert (setting.flag in told) == (setting.name != "feed")


def test_a_setting_that_is_none_is_named_without_a_traceback(tmp_path):
    done = livefeed("serve", "--data", str(tmp_path / "data"), "--port", "http")
    assert done.returncode == 2
    assert done.stderr == "livefeed: LIVEFEED_PORT is 'http'; a port is a number from 0 to 65535\n"


def test_a_redis_that_is_not_there_is_named_with_what_to_do_and_without_the_password():
    done = livefeed("tail", "--redis", "redis://:secret@127.0.0.1:1/0", "--feed", "no feed")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr


# As a container starts it: its first process, whose signals the kernel keeps from it by default.
AS_FIRST_PROCESS = ("unshare", "--pid", "--fork", "--kill-child")
if os.geteuid():
    AS_FIRST_PROCESS = (*AS_FIRST_PROCESS, "--map-root-user")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("around", [(), AS_FIRST_PROCESS], ids=["process", "container"])
def test_a_server_that_still_waits_for_redis_ends_in_order_when_it_is_told(valkey, around, how):
    port = free_port()
    told = ("--redis", valkey.url, "--port", str(port))
    first = ("--demonstration", CHECKOUT / "examples" / "demonstration.json")
    command = [*around, BIN / "livefeed", "serve", *told, *first]
    valkey.pause()
    try:
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment()) as run:
            eventually(lambda: listens(port))  # which is what it does before it asks Redis
            os.kill(children(run.pid, "livefeed")[0] if around else run.pid, how)
            _, said = run.communicate(timeout=60)
    finally:
        valkey.resume()
    assert (run.returncode, said) == (0, "")


def listens(port: int) -> bool:
    """Whether the kernel takes connections there."""
    with closing(socket.socket()) as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def newsroom(tmp_path):
    with Newsroom(tmp_path / "data") as newsroom:
        yield newsroom


def test_tail_prints_where_a_feed_stands_and_then_each_change(newsroom):
    newsroom.editor.publish("push", "--headline", "Before", "--body", "b")
    command = [BIN / "livefeed", "tail", "--data", str(newsroom.data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as tail:
        assert tail.stdout is not None
        started = json.loads(tail.stdout.readline())
        pushed = newsroom.editor.publish("push", "--headline", "After", "--body", "b")
        change = json.loads(tail.stdout.readline())
        tail.terminate()
    assert started["reset"].startswith("2-")
    assert change["seq"] == pushed["seq"]
    assert change["story"]["headlines"][0]["value"] == "After"


def test_tail_goes_on_from_a_position(newsroom):
    first = newsroom.editor.publish("push", "--headline", "First", "--body", "b")
    newsroom.editor.publish("push", "--headline", "Second", "--body", "b")
    after = ["--after", first["position"]]
    command = [BIN / "livefeed", "tail", "--data", str(newsroom.data), *after]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as tail:
        assert tail.stdout is not None
        assert json.loads(tail.stdout.readline())["story"]["headlines"][0]["value"] == "Second"
        tail.terminate()
