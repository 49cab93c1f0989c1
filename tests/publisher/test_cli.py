"""The command as a whole: what it says of itself, and that whatever stops it is told."""

import json

import pytest

from publisher import cli
from publisher.cli import publisher


def run(monkeypatch, capsys, *words, command=None):
    if command:
        monkeypatch.setattr(publisher.commands["list"], "callback", command)
    with pytest.raises(SystemExit) as end:
        cli.main(words)
    return end.value.code, *capsys.readouterr()


def test_the_help_names_every_verb_and_the_flags_of_all(monkeypatch, capsys):
    code, out, err = run(monkeypatch, capsys, "--help")
    assert (code, err) == (0, "")
    for word in (*publisher.commands, "--feed", "--json", "--timeout", "LIVEFEED_REDIS_URL"):
        assert word in out


@pytest.mark.parametrize("verb", [*publisher.commands, "feed create", "feed edit", "feed list"])
def test_every_verb_has_a_help(monkeypatch, capsys, verb):
    code, out, _ = run(monkeypatch, capsys, *verb.split(), "--help")
    assert code == 0
    assert f"Usage: publisher {verb}" in out


def test_no_verb_is_wrong_usage_and_shows_the_help(monkeypatch, capsys):
    code, out, err = run(monkeypatch, capsys)
    assert (code, out) == (2, "")
    assert "Usage: publisher" in err


def test_programs_get_an_object_for_wrong_usage_too(monkeypatch, capsys):
    for words in (("--json",), ("psuh", "--json"), ("kill", "--json"), ("--json", "list", "--no")):
        code, out, _ = run(monkeypatch, capsys, *words)
        assert code == 2
        error = json.loads(out)["error"]
        assert (error["code"], "--help` " in error["hint"]) == ("usage", True)


def test_an_argument_behind_two_dashes_asks_for_nothing(monkeypatch, capsys):
    code, out, _ = run(monkeypatch, capsys, "kill", "--", "--json")
    assert (code, out) == (2, "")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("delete", "kill"),
        ("unpublish", "hold"),
        ("publish", "push"),
        ("fix", "correct"),
        ("psuh", "push"),
        ("help", "--help"),
    ],
)
def test_a_verb_that_does_not_exist_names_the_one_that_was_meant(monkeypatch, capsys, typed, meant):
    code, _, err = run(monkeypatch, capsys, typed, "2")
    assert code == 2
    assert f"Did you mean `{meant}`?" in err


def test_a_flag_with_one_dash_names_the_one_with_two(monkeypatch, capsys):
    code, _, err = run(monkeypatch, capsys, "push", "-headline", "x")
    assert code == 2
    assert "Did you mean --headline?" in err


def test_a_number_behind_a_bare_hash_is_explained(monkeypatch, capsys):
    _, _, err = run(monkeypatch, capsys, "kill")
    assert "without `#`" in err


def test_a_mistake_of_ours_is_told_to_programs_too(monkeypatch, capsys):
    def broken(**_):
        raise ZeroDivisionError("no")

    code, out, err = run(monkeypatch, capsys, "list", "--json", command=broken)
    assert code == 1
    assert json.loads(out)["error"]["code"] == "failed"
    assert "Traceback" in err


def test_an_interrupt_says_that_nothing_was_published(monkeypatch, capsys):
    def interrupted(**_):
        raise KeyboardInterrupt

    code, out, err = run(monkeypatch, capsys, "list", command=interrupted)
    assert (code, out) == (1, "")
    assert "nothing was published" in err
