"""What an editor learns when Redis, the line to it, or the terminal goes away."""

import json
import os
import signal
import socket

import pytest

from cut_line import Cut, CutLine
from editor import Typist
from servers import eventually

PUSH = ("push", "--headline", "x")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://127.0.0.1:1/0", "redis://127.0.0.1:1/0"),
        ("redis://editor:geheim@127.0.0.1:1/3", "redis://127.0.0.1:1/3"),
        ("unix:///nowhere/redis.sock", "unix:///nowhere/redis.sock"),
    ],
)
@pytest.mark.parametrize(
    "words", [PUSH, ("kill", "2", "--yes"), ("feed", "create", "x", "--title", "x"), ("list",)]
)
def test_a_redis_that_is_down_is_named_without_its_password(valkey_editor, url, shown, words):
    done = valkey_editor.run(*words, "--json", "--redis", url, "--timeout", "0.2")
    error = json.loads(done.stdout)["error"]
    assert (done.returncode, error["code"]) == (5, "unreachable")
    assert shown in error["message"]
    assert error["hint"]
    assert "geheim" not in done.stdout + done.stderr


def test_what_could_not_be_published_is_said_to_be_not_published(valkey_editor):
    told = valkey_editor.run(*PUSH, "--redis", "redis://127.0.0.1:1", "--timeout", "0.1").stderr
    assert "Nothing was published." in told
    listed = valkey_editor.run("list", "--redis", "redis://127.0.0.1:1", "--timeout", "0.1").stderr
    assert "published" not in listed


def test_a_wrong_password_is_told_without_it(valkey, valkey_editor):
    with valkey.client() as client:
        client.acl_setuser("bert", enabled=True, passwords=["+right"], categories=["+@all"])
        try:
            url = f"unix://bert:wrong@{valkey.socket}"
            error = valkey_editor.refused(*PUSH, "--redis", url, "--timeout", "0.1")
        finally:
            client.acl_deluser("bert")
    assert (error["exit"], "password" in error["message"]) == (5, True)
    assert "wrong" not in json.dumps(error)


def test_a_read_only_replica_is_told(own_server, valkey_editor):
    valkey_editor.environment["LIVEFEED_REDIS_URL"] = own_server.url
    valkey_editor.publish("feed", "create", "news", "--title", "News")
    with own_server.client() as client:
        client.replicaof("127.0.0.1", 1)
    error = valkey_editor.refused(*PUSH, "--timeout", "0.3")
    assert (error["exit"], "replica" in error["message"]) == (5, True)


def test_an_address_that_is_none_is_wrong_usage(valkey_editor):
    assert valkey_editor.refused(*PUSH, "--redis", "http://localhost")["exit"] == 2


def test_a_redis_that_comes_back_in_time_is_waited_for(own_server, valkey_editor):
    valkey_editor.environment["LIVEFEED_REDIS_URL"] = own_server.url
    valkey_editor.publish("feed", "create", "news", "--title", "News")
    own_server.kill()
    valkey_editor.environment["NO_COLOR"] = "1"
    typist = Typist(valkey_editor, *PUSH, "--timeout", "30")
    typist.wait_for("trying for")
    own_server.start()
    assert typist.end() == 0
    assert "Published #2" in typist.shown
    assert valkey_editor.numbers() == [2]


def test_who_loses_patience_with_a_redis_that_is_down_knows_that_nothing_was_published(
    valkey_editor,
):
    typist = Typist(valkey_editor, *PUSH, "--redis", "redis://127.0.0.1:1", "--timeout", "60")
    typist.wait_for("trying for")
    typist.type("\x03")
    assert typist.end() == 1
    assert "nothing was published" in typist.shown


def test_an_answer_that_is_lost_on_the_way_is_asked_for_again(log_server, editor):
    with CutLine(log_server.socket, Cut.AFTER) as line:
        answer = editor.publish(*PUSH, "--redis", line.url)
        assert line.scripts == 2
    assert answer["number"] == 2
    assert editor.numbers() == [2]


def test_an_outcome_that_is_unknown_says_how_to_find_out(log_server, editor):
    with CutLine(log_server.socket, Cut.AFTER, then_gone=True) as line:
        error = editor.refused(*PUSH, "--redis", line.url, "--timeout", "0.3")
    assert (error["exit"], error["code"]) == (6, "unknown")
    assert f"--id {error['id']}" in error["hint"]
    assert editor.numbers() == [2]
    again = editor.publish(*PUSH, "--id", error["id"])
    assert (again["number"], again["id"]) == (2, error["id"])
    assert editor.numbers() == [2]


def test_a_line_whose_outcome_is_unknown_can_be_pushed_by_itself(log_server, editor):
    story = json.dumps({"headlines": [{"value": "x"}]}) + "\n"
    words = ("push", "--jsonl", "-", "--timeout", "0.3")
    with CutLine(log_server.socket, Cut.AFTER, then_gone=True) as line:
        error = editor.refused(*words, "--redis", line.url, stdin=story * 2)
    assert error["exit"] == 6
    assert f"by itself with --id {error['id']}" in error["hint"]
    assert "go on with story 1" in error["hint"]
    assert editor.publish("push", "-", "--id", error["id"], stdin=story)["number"] == 2
    assert editor.numbers() == [2]


def test_an_interrupt_before_anything_was_sent_publishes_nothing(valkey_editor, tmp_path):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "deaf"))
        listener.listen()
        pushing = valkey_editor.start(*PUSH, "--json", "--redis", f"unix://{tmp_path / 'deaf'}")
        with listener.accept()[0] as line:
            assert b"PING" in line.recv(1000)
            pushing.send_signal(signal.SIGINT)
            out, err = pushing.communicate(timeout=30)
    assert (pushing.returncode, json.loads(out)["error"]["code"]) == (1, "failed")
    assert "Traceback" not in err


def test_an_interrupt_while_redis_is_silent_leaves_the_outcome_unknown(log_server, editor):
    with CutLine(log_server.socket, Cut.SILENT) as line:
        pushing = editor.start(*PUSH, "--json", "--redis", line.url)
        eventually(lambda: line.scripts)
        pushing.send_signal(signal.SIGINT)
        out, err = pushing.communicate(timeout=30)
    error = json.loads(out)["error"]
    assert (pushing.returncode, error["code"]) == (6, "unknown")
    assert "Traceback" not in err
    assert editor.publish(*PUSH, "--id", error["id"])["number"] == 2
    assert editor.numbers() == [2]


def test_a_receipt_that_cannot_be_written_does_not_hide_that_it_was_published(valkey_editor):
    with open(os.devnull.replace("null", "full"), "w") as full:  # noqa: PTH123 - a device
        pushing = valkey_editor.start(*PUSH, stdout=full)
        _, err = pushing.communicate(timeout=30)
    assert pushing.returncode == 6
    assert "#2 is in the log" in err
    assert valkey_editor.numbers() == [2]


def test_a_log_that_is_none_of_ours_is_the_operators(valkey, valkey_editor):
    with valkey.client() as client:
        client.set("livefeed:{news}:order", "text")
    error = valkey_editor.refused(*PUSH)
    assert (error["exit"], error["code"]) == (1, "failed")
    assert "livefeed:{news}:order" in error["message"]


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_command_without_streams_publishes_all_the_same(valkey_editor, closed):
    script = f'exec "$0" push --headline x {closed}'
    done = valkey_editor.start(before=["/bin/sh", "-c", script])
    done.communicate(timeout=30)
    assert done.returncode == 0
    assert valkey_editor.numbers() == [2]
