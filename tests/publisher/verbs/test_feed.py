import json

import pytest


def test_a_feed_is_made_once(editor):
    made = editor.publish("feed", "create", "quake", "--title", "Earthquake")
    assert (made["op"], made["feed"], made["number"], made["rev"]) == ("feed", "quake", 0, 0)
    assert made["position"].startswith("1-")
    assert editor.refused("feed", "create", "quake", "--title", "Other")["exit"] == 4


def test_making_a_feed_again_under_its_id_answers_again(editor):
    words = ("feed", "create", "quake", "--title", "Earthquake")
    made = editor.publish(*words)
    assert editor.publish(*words, "--id", made["id"]) == made


def test_feeds_are_listed_with_their_state(editor):
    editor.publish("feed", "create", "quake", "--title", "Earthquake", "--upcoming")
    assert editor.run("feed", "list", "--plain").stdout.splitlines() == [
        "news\tlive\t0\tLive News Feed",
        "quake\tupcoming\t0\tEarthquake",
    ]


def test_a_feed_is_started_and_ended(editor):
    editor.publish("feed", "create", "quake", "--title", "Earthquake", "--upcoming")
    states = [state(editor, "quake")]
    for verb in ("start", "end", "start"):
        editor.publish("feed", verb, "quake")
        states.append(state(editor, "quake"))
    assert states == ["upcoming", "live", "ended", "live"]


def state(editor, feed):
    feeds = editor.publish("feed", "list")["feeds"]
    return next(told["state"] for told in feeds if told["feed"] == feed)


def test_only_the_facts_that_are_named_change(editor):
    editor.publish("feed", "edit", "--section", "News Update", "--zone", "Asia/Seoul")
    editor.publish("feed", "edit", "news", "--zone", "", "--language", "en")
    (feed,) = editor.publish("feed", "list")["feeds"]
    del feed["position"]
    assert feed == {
        "feed": "news",
        "state": "live",
        "stories": 0,
        "title": "Live News Feed",
        "section": "News Update",
        "description": None,
        "language": "en",
        "zone": "",
        "starts": None,
    }


@pytest.mark.parametrize(
    "words", [("edit", "nws", "--title", "x"), ("end", "nws"), ("start", "nws")]
)
def test_an_unknown_feed_is_named_with_the_nearest(valkey_editor, words):
    error = valkey_editor.refused("feed", *words)
    assert (error["exit"], error["code"]) == (3, "invalid")
    assert "news" in error["hint"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("create", "quake"), 2),
        (("create", "Quake!", "--title", "x"), 2),
        (("create", "quake", "--title", "a\x1b[1m"), 3),
        (("create", "quake", "--title", "x", "--zone", "Asia/Soul"), 3),
        (("edit",), 2),
        (("end", "quake", "--feed", "news"), 2),
        (("ent",), 2),
    ],
)
def test_what_makes_no_feed_changes_nothing(valkey_editor, words, code):
    assert valkey_editor.refused("feed", *words)["exit"] == code
    assert [feed["feed"] for feed in valkey_editor.publish("feed", "list")["feeds"]] == ["news"]


@pytest.mark.parametrize("words", [("create", "quake", "--title", "x"), ("end",)])
def test_a_dry_run_changes_no_feed(valkey_editor, words):
    before = valkey_editor.publish("feed", "list")
    shown = valkey_editor.publish("feed", *words, "--dry-run")
    assert shown["op"] == "feed"
    assert valkey_editor.publish("feed", "list") == before


def test_a_dry_run_says_what_the_run_would(valkey_editor):
    words = ("feed", "create", "news", "--title", "x", "--dry-run")
    assert valkey_editor.refused(*words)["exit"] == 4
    assert valkey_editor.refused("feed", "end", "nws", "--dry-run")["exit"] == 3


def test_people_are_told_what_to_do_next(valkey_editor):
    made = valkey_editor.run("feed", "create", "quake", "--title", "Quake")
    assert made.stdout.startswith("Made the feed quake\n")
    assert "--feed quake push FILE" in made.stderr


def test_where_there_is_no_feed_it_is_said_how_to_make_one(valkey, valkey_editor):
    with valkey.client() as client:
        client.flushall()
    listed = valkey_editor.run("feed", "list")
    assert (listed.returncode, listed.stdout) == (0, "")
    assert "feed create news" in listed.stderr
    assert json.loads(valkey_editor.run("feed", "list", "--json").stdout) == {"feeds": []}


def test_people_see_the_feeds_in_columns(valkey_editor):
    valkey_editor.publish("feed", "create", "a", "--title", "A \u2066title\u2069", "--upcoming")
    valkey_editor.publish("push", "--headline", "x")
    assert valkey_editor.run("feed", "list").stdout.splitlines() == [
        "a     upcoming  0  A \u2066title\u2069",
        "news  live      1  Live News Feed",
    ]
