import json

import pytest

from editor import PUBLISHER, Typist


@pytest.fixture
def story(editor):
    """Story #2 of the feed, with everything that a change may keep or replace."""
    fields = ["--by", "Anna", "--located", "Seoul", "--subject", "Elections", "--key-event"]
    text = ["--headline", "Turnout is 61 %", "--body", "It was 55 % in 2022."]
    return editor.publish("push", *text, *fields)


def headline(shown):
    return shown["story"]["headlines"][0]["value"]


@pytest.mark.parametrize("verb", ["update", "correct", "refile"])
def test_a_flag_changes_one_field_and_leaves_the_others(editor, story, verb):
    note = ["--note", "It is 16 %"] if verb == "correct" else []
    answer = editor.publish(verb, "2", "--headline", "Turnout is 16 %", *note)
    assert (answer["op"], answer["number"], answer["rev"]) == (verb, 2, 2)
    shown = editor.show(2)
    assert headline(shown) == "Turnout is 16 %"
    assert "55 %" in shown["story"]["bodies"][0]["value"]
    assert (shown["story"]["by"], shown["story"]["located"]) == ("Anna", "Seoul")
    assert shown["story"]["uri"] == f"urn:uuid:{story['id']}"
    assert shown["marks"] == ["key"]


@pytest.mark.parametrize("flag", ["--body", "--by", "--located", "--subject", "--language"])
def test_each_field_can_be_changed_by_itself(valkey_editor, flag):
    valkey_editor.publish("push", "--headline", "x", "--body", "y")
    before = valkey_editor.show(2)["story"]
    valkey_editor.publish("update", "2", flag, "Fresh-1")
    after = valkey_editor.show(2)["story"]
    changed = {name for name in after if after.get(name) != before.get(name)}
    assert len(changed) == 1
    assert "Fresh-1" in json.dumps(after)


def test_a_file_replaces_the_story_whole_and_inherits_its_uri(editor, story):
    file = editor.file("story.md", "---\nheadline: Turnout is 16 %\n---\nText.\n")
    editor.publish("correct", "#2", file, "--note", "It is 16 %")
    shown = editor.show(2)["story"]
    assert headline({"story": shown}) == "Turnout is 16 %"
    assert shown["uri"] == f"urn:uuid:{story['id']}"
    assert "by" not in shown
    assert "subjects" not in shown


def test_a_document_of_another_story_is_refused(editor, story):
    del story
    other = json.dumps({"uri": "urn:example:other", "headlines": [{"value": "Other"}]})
    error = editor.refused("update", "2", "-", stdin=other)
    assert error["exit"] == 3
    assert "urn:example:other is another story than #2" in error["message"]


def test_the_document_that_show_prints_can_be_edited_and_given_back(editor, story):
    del story
    document = json.loads(editor.run("show", "2", "--ninjs").stdout)
    document["headlines"][0]["value"] = "Turnout is 16 %"
    editor.publish("refile", "2", "-", stdin=json.dumps(document))
    after = json.loads(editor.run("show", "2", "--ninjs").stdout)
    assert after == document


def test_readers_are_told_of_each_correction(editor, story):
    del story
    for note in ("First", "Second"):
        editor.publish("correct", "2", "--headline", note, "--note", note)
    editor.publish("update", "2", "--body", "More")
    assert [told["note"] for told in editor.show(2)["corrections"]] == ["First", "Second"]


def test_marks_are_changed_one_by_one(valkey_editor):
    valkey_editor.publish("push", "--headline", "x", "--key-event")
    valkey_editor.publish("refile", "2", "--summary")
    assert valkey_editor.show(2)["marks"] == ["key", "summary"]
    valkey_editor.publish("refile", "2", "--no-key-event")
    assert valkey_editor.show(2)["marks"] == ["summary"]


def test_new_links_replace_the_old(valkey_editor):
    for words in (["One"], ["Two"], ["Three", "--also-read", "2"]):
        valkey_editor.publish("push", "--headline", *words)
    valkey_editor.publish("update", "4", "--also-read", "3")
    links = valkey_editor.show(4)["story"]["associations"]
    assert [link["name"] for link in links] == ["#3"]


def test_a_redaction_leaves_nothing_of_the_earlier_text(log_server, editor):
    secret = "the witness is Karl Keller"
    editor.publish("push", "--headline", "Verdict", "--body", secret)
    editor.publish("update", "2", "--body", f"{secret}, 34.")
    words = ("correct", "2", "--body", "The witness is protected.", "--note", "Name removed")
    answer = editor.publish(*words, "--redact")
    assert answer["rev"] == 3
    with log_server.client() as client:
        for key in client.keys("livefeed:{news}:*"):
            assert b"Karl" not in client.dump(key)
        entries = client.zrange("livefeed:{news}:log", 0, -1)
    assert len(entries) == 4
    assert not any(b"Karl" in entry for entry in entries)


