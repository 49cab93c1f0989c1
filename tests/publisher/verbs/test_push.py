import json
import re
import sys

import pytest

from editor import Typist

MARKDOWN = """\
---
headline: Polls close at 20:00
by: Anna Adams
located: Seoul
urgency: 2
---
Turnout is *61 %*.

It was 55 % in 2022.
"""
NINJS = {
    "uri": "urn:example:1",
    "headlines": [{"value": "Polls close at 20:00"}],
    "bodies": [{"contentType": "text/html", "value": "<p>Turnout is 61 %.</p>"}],
}
POSITION = re.compile(r"\d+-[0-9a-f]{8}")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def headline(story):
    return story["headlines"][0]["value"]


def test_a_story_by_flags_is_published(editor):
    answer = editor.publish("push", "--headline", "Polls close", "--body", "Turnout is 61 %.")
    assert list(answer) == ["op", "feed", "number", "rev", "seq", "position", "id"]
    assert (answer["op"], answer["feed"], answer["rev"]) == ("publish", "news", 1)
    assert answer["number"] == answer["seq"] == 2
    assert POSITION.fullmatch(answer["position"])
    assert UUID.fullmatch(answer["id"])
    shown = editor.show(2)
    assert headline(shown["story"]) == "Polls close"
    assert "Turnout is 61 %." in shown["story"]["bodies"][0]["value"]
    assert shown["story"]["uri"] == f"urn:uuid:{answer['id']}"
    assert shown["editor"] == "anna"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("story.md", MARKDOWN),
        ("story.json", json.dumps(NINJS)),
        ("story.txt", "Polls close at 20:00\n\nTurnout is 61 %.\n"),
    ],
)
@pytest.mark.parametrize("by", ["file", "stdin"])
def test_a_story_comes_from_a_file_or_from_standard_input(valkey_editor, name, content, by):
    if by == "file":
        answer = valkey_editor.publish("push", valkey_editor.file(name, content))
    else:
        answer = valkey_editor.publish("push", "-", stdin=content)
    story = valkey_editor.show(answer["number"])["story"]
    assert headline(story) == "Polls close at 20:00"
    assert "61 %" in story["bodies"][0]["value"]


def test_markdown_fills_the_fields_of_the_story(valkey_editor):
    valkey_editor.publish("push", valkey_editor.file("story.md", MARKDOWN))
    story = valkey_editor.show(2)["story"]
    assert (story["by"], story["located"], story["urgency"]) == ("Anna Adams", "Seoul", 2)
    assert "<em>61 %</em>" in story["bodies"][0]["value"]


def test_flags_win_over_the_file(valkey_editor):
    file = valkey_editor.file("story.md", MARKDOWN)
    valkey_editor.publish("push", file, "--headline", "Polls have closed", "--urgency", "1")
    story = valkey_editor.show(2)["story"]
    assert (headline(story), story["urgency"], story["by"]) == (
        "Polls have closed",
        1,
        "Anna Adams",
    )


def test_the_uri_of_a_document_is_kept(valkey_editor):
    valkey_editor.publish("push", "-", stdin=json.dumps(NINJS))
    assert valkey_editor.show(2)["story"]["uri"] == "urn:example:1"


def test_every_field_has_its_flag(valkey_editor):
    fields = ["--by", "Anna", "--located", "Seoul", "--urgency", "1", "--language", "en"]
    valkey_editor.publish("push", "--headline", "x", "--subject", "a", "--subject", "b", *fields)
    story = valkey_editor.show(2)["story"]
    assert [subject["name"] for subject in story["subjects"]] == ["a", "b"]
    told = [story[name] for name in ("by", "located", "urgency", "language")]
    assert told == ["Anna", "Seoul", 1, "en"]


def test_marks_are_given_by_flags(valkey_editor):
    valkey_editor.publish("push", "--headline", "x", "--key-event", "--summary")
    assert valkey_editor.show(2)["marks"] == ["key", "summary"]


def test_related_stories_are_linked_by_number(editor):
    first = editor.publish("push", "--headline", "First")
    editor.publish("push", "--headline", "Second", "--also-read", "#2")
    file = editor.file("third.md", "---\nheadline: Third\nalso-read: [2, 3]\n---\nText.\n")
    editor.publish("push", file)
    links = editor.show(4)["story"]["associations"]
    assert [link["name"] for link in links] == ["#2", "#3"]
    assert links[0]["uri"] == f"urn:uuid:{first['id']}"
    assert editor.show(3)["story"]["associations"] == links[:1]


