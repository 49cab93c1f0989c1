import re

import pytest

from editor import Typist


@pytest.fixture
def busy(valkey_editor):
    """Four stories: killed, held, pinned, live."""
    for headline in ("One", "Two", "Three", "Four"):
        valkey_editor.publish("push", "--headline", headline)
    valkey_editor.publish("kill", "2", "--yes", "--note", "False")
    valkey_editor.publish("hold", "3")
    valkey_editor.publish("pin", "4")
    return valkey_editor


def test_a_plain_list_can_be_searched_and_cut(busy):
    lines = [line.split("\t") for line in busy.run("list", "--plain").stdout.splitlines()]
    assert [(number, rev, state, head) for number, rev, _, state, head in lines] == [
        ("5", "1", "live", "Four"),
        ("4", "1", "pinned", "Three"),
        ("3", "2", "held", "Two"),
        ("2", "2", "killed", ""),
    ]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line[2]) for line in lines)


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ((), [5, 4, 3, 2]),
        (("--limit", "2"), [5, 4]),
        (("--state", "held"), [3]),
        (("--state", "pinned"), [4]),
        (("--state", "live"), [5]),
        (("--all",), [5, 4, 3, 2]),
    ],
)
def test_a_list_is_narrowed(busy, words, numbers):
    assert busy.numbers(*words) == numbers


def test_programs_learn_whether_there_is_more(busy):
    assert busy.publish("list", "--limit", "2")["more"]
    assert not busy.publish("list")["more"]


def test_people_are_told_of_older_ones(busy):
    listed = busy.run("list", "--limit", "1")
    assert listed.stdout.split()[0] == "#5"
    assert "3 older" in listed.stderr


def test_an_empty_feed_is_no_failure(valkey_editor):
    listed = valkey_editor.run("list")
    assert (listed.returncode, listed.stdout) == (0, "")
    assert valkey_editor.publish("list")["stories"] == []


def test_an_unknown_feed_is_named_with_the_nearest(valkey_editor):
    error = valkey_editor.refused("list", "--feed", "nws")
    assert (error["exit"], "news" in error["hint"], error["id"]) == (3, True, None)


def test_a_terminal_has_colours_unless_they_are_not_wanted(busy):
    coloured = Typist(busy, "list")
    assert coloured.end() == 0
    assert "\x1b[" in coloured.shown
    for variables, words in (({"NO_COLOR": "1"}, ()), ({"TERM": "dumb"}, ()), ({}, ("--plain",))):
        busy.environment |= {"TERM": "xterm"} | variables
        plain = Typist(busy, "list", *words)
        assert plain.end() == 0
        assert "\x1b" not in plain.shown
        busy.environment.pop("NO_COLOR", None)


def test_a_list_that_is_not_read_to_its_end_is_no_failure(busy):
    listing = busy.start("list", "--plain")
    listing.stdout.close()
    with listing.stderr:
        assert listing.stderr.read() == ""
    listing.stdin.close()
    assert listing.wait(30) == 0


def test_a_state_that_no_story_is_in_is_said(busy):
    busy.publish("release", "3")
    listed = busy.run("list", "--state", "held")
    assert (listed.returncode, listed.stdout) == (0, "")
    assert listed.stderr == "None of the 4 stories of news is in that state.\n"


def test_a_list_that_cannot_be_written_is_a_failure(busy):
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
        listing = busy.start("list", stdout=full)
        _, err = listing.communicate(timeout=30)
    assert listing.returncode == 1
    assert "cannot be written: No space left" in err