def test_of_two_editors_the_second_is_told_what_changed_meanwhile(editor, story):
    del story
    bert = ["--editor", "bert"]
    editor.publish("correct", "2", "--headline", "Turnout is 16 %", "--note", "16 it is", *bert)
    error = editor.refused("refile", "2", "--headline", "Turnout: 61 %", "--if-rev", "1")
    assert (error["exit"], error["code"]) == (4, "conflict")
    told = error["message"] + error["hint"]
    for word in ("revision 2", "bert", "16 it is"):
        assert word in told
    assert headline(editor.show(2)) == "Turnout is 16 %"


def test_the_revision_that_was_asked_for_goes_through(editor, story):
    del story
    assert editor.publish("update", "2", "--headline", "x", "--if-rev", "1")["rev"] == 2


def test_a_retry_with_the_same_id_changes_once(editor, story):
    del story
    words = ("correct", "2", "--headline", "Turnout is 16 %", "--note", "x", "--summary")
    first = editor.publish(*words)
    editor.publish("correct", "2", "--body", "Other", "--note", "y", "--no-key-event")
    editor.publish("hold", "2")
    assert editor.publish(*words, "--id", first["id"]) == first
    assert editor.show(2)["rev"] == 4


def test_the_same_id_for_another_change_is_a_conflict(editor, story):
    del story
    first = editor.publish("update", "2", "--headline", "x")
    error = editor.refused("update", "2", "--headline", "y", "--id", first["id"])
    assert error["exit"] == 4


@pytest.mark.parametrize(
    ("withdrawal", "says"), [("hold", "publisher release 2"), ("kill", "anew")]
)
@pytest.mark.parametrize("verb", ["update", "correct", "refile"])
def test_a_withdrawn_story_takes_no_text(valkey_editor, withdrawal, says, verb):
    valkey_editor.publish("push", "--headline", "x")
    valkey_editor.publish(withdrawal, "2", "--note", "False", *(["--yes"] * (withdrawal == "kill")))
    note = ["--note", "n"] if verb == "correct" else []
    error = valkey_editor.refused(verb, "2", "--headline", "y", *note)
    assert (error["exit"], error["code"]) == (4, "conflict")
    assert "by anna (False)" in error["message"]
    assert says in error["hint"]


def test_a_dry_run_shows_the_next_revision(editor, story):
    del story
    entry = editor.publish("update", "2", "--headline", "x", "--dry-run")
    assert (entry["number"], entry["rev"], entry["story"]["by"]) == (2, 2, "Anna")
    assert editor.show(2)["rev"] == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("correct", "2", "--headline", "y"), "--note"),
        (("correct", "2", "--note", "y"), "No story was given"),
        (("update", "2"), "No story was given"),
        (("update",), "NUMBER"),
        (("update", "story.md", "2"), "'story.md' is no story's number"),
        (("update", "2", "--headline", "y", "--if-rev", "0"), "--if-rev"),
        (("refile", "2", "--headline", "y", "--note", "n"), "--note"),
    ],
)
def test_wrong_usage_changes_nothing(valkey_editor, words, says):
    valkey_editor.publish("push", "--headline", "x")
    error = valkey_editor.refused(*words)
    assert error["exit"] == 2
    assert says in error["message"]
    assert valkey_editor.show(2)["rev"] == 1


def test_a_number_that_does_not_exist_is_told_with_the_nearest(valkey_editor):
    valkey_editor.publish("push", "--headline", "x")
    error = valkey_editor.refused("update", "12", "--headline", "y")
    assert (error["exit"], error["hint"]) == (3, "The nearest is #2.")


def test_a_correction_that_is_no_story_is_refused(valkey_editor):
    valkey_editor.publish("push", "--headline", "x")
    error = valkey_editor.refused("update", "2", "--headline", "a\x1b[31mb")
    assert (error["exit"], "headline" in error["message"]) == (3, True)


def test_a_story_does_not_link_itself(valkey_editor):
    valkey_editor.publish("push", "--headline", "x")
    error = valkey_editor.refused("update", "2", "--also-read", "2")
    assert (error["exit"], error["message"]) == (3, "also-read: #2 is this story itself")


def test_on_a_terminal_a_correction_asks_what_was_wrong(valkey_editor):
    valkey_editor.publish("push", "--headline", "x")
    typist = Typist(valkey_editor, "correct", "2", "--headline", "y")
    typist.wait_for("What was wrong?")
    typist.type("It is y\n")
    assert typist.end() == 0
    assert valkey_editor.show(2)["note"] == "It is y"


def test_a_correction_that_nobody_explains_changes_nothing(valkey_editor):
    valkey_editor.publish("push", "--headline", "x")
    typist = Typist(valkey_editor, "correct", "2", "--headline", "y")
    typist.wait_for("What was wrong?")
    typist.type("\n")
    assert typist.end() == 2
    assert valkey_editor.show(2)["rev"] == 1


def test_the_next_step_of_a_conflict_works_as_pasted(valkey_editor):
    url = valkey_editor.environment.pop("LIVEFEED_REDIS_URL")
    asked = ("--redis", url, "refile", "2", "--headline", "y", "--if-rev", "7")
    valkey_editor.publish("push", "--headline", "x", "--redis", url)
    told = valkey_editor.start(*asked).communicate(timeout=30)[1]
    assert f"Read it with `{PUBLISHER} --redis {url} show 2`" in told
