import fcntl
import json
import signal
import sys
import termios

import pytest

from servers import eventually


def line(headline, **more):
    return json.dumps({"headlines": [{"value": headline}], **more}) + "\n"


def answers(done):
    return [json.loads(text) for text in done.stdout.splitlines()]


def unread(pipe):
    """How many bytes nobody has read yet."""
    return int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder)


def test_each_line_is_published_in_order_and_answered(editor):
    done = editor.run("push", "--jsonl", "-", stdin=line("One") + line("Two") + line("Three"))
    assert done.returncode == 0, done.stderr
    told = answers(done)
    assert [(answer["op"], answer["number"], answer["rev"]) for answer in told] == [
        ("publish", 2, 1),
        ("publish", 3, 1),
        ("publish", 4, 1),
    ]
    assert len({answer["id"] for answer in told}) == 3
    assert editor.numbers() == [4, 3, 2]


def test_the_first_line_that_fails_ends_it(editor):
    lines = line("One") + line("Two", urgency=12) + line("Three")
    done = editor.run("push", "--jsonl", "-", stdin=lines)
    assert done.returncode == 3
    first, error = answers(done)
    assert first["number"] == 2
    assert error["error"]["code"] == "invalid"
    assert "urgency" in error["error"]["message"]
    assert "1 story was published before it" in error["error"]["hint"]
    assert editor.numbers() == [2]


def test_a_line_is_published_before_the_next_one_is_read(valkey_editor):
    feeding = valkey_editor.start("push", "--jsonl", "-")
    for number, headline in ((2, "One"), (3, "Two")):
        feeding.stdin.write(line(headline))
        feeding.stdin.flush()
        assert json.loads(feeding.stdout.readline())["number"] == number
    out, err = feeding.communicate(timeout=30)
    assert (out, err, feeding.returncode) == ("", "", 0)


def test_lines_come_from_a_file_too(valkey_editor):
    file = valkey_editor.file("stories.jsonl", line("One"))
    assert len(answers(valkey_editor.run("push", file, "--jsonl"))) == 1


@pytest.mark.parametrize(
    "bad", ["{", "[]", "null", '{"headlines": []}', "[" * 5000, '{"headlines": "x"}', "\x00"]
)
def test_a_line_that_is_no_story_is_refused(valkey_editor, bad):
    done = valkey_editor.run("push", "--jsonl", "-", stdin=line("One") + bad + "\n")
    assert done.returncode == 3
    assert len(answers(done)) == 2
    assert "line 2" in answers(done)[1]["error"]["message"]


def test_bytes_that_are_no_utf_8_are_refused(valkey_editor):
    done = valkey_editor.run("push", "--jsonl", "-", stdin=b'{"headlines": [{"value": "\xff"}]}\n')
    assert done.returncode == 3


@pytest.mark.parametrize(
    "words",
    [
        ("--jsonl",),
        ("--jsonl", "-", "--id", "019dacf5-81bb-7000-8000-000000000000"),
        ("--jsonl", "-", "--headline", "x"),
        ("--jsonl", "nowhere.jsonl"),
    ],
)
def test_lines_go_with_no_id_and_no_field(valkey_editor, words):
    done = valkey_editor.run("push", *words, stdin=line("One"))
    assert done.returncode == 2
    assert answers(done)[0]["error"]["code"] == "usage"
    assert valkey_editor.numbers() == []


def test_a_dry_run_shows_each_entry(valkey_editor):
    done = valkey_editor.run("push", "--jsonl", "-", "--dry-run", stdin=line("One") + line("Two"))
    assert [entry["op"] for entry in answers(done)] == ["publish", "publish"]
    assert valkey_editor.numbers() == []


def test_nothing_is_published_after_nobody_listens(valkey_editor):
    feeding = valkey_editor.start("push", "--jsonl", "-")
    feeding.stdout.close()
    with feeding.stdin:
        feeding.stdin.write(line("One") + line("Two"))
    assert feeding.wait(30) == 6
    assert "#2 is in the log" in feeding.stderr.read()
    feeding.stderr.close()
    assert valkey_editor.numbers() == [2]


def test_an_interrupt_between_two_lines_says_what_is_published(valkey_editor):
    pushing = valkey_editor.start("push", "--jsonl", "-")
    pushing.stdin.write(line("First"))
    pushing.stdin.flush()
    assert json.loads(pushing.stdout.readline())["number"] == 2
    pushing.stdin.write(line("Second")[:9])
    pushing.stdin.flush()
    eventually(lambda: not unread(pushing.stdin))  # then it waits for the rest of the line
    pushing.send_signal(signal.SIGINT)
    out, err = pushing.communicate(timeout=30)
    error = json.loads(out)["error"]
    assert (pushing.returncode, error["code"], error["message"]) == (1, "failed", "Interrupted")
    assert error["hint"] == "1 story was published before it; go on with story 2."
    assert "Traceback" not in err
    assert valkey_editor.numbers() == [2]
