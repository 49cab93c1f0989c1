import pytest

from editor import Typist

SECRET = "Minister resigns, says a forged letter"


@pytest.fixture
def story(editor):
    return editor.publish("push", "--headline", SECRET, "--body", "Text.", "--summary")


def test_a_held_story_comes_back_as_it_was(editor, story):
    before = editor.show(2)
    held = editor.publish("hold", "2", "--note", "Being checked")
    assert (held["op"], held["rev"]) == ("hold", 2)
    released = editor.publish("release", "2", "--note", "Confirmed")
    assert (released["op"], released["rev"]) == ("release", 3)
    after = editor.show(2)
    assert after["story"] == before["story"]
    assert after["marks"] == before["marks"] == ["summary"]
    assert after["first_at"] == before["at"]
    del story


def test_a_release_keeps_the_corrections(editor, story):
    del story
    editor.publish("correct", "2", "--body", "Other.", "--note", "It was other")
    editor.publish("hold", "2")
    editor.publish("release", "2")
    assert [told["note"] for told in editor.show(2)["corrections"]] == ["It was other"]


def test_editors_still_see_what_is_held(editor, story):
    del story
    editor.publish("hold", "2", "--note", "Being checked")
    (row,) = editor.publish("list")["stories"]
    assert (row["state"], row["headline"], row["note"]) == ("held", SECRET, "Being checked")
    assert editor.show(2)["story"]["headlines"][0]["value"] == SECRET
    assert SECRET in editor.run("show", "2").stdout


def test_a_killed_story_leaves_nothing_in_redis(log_server, editor, story):
    del story
    editor.publish("update", "2", "--body", SECRET)
    editor.publish("hold", "2")
    answer = editor.publish("kill", "2", "--confirm", "2", "--note", "The letter was forged")
    assert (answer["op"], answer["rev"]) == ("kill", 4)
    with log_server.client() as client:
        hashes = [client.hgetall(f"livefeed:{{news}}:{name}") for name in ("stories", "held")]
        everything = repr([client.zrange("livefeed:{news}:log", 0, -1), *hashes])
    assert "Minister" not in everything
    (row,) = editor.publish("list")["stories"]
    assert (row["state"], row["headline"]) == ("killed", None)


def test_a_kill_may_name_what_stands_in_for_it(editor, story):
    del story
    editor.publish("push", "--headline", "Minister stays")
    editor.publish("kill", "2", "--yes", "--substitute", "#3")
    assert editor.show(2)["substitute"] == 3


@pytest.mark.parametrize(("number", "code"), [("2", 2), ("9", 3), ("4", 3)])
def test_what_cannot_stand_in_is_refused(valkey_editor, number, code):
    for headline in ("Two", "Three", "Four"):
        valkey_editor.publish("push", "--headline", headline)
    valkey_editor.publish("hold", "4")
    assert valkey_editor.refused("kill", "2", "--yes", "--substitute", number)["exit"] == code
    assert valkey_editor.show(2)["rev"] == 1


def test_without_a_terminal_a_kill_must_be_confirmed(valkey_editor):
    valkey_editor.publish("push", "--headline", "x")
    error = valkey_editor.refused("kill", "2")
    assert (error["exit"], "--confirm 2" in error["hint"]) == (2, True)
    assert valkey_editor.refused("kill", "2", "--confirm", "3")["exit"] == 2
    assert valkey_editor.show(2)["op"] == "publish"


def test_on_a_terminal_a_kill_asks_for_the_number(valkey_editor):
    valkey_editor.publish("push", "--headline", SECRET)
    typist = Typist(valkey_editor, "kill", "2", "--note", "Forged")
    typist.wait_for("Type its number")
    assert SECRET in typist.shown
    typist.type("2\n")
    assert typist.end() == 0
    assert "Killed" in typist.shown
    assert valkey_editor.show(2)["op"] == "kill"


@pytest.mark.parametrize("typed", ["\n", "3\n", "y\n", "\x04", "\x03"])
def test_on_a_terminal_anything_else_kills_nothing(valkey_editor, typed):
    valkey_editor.publish("push", "--headline", SECRET)
    typist = Typist(valkey_editor, "kill", "2")
    typist.wait_for("Type its number")
    typist.type(typed)
    assert typist.end() == 1
    assert valkey_editor.show(2)["op"] == "publish"


def test_no_input_asks_nothing_even_on_a_terminal(valkey_editor):
    valkey_editor.publish("push", "--headline", "x")
    assert Typist(valkey_editor, "kill", "2", "--no-input").end() == 2
    assert valkey_editor.show(2)["op"] == "publish"


def test_a_kill_does_not_mind_a_colleagues_comma_but_a_revision_that_was_named(editor, story):
    del story
    editor.publish("update", "2", "--body", "Text, more.")
    assert editor.refused("hold", "2", "--if-rev", "1")["exit"] == 4
    assert editor.refused("kill", "2", "--yes", "--if-rev", "1")["exit"] == 4
    assert editor.publish("kill", "2", "--yes", "--if-rev", "2")["rev"] == 3


def test_a_retried_kill_answers_again_and_asks_nobody(editor, story):
    del story
    killed = editor.publish("kill", "2", "--yes", "--note", "Forged")
    again = editor.publish("kill", "2", "--yes", "--note", "Forged", "--id", killed["id"])
    assert again == killed


def test_a_retried_release_answers_again(editor, story):
    del story
    editor.publish("hold", "2")
    released = editor.publish("release", "2")
    editor.publish("kill", "2", "--yes")
    assert editor.publish("release", "2", "--id", released["id"]) == released


@pytest.mark.parametrize(
    ("before", "then"),
    [
        ([], ["release"]),
        (["hold"], ["hold"]),
        (["hold"], ["pin"]),
        (["kill"], ["kill"]),
        (["kill"], ["hold"]),
        (["kill"], ["release"]),
        (["hold", "kill"], ["release"]),
    ],
)
def test_what_the_state_does_not_allow_is_a_conflict(valkey_editor, before, then):
    valkey_editor.publish("push", "--headline", "x")
    for verb in before:
        valkey_editor.publish(verb, "2", *(["--yes"] if verb == "kill" else []))
    (verb,) = then
    error = valkey_editor.refused(verb, "2", *(["--yes"] if verb == "kill" else []))
    assert (error["exit"], error["code"]) == (4, "conflict")


def test_a_release_of_a_live_story_says_what_can_be_released(valkey_editor):
    valkey_editor.publish("push", "--headline", "x")
    assert valkey_editor.refused("release", "2")["message"] == (
        "#2 is live; only a held story can be released"
    )


def test_a_dry_run_kills_nothing_and_asks_nobody(valkey_editor):
    valkey_editor.publish("push", "--headline", "x")
    assert valkey_editor.publish("kill", "2", "--dry-run")["op"] == "kill"
    assert valkey_editor.show(2)["op"] == "publish"


def test_people_are_told_how_a_held_story_comes_back(valkey_editor):
    valkey_editor.publish("push", "--headline", "x")
    held = valkey_editor.run("hold", "2")
    assert held.stdout.startswith("Held #2 x\n")
    assert "release 2" in held.stderr
