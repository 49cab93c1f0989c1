def test_a_pinned_story_says_so_until_it_is_unpinned(editor):
    editor.publish("push", "--headline", "x")
    answer = editor.publish("pin", "2")
    assert (answer["op"], answer["number"], answer["rev"]) == ("pin", 2, 1)
    assert editor.publish("list")["stories"][0]["state"] == "pinned"
    assert editor.publish("unpin", "2")["rev"] == 1
    assert editor.publish("list")["stories"][0]["state"] == "live"


def test_a_withdrawal_unpins(editor):
    editor.publish("push", "--headline", "x")
    editor.publish("pin", "2")
    editor.publish("hold", "2")
    editor.publish("release", "2")
    assert editor.publish("list")["stories"][0]["state"] == "live"


def test_a_number_that_does_not_exist_is_refused(valkey_editor):
    assert valkey_editor.refused("pin", "2")["exit"] == 3