def test_a_link_to_no_story_names_the_nearest(valkey_editor):
    valkey_editor.publish("push", "--headline", "First")
    error = valkey_editor.refused("push", "--headline", "Second", "--also-read", "4")
    assert (error["exit"], "#4" in error["message"], "#2" in error["hint"]) == (3, True, True)


def test_a_link_to_a_withdrawn_story_is_refused(valkey_editor):
    valkey_editor.publish("push", "--headline", "First")
    valkey_editor.publish("hold", "2")
    error = valkey_editor.refused("push", "--headline", "Second", "--also-read", "2")
    assert (error["exit"], error["message"]) == (3, "also-read: #2 is held; link another")


def test_the_same_id_publishes_once(editor):
    first = editor.publish("push", "--headline", "x")
    again = editor.publish("push", "--headline", "x", "--id", first["id"].upper())
    assert again == first
    assert editor.numbers() == [2]


def test_the_same_id_answers_even_when_what_it_links_is_gone(editor):
    editor.publish("push", "--headline", "First")
    words = ("push", "--headline", "Second", "--also-read", "2")
    second = editor.publish(*words)
    editor.publish("kill", "2", "--yes")
    assert editor.publish(*words, "--id", second["id"]) == second


def test_the_same_id_for_something_else_is_a_conflict(editor):
    first = editor.publish("push", "--headline", "x")
    error = editor.refused("push", "--headline", "y", "--id", first["id"])
    assert (error["exit"], error["code"], error["id"]) == (4, "conflict", first["id"])


