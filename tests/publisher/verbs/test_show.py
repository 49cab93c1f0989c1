import json

import pytest


@pytest.fixture
def story(valkey_editor):
    fields = ["--by", "Anna", "--located", "Seoul", "--urgency", "2", "--subject", "Elections"]
    valkey_editor.publish("push", "--headline", "Polls close", "--body", "One.\n\nTwo.", *fields)
    return valkey_editor


def test_people_see_the_story_and_what_became_of_it(story):
    story.publish("push", "--headline", "Other")
    story.publish("correct", "2", "--headline", "Polls closed", "--note", "At 20:00", "--summary")
    story.publish("update", "2", "--also-read", "3")
    lines = story.run("show", "2").stdout.splitlines()
    told = dict(line.split(None, 1) for line in lines[1:10] if line.startswith(" "))
    assert lines[0] == "#2 Polls closed"
    assert told["state"] == "live, in the summary, revision 3"
    assert told["correction"].endswith(": At 20:00")
    assert told["updated"].endswith("by anna")
    assert (told["by"], told["located"], told["urgency"]) == ("Anna", "Seoul", "2")
    assert "One.\n\nTwo." in "\n".join(lines)
    assert any(line.split() == ["also", "read", "#3"] for line in lines)


def test_programs_get_the_entry(story):
    entry = story.show(2)
    assert (entry["number"], entry["rev"], entry["op"], entry["state"]) == (2, 1, "publish", "live")
    assert entry["position"] == f"{entry['seq']}-{entry['tag']}"


def test_a_killed_story_shows_that_it_was_killed(story):
    story.publish("push", "--headline", "Other")
    story.publish("kill", "2", "--yes", "--note", "False", "--substitute", "3")
    shown = story.run("show", "2").stdout
    for word in ("killed", "False", "#3"):
        assert word in shown
    assert "Polls" not in shown
    assert "story" not in story.show(2)
    assert story.refused("show", "2", "--ninjs")["exit"] == 4


def test_the_document_alone_is_ninjs_3_1(story):
    document = json.loads(story.run("show", "2", "--ninjs").stdout)
    assert document["standard"]["version"] == "3.1"
    assert document["headlines"][0]["value"] == "Polls close"


def test_programs_get_the_document_on_one_line(story):
    (line,) = story.run("show", "2", "--ninjs", "--json").stdout.splitlines()
    assert json.loads(line)["headlines"][0]["value"] == "Polls close"


def test_html_is_shown_as_text(valkey_editor):
    html = "<p>See <a href='https://example.org/'>this</a>.</p><ul><li>one</li></ul>"
    body = {"contentType": "text/html", "value": html}
    document = {"headlines": [{"value": "x"}], "bodies": [body]}
    valkey_editor.publish("push", "-", stdin=json.dumps(document))
    assert "See this <https://example.org/>.\n\n- one" in valkey_editor.run("show", "2").stdout


def test_a_number_that_does_not_exist_is_told_with_the_nearest(story):
    assert story.refused("show", "12") | {"message": ""} == {
        "exit": 3,
        "code": "invalid",
        "message": "",
        "hint": "The nearest is #2.",
        "id": None,
    }
