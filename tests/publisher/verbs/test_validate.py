import json


def test_a_valid_story_is_said_to_be_one_without_redis(valkey_editor):
    valkey_editor.environment["LIVEFEED_REDIS_URL"] = "unix:///nowhere"
    file = valkey_editor.file("story.md", "---\nheadline: Polls close\n---\nText.\n")
    assert valkey_editor.run("validate", file).stdout == "Valid: Polls close\n"
    told = valkey_editor.publish("validate", "-", stdin="Polls close\n\nText.\n")
    assert (told["valid"], told["headline"]) == (True, "Polls close")


def test_every_problem_is_told(valkey_editor):
    file = valkey_editor.file("story.md", "---\nurgancy: 2\n---\nText.\n")
    error = valkey_editor.refused("validate", file)
    assert error["exit"] == 3
    assert {line.split(":")[0] for line in error["message"].splitlines()} == {
        "line 2, urgancy",
        "headline",
    }


def test_a_story_that_is_too_big_is_not_valid(valkey_editor):
    document = {"headlines": [{"value": "x"}], "bodies": [{"value": "word " * 120_000}]}
    assert valkey_editor.refused("validate", "-", stdin=json.dumps(document))["exit"] == 3