@pytest.mark.parametrize("wrong", ["12", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", ""])
def test_an_id_that_is_none_is_wrong_usage(valkey_editor, wrong):
    assert valkey_editor.refused("push", "--headline", "x", "--id", wrong)["exit"] == 2


def test_an_old_id_is_a_conflict_that_names_the_clock(valkey_editor):
    old = "01000000-0000-7000-8000-000000000000"
    error = valkey_editor.refused("push", "--headline", "x", "--id", old)
    assert error["exit"] == 4
    assert "clock" in error["message"] + error["hint"]


def test_a_dry_run_shows_the_entry_and_publishes_nothing(editor):
    file = editor.file("story.md", MARKDOWN)
    entry = editor.publish("push", file, "--dry-run", "--key-event")
    assert (entry["op"], entry["feed"], entry["editor"]) == ("publish", "news", "anna")
    assert entry["marks"] == ["key"]
    assert headline(entry["story"]) == "Polls close at 20:00"
    assert editor.numbers() == []


def test_a_dry_run_fails_where_the_run_would(valkey_editor):
    assert (
        valkey_editor.refused("push", "--headline", "x", "--feed", "nws", "--dry-run")["exit"] == 3
    )
    huge = valkey_editor.file("huge.txt", "Headline\n\n" + "word " * 120_000)
    assert valkey_editor.refused("push", huge, "--dry-run")["exit"] == 3


def test_people_are_told_what_to_do_next(valkey_editor):
    pushed = valkey_editor.run("push", "--headline", "Polls \u2066close\u2069")
    assert pushed.stdout.splitlines()[0] == "Published #2 Polls \u2066close\u2069"
    assert 'correct 2 FILE --note "…"' in pushed.stderr
    assert "\x1b" not in pushed.stdout + pushed.stderr


def test_a_plain_answer_is_a_line_of_values_between_tabs(valkey_editor):
    pushed = valkey_editor.run("push", "--headline", "x", "--plain")
    op, feed, number, rev, seq, position, identity = pushed.stdout.rstrip("\n").split("\t")
    assert (op, feed, number, rev, seq) == ("publish", "news", "2", "1", "2")
    assert POSITION.fullmatch(position)
    assert UUID.fullmatch(identity)
    assert pushed.stderr == ""


@pytest.mark.parametrize("words", [("--feed", "quake", "push"), ("push", "--feed", "quake")])
def test_flags_stand_before_or_after_the_verb(valkey_editor, words):
    valkey_editor.publish("feed", "create", "quake", "--title", "Quake")
    assert valkey_editor.publish(*words, "--headline", "x")["feed"] == "quake"


def test_the_feed_may_come_from_the_environment(valkey_editor):
    valkey_editor.publish("feed", "create", "quake", "--title", "Quake")
    valkey_editor.environment["LIVEFEED_FEED"] = "quake"
    assert valkey_editor.publish("push", "--headline", "x")["feed"] == "quake"
    assert valkey_editor.publish("push", "--headline", "x", "--feed", "news")["feed"] == "news"


@pytest.mark.parametrize(
    ("content", "field", "line"),
    [
        ("---\nheadline: x\nurgancy: 2\n---\nText\n", "urgancy", "line 3"),
        ("---\nby: Anna\n---\n\nNo headline\n", "headline", ""),
        ("---\nheadline: x\ncontentCreated: 2026-02-30\n---\nText\n", "contentCreated", "line 3"),
        (b"---\nheadline: x\n---\n\xff\xfe\n", "", ""),
        (b"Headline\n\na\x00b\n", "", ""),
        (b"Head\x1b[31mline\n\nText\n", "headline", ""),
        ("---\nheadline: " + "[" * 5000 + "\n---\n", "", ""),
        ('{"headlines": ' + "[" * 5000, "", ""),
        ("", "", ""),
    ],
    ids=[
        "key",
        "no headline",
        "date",
        "utf-8",
        "nul",
        "escape",
        "yaml depth",
        "json depth",
        "empty",
    ],
)
def test_what_is_no_story_is_refused_by_field_and_line(valkey_editor, content, field, line):
    file = valkey_editor.file("story.md", content)
    error = valkey_editor.refused("push", file)
    assert (error["exit"], error["code"]) == (3, "invalid")
    assert field in error["message"]
    assert line in error["message"]
    assert valkey_editor.numbers() == []


def test_a_story_over_512_kib_is_refused(valkey_editor):
    huge = valkey_editor.file("huge.txt", "Headline\n\n" + "word " * 120_000)
    assert valkey_editor.refused("push", huge)["exit"] == 3
    endless = valkey_editor.file("endless.txt", "Headline\n\n" + "word " * 1_200_000)
    assert valkey_editor.refused("push", endless)["exit"] == 3


def test_hostile_html_is_published_harmless(valkey_editor):
    html = '<p onclick="x()">Text</article><script>alert(1)</script><a href="javascript:x()">a</a>'
    document = {**NINJS, "bodies": [{"contentType": "text/html", "value": html}]}
    valkey_editor.publish("push", "-", stdin=json.dumps(document))
    body = valkey_editor.show(2)["story"]["bodies"][0]["value"]
    assert "Text" in body
    for forbidden in ("script", "onclick", "javascript", "article"):
        assert forbidden not in body


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("push",), "no story was given"),
        (("push", "stroy.md"), "did you mean 'story.md'"),
        (("push", "nowhere/story.md"), "there is no folder"),
        (("push", "."), "cannot be read"),
        (("push", "--headlin", "x"), "--headline"),
        (("push", "--urgency", "12", "--headline", "x"), "urgency"),
        (("push", "a.md", "b.md"), "b.md"),
        (("push", "--headline", "x", "--feed", "No Feed"), "not a feed"),
    ],
)
def test_wrong_usage_says_what_was_meant(valkey_editor, words, says):
    valkey_editor.file("story.md", MARKDOWN)
    error = valkey_editor.refused(*words)
    assert (error["exit"], error["code"]) == (2, "usage")
    assert says in (error["message"] + error["hint"]).lower()


def test_an_unknown_feed_is_named_with_the_nearest(valkey_editor):
    error = valkey_editor.refused("push", "--headline", "x", "--feed", "nws")
    assert (error["exit"], "news" in error["hint"]) == (3, True)


def test_letters_of_every_script_arrive_whatever_the_locale(valkey_editor):
    pushed = valkey_editor.run("push", "--headline", "Köln 서울", LC_ALL="C")
    assert pushed.returncode == 0, pushed.stderr
    assert headline(valkey_editor.show(2)["story"]) == "Köln 서울"


def test_a_dry_run_is_read_by_people_too(valkey_editor):
    shown = valkey_editor.run("push", "--headline", "Köln", "--dry-run")
    assert '"value": "Köln"' in shown.stdout
    assert shown.stderr == "Dry run: nothing was published.\n"


def test_a_story_can_be_typed(valkey_editor):
    typist = Typist(valkey_editor, "push", "-")
    typist.wait_for("Ctrl-D")
    typist.type("Polls close\n\nTurnout is 61 %.\n\x04")
    assert typist.end() == 0
    assert headline(valkey_editor.show(2)["story"]) == "Polls close"


def test_it_runs_as_a_module(valkey_editor):
    words = ("-m", "publisher", "--json", "push", "--headline", "x")
    pushing = valkey_editor.start(*words, program=sys.executable)
    out, _ = pushing.communicate(timeout=30)
    assert json.loads(out)["number"] == 2
