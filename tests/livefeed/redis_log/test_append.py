"""The append against real servers: what each change leaves in the log."""

import random
import threading
from dataclasses import replace

import msgspec
import pytest

from builders import make_story
from livefeed.entry import Facts, FeedState, Mark, Op
from livefeed.errors import (
    FeedExists,
    IdExpired,
    IdReused,
    LogUnusable,
    RevisionConflict,
    StateConflict,
    StoryInvalid,
    UnknownFeed,
    UnknownStory,
    UsageError,
)
from livefeed.fold import Fold, apply
from livefeed.position import Position
from livefeed.publication_id import publication_id
from livefeed.redis_log.append import append, create_feed, earlier
from livefeed.redis_log.connect import connect
from livefeed.redis_log.read import read_story
from livefeed.wire.channel import decode, encode, expected_tag
from news_desk import ROOT, NewsDesk

DAY = 24 * 60 * 60 * 1000
ALL_OPS = [op for op in Op if op not in {Op.PUBLISH, Op.FEED}]


def test_a_story_changes_through_its_whole_life(news):
    number = news.publish("One", "secret-1")
    for op in ("correct", "pin", "hold", "release", "kill"):
        news.append(op, number)
    news.check_tags()
    ops = [Op.FEED, Op.PUBLISH, Op.CORRECT, Op.PIN, Op.HOLD, Op.RELEASE, Op.KILL]
    assert [entry.op for entry in news.log()] == ops
    assert [entry.rev for entry in news.log()] == [0, 1, 2, 2, 3, 4, 5]
    assert b"secret" not in news.texts()
    assert news.fold() == news.folded_log()


def test_the_receipt_names_the_entry(news):
    receipt = news.append(Op.PUBLISH)
    (entry,) = news.log()[1:]
    assert receipt.position == entry.position
    assert (receipt.seq, receipt.number, receipt.rev, receipt.at) == (2, 2, 1, entry.at)
    assert (receipt.op, receipt.feed, receipt.id) == (Op.PUBLISH, "news", entry.id)
    assert not receipt.repeated


def test_the_keys_are_as_the_contract_says(news):
    first, second = news.publish(), news.publish()
    news.append("correct", first)
    news.append("pin", second)
    keys, client = news.keys, news.client
    log = client.zrange(keys.log, 0, -1, withscores=True)
    newest = decode(log[-1][0]).entry
    assert [score for _, score in log] == [1, 2, 3, 4, 5]
    assert client.hgetall(keys.head) == {
        b"seq": b"5",
        b"tag": newest.tag.encode(),
        b"at": str(newest.at).encode(),
    }
    assert client.hgetall(keys.facts) == {
        b"title": b"All about news",
        b"root": ROOT.encode(),
        b"keep": b"10000",
    }
    assert client.hgetall(keys.stories) == {b"2": log[3][0], b"3": log[2][0]}
    assert client.zrange(keys.order, 0, -1, withscores=True) == [(b"2", 2), (b"3", 3)]
    assert client.zrange(keys.pinned, 0, -1, withscores=True) == [(b"3", 5)]
    assert client.smembers("livefeed:feeds") == {b"news"}
    assert not client.exists(keys.held, keys.likes)
    ids = client.zrange(keys.ids, 0, -1, withscores=True)
    assert {score for _, score in ids} == {0}
    members = [member.decode().split() for member, _ in ids]
    assert [member[:5] for member in members] == [
        [entry.id, str(entry.seq), entry.tag, str(entry.number), str(entry.rev)]
        for entry in (decode(data).entry for data, _ in log)
    ]
    assert {len(member[5]) for member in members} == {40}


def test_texts_say_where_each_story_begins_in_the_log(news):
    number = news.publish()
    news.append("correct", number, editor="anna", note="x" * 300)
    rev, *places = news.client.hget(news.keys.texts, number).decode().split(";")
    assert rev == "2"
    log = {seq: data for data, seq in news.client.zrange(news.keys.log, 0, -1, withscores=True)}
    assert [int(place.split(":")[0]) for place in places] == [2, 3]
    for place in places:
        seq, offset = map(int, place.split(":"))
        assert log[seq][offset:].startswith(b"\xa5story")


def test_what_is_published_on_the_channel_is_what_the_log_holds(news):
    with news.client.pubsub() as subscription:
        subscription.subscribe(news.keys.channel)
        subscription.get_message(timeout=5)
        news.publish("Grüße aus Zürich 👋", "Ünïcode & <b>markup</b>")
        message = subscription.get_message(timeout=5)
    assert message["data"] == news.client.zrange(news.keys.log, -1, -1)[0]


@pytest.mark.parametrize("seq", [1, 126, 127, 254, 255, 65_534, 65_535, 2**32 - 2, 2**32, 10**12])
@pytest.mark.parametrize("feed", ["n", "n" * 31, "n" * 32, "n" * 64])
def test_the_script_writes_the_very_bytes_that_the_codec_does(log_url, feed, seq):
    with NewsDesk(log_url, feed=feed) as news:
        news.client.hset(news.keys.head, "seq", seq)
        number = news.append(Op.PUBLISH, editor="anna").number
        assert number == seq + 1
        news.append("correct", number, editor="bo")
        before = Position(seq, news.log()[0].tag)
        for data in news.client.zrange(news.keys.log, 1, -1):
            received = decode(data)
            assert encode(received.entry) == data
            assert received.entry.tag == expected_tag(before.tag, received)
            before = received.entry.position
        news.append("kill", number)
        for data in news.client.zrange(news.keys.log, 1, -1):
            assert encode(decode(data).entry) == data


def test_a_correction_tells_of_the_story_before_it(news):
    first = news.append(Op.PUBLISH)
    second = news.append("correct", first.number, note="Spelling")
    news.append("correct", first.number, note="Numbers", marks=(Mark.KEY,))
    entry = read_story(news.client, "news", first.number)
    assert entry.first_at == first.at
    assert [(c.at, c.note) for c in entry.corrections] == [(second.at, "Spelling")]
    assert [c.note for c in entry.all_corrections] == ["Spelling", "Numbers"]
    assert entry.marks == (Mark.KEY,)


def test_a_release_brings_back_text_corrections_and_marks(news):
    number = news.append(Op.PUBLISH, marks=(Mark.SUMMARY,)).number
    news.append("correct", number, note="Spelling")
    news.append("hold", number)
    held = news.current(Op.RELEASE, number)
    receipt = news.append("release", number, story=held.story)
    entry = read_story(news.client, "news", number)
    assert (receipt.rev, entry.rev) == (4, 4)
    assert entry.story == held.story
    assert [c.note for c in entry.corrections] == ["Spelling"]
    assert entry.marks == (Mark.SUMMARY,)
    assert not news.client.exists(news.keys.held)


def test_facts_are_changed_one_by_one(news):
    news.append(Op.FEED, facts=Facts(section="Politics"))
    news.append(Op.FEED, facts=Facts(state=FeedState.ENDED))
    assert news.fold().facts == Facts(
        title="All about news", section="Politics", state=FeedState.ENDED
    )
    assert news.fold() == news.folded_log()
    assert [(e.number, e.rev) for e in news.log()] == [(0, 0)] * 3


def test_the_newest_pin_stands_first(news):
    numbers = [news.publish() for _ in range(3)]
    for number in numbers:
        news.append("pin", number)
    news.append("pin", numbers[0])
    news.append("unpin", numbers[1])
    assert news.fold().pinned == (numbers[0], numbers[2])
    assert news.fold() == news.folded_log()


@pytest.mark.parametrize("op", ["hold", "kill"])
def test_a_withdrawal_unpins(news, op):
    number = news.publish()
    news.append("pin", number)
    news.append(op, number)
    assert news.fold().pinned == ()


# --- the publication id


def test_a_retry_with_the_same_id_appends_once(news):
    request = news.request(Op.PUBLISH)
    first = append(news.client, request)
    before = news.everything()
    again = append(news.client, request)
    assert again == replace(first, repeated=True)
    assert news.everything() == before


def test_a_retry_gets_the_first_answer_whatever_happened_since(news):
    number = news.publish()
    request = news.request("correct", number)
    first = append(news.client, request, news.current("correct", number))
    news.append("refile", number)
    news.append("kill", number)
    for current in (None, news.current("kill", number)):
        again = append(news.client, request, current)
        assert again == replace(first, repeated=True)
    assert earlier(news.client, request) == again
    assert len(news.log()) == 5


def test_a_retry_is_answered_after_its_feed_is_gone(news):
    request = news.request(Op.PUBLISH)
    first = append(news.client, request)
    news.client.delete(news.keys.facts, news.keys.head)
    assert append(news.client, request).position == first.position


def test_a_retry_is_answered_without_a_time_once_its_entry_is_not_kept(news):
    request = news.request(Op.PUBLISH)
    first = append(news.client, request)
    news.client.delete(news.keys.log)
    for again in (append(news.client, request), earlier(news.client, request)):
        assert again == replace(first, repeated=True, at=None)


def test_an_id_that_was_not_used_has_no_earlier_receipt(news):
    assert earlier(news.client, news.request(Op.PUBLISH)) is None
    assert earlier(news.url, news.request(Op.PUBLISH)) is None


def test_the_same_id_with_another_request_is_a_conflict(news):
    number = news.publish()
    used = news.request(Op.PUBLISH)
    receipt = append(news.client, used)
    before = news.everything()
    for other in (
        news.request(Op.PUBLISH, id=used.id),
        news.request(Op.KILL, number, id=used.id),
        msgspec.structs.replace(used, note="A note"),
    ):
        for ask in (append, earlier):
            with pytest.raises(IdReused, match=f"#{receipt.number} revision 1") as reused:
                ask(news.client, other)
            assert "--id" in reused.value.hint
    assert news.everything() == before


def test_an_id_that_made_the_feed_says_so(news):
    with pytest.raises(IdReused, match="a change of the feed news"):
        append(news.client, news.request(Op.PUBLISH, id=news.created.id))


def test_an_id_from_before_ids_are_kept_is_a_conflict_that_names_the_clock(news):
    before = news.everything()
    with pytest.raises(IdExpired, match="by Redis's clock it is") as expired:
        news.append(Op.PUBLISH, id=news.new_id(age=DAY + 60_000))
    assert "clock off" in expired.value.hint
    assert news.everything() == before
    assert news.append(Op.PUBLISH, id=news.new_id(age=DAY - 60_000)).seq == 2


def test_ids_are_forgotten_after_a_day(news):
    kept, dropped = news.new_id(age=DAY - 60_000), news.new_id(age=DAY + 60_000)
    for id_ in (kept, dropped):
        news.client.zadd(news.keys.ids, {f"{id_} 1 00000000 0 0 {'0' * 40}": 0})
    news.publish()
    left = news.client.zrange(news.keys.ids, 0, -1)
    assert left[0].startswith(kept.encode())
    assert len(left) == 3


@pytest.mark.parametrize("id_", ["", "12", "0" * 36, "019a-7", str(10**35)])
def test_an_id_that_is_no_uuid7_is_wrong_usage(news, id_):
    with pytest.raises(UsageError, match="publication id"):
        news.append(Op.PUBLISH, id=id_)


# --- who may change what


TAKEN = {
    "live": set(ALL_OPS) - {Op.RELEASE},
    "held": {Op.RELEASE, Op.KILL},
    "killed": set(),
}


@pytest.mark.parametrize("state", TAKEN)
@pytest.mark.parametrize("op", ALL_OPS)
def test_each_state_takes_what_it_takes(news, state, op):
    number = news.publish()
    if state != "live":
        news.append({"held": "hold", "killed": "kill"}[state], number, editor="anna", note="Why")
    current = read_story(news.client, "news", number)
    request = news.request(op, number)
    before = news.everything()
    if op in TAKEN[state]:
        receipt = append(news.client, request, current)
        assert receipt.rev == current.rev + (op not in {Op.PIN, Op.UNPIN})
        assert news.fold() == news.folded_log()
        return
    with pytest.raises(StateConflict, match=f"#{number} is {state}") as conflict:
        append(news.client, request, current)
    assert news.everything() == before
    assert f"publisher show {number}" in conflict.value.hint
    if state != "live":
        assert "by anna at 2" in conflict.value.message
        assert "“Why”" in conflict.value.message


def test_of_two_editors_the_second_gets_a_conflict_that_says_what_changed(news):
    number = news.publish()
    current = news.current("correct", number)
    append(news.client, news.request("correct", number, editor="anna", note="Mine"), current)
    before = news.everything()
    for op in ("update", "correct", "refile", "pin", "unpin"):
        with pytest.raises(RevisionConflict, match="at revision 2 now") as conflict:
            append(news.client, news.request(op, number), current)
        assert "(correct by anna at 2" in conflict.value.message
        assert "“Mine”" in conflict.value.message
        assert "not at 1 any more" in conflict.value.message
    assert news.everything() == before


@pytest.mark.parametrize("op", ["hold", "kill"])
def test_a_hold_and_a_kill_do_not_fail_on_a_colleagues_comma(news, op):
    number = news.publish()
    current = news.current("correct", number)
    news.append("correct", number)
    assert append(news.client, news.request(op, number), current).rev == 3


@pytest.mark.parametrize("op", ["hold", "kill", "correct"])
def test_if_rev_guards_whatever_was_read(news, op):
    number = news.publish()
    news.append("correct", number)
    with pytest.raises(RevisionConflict, match="not at 1 any more"):
        news.append(op, number, if_rev=1)
    assert news.append(op, number, if_rev=2).rev == 3


def test_a_release_is_guarded_by_what_it_read(news):
    number = news.publish()
    news.append("hold", number)
    hold, held = read_story(news.client, "news", number), news.current("release", number)
    news.append("release", number, story=held.story)
    news.append("hold", number)
    for current in (hold, held):
        with pytest.raises(RevisionConflict):
            append(news.client, news.request("release", number), current)


def test_a_story_that_is_none_names_the_nearest(news):
    with pytest.raises(UnknownStory) as unknown:
        append(news.client, news.request("kill", 12))
    assert unknown.value.hint == "news has no stories yet."
    near = [news.publish() for _ in range(3)][-1]
    with pytest.raises(UnknownStory, match="no story #12 in news") as unknown:
        append(news.client, news.request("kill", 12))
    assert unknown.value.hint == f"The nearest is #{near}."


def test_a_feed_that_is_none_names_the_nearest(news):
    for feed, hint in (("newz", "Did you mean news?"), ("qqq", "There is news.")):
        request = msgspec.structs.replace(news.request(Op.PUBLISH), feed=feed)
        with pytest.raises(UnknownFeed, match=feed) as unknown:
            append(news.client, request)
        assert hint in unknown.value.hint
    assert news.client.smembers("livefeed:feeds") == {b"news"}


def test_without_any_feed_it_says_how_to_make_one(news):
    request = news.request(Op.PUBLISH)
    news.client.flushall()
    with pytest.raises(UnknownFeed) as unknown:
        append(news.client, request)
    assert "publisher feed create news" in unknown.value.hint


def test_a_feed_is_made_once(news):
    with pytest.raises(FeedExists, match="'news'"):
        create_feed(news.client, "news", Facts(title="Other"), id=news.new_id())
    assert news.fold().facts.title == "All about news"
    again = create_feed(news.client, "news", Facts(title="All about news"), id=news.created.id)
    assert again.repeated
    assert again.position == news.created.position


def test_each_feed_made_is_another_history(log_url):
    with NewsDesk(log_url) as desk:
        roots = set()
        for name in ("one", "two"):
            create_feed(log_url, name, Facts(title="The same"))
            roots.add(desk.client.hget(f"livefeed:{{{name}}}:facts", "root"))
    assert len(roots) == 2
    assert {len(root) for root in roots} == {8}


def test_an_entry_over_the_limit_is_refused(news):
    with pytest.raises(StoryInvalid, match="524,288"):
        news.append(Op.PUBLISH, story=make_story("Long", "x" * 524_288))
    assert news.append(Op.PUBLISH, story=make_story("Long", "x" * 500_000)).seq == 2
    assert news.append("kill", 2).seq == 3


# --- withdrawals


@pytest.mark.parametrize("op", ["hold", "kill", "redact"])
def test_a_withdrawal_takes_the_text_out_of_the_whole_log(news, op):
    other = news.publish("Other", "other-text")
    number = news.publish("Secret headline", "secret-1")
    for i in range(2, 12):
        news.append("update", number, story=make_story(f"Secret headline {i}", f"secret-{i}"))
    tags = [entry.tag for entry in news.log()]
    clean = make_story("Clean", "Clean.")
    if op == "redact":
        news.append("correct", number, redacts=True, story=clean)
    else:
        news.append(op, number)
    gone = news.texts()
    if op == "hold":
        held = news.client.hget(news.keys.held, number)
        assert b"secret-11" in held
        gone = gone.replace(held, b"")
    assert b"ecret" not in gone
    assert b"other-text" in gone
    news.check_tags()
    assert [entry.tag for entry in news.log()][:-1] == tags
    assert [e.withdrawn for e in news.log() if e.number == number] == [True] * 11 + [False]
    assert news.fold() == news.folded_log()
    assert news.fold().stories[other].story is not None


def test_texts_published_after_a_withdrawal_are_withdrawn_by_the_next(news):
    number = news.publish("One", "secret-1")
    news.append("hold", number)
    news.append("release", number, story=make_story("One", "secret-2"))
    news.append("correct", number, story=make_story("One", "secret-3"))
    news.append("correct", number, story=make_story("One", "secret-4"), redacts=True)
    news.append("update", number, story=make_story("One", "secret-5"))
    news.append("kill", number)
    assert b"secret" not in news.texts()
    news.check_tags()


def test_a_killed_hold_forgets_the_held_text(news):
    number = news.publish("One", "secret")
    news.append("hold", number)
    append(news.client, news.request("kill", number))
    assert b"secret" not in news.texts()


# --- what is kept


def test_only_the_newest_entries_and_stories_are_kept(log_url):
    with NewsDesk(log_url, keep=4) as news:
        numbers = []
        for _ in range(3):
            numbers.append(news.publish())
            news.append("pin", numbers[-1])
            news.client.hset(news.keys.likes, numbers[-1], 1)
            news.client.pfadd(news.keys.liked(numbers[-1]), "token")
        news.append("hold", numbers[0])
        numbers += [news.publish() for _ in range(3)]
        kept = numbers[-4:]
        assert [e.seq for e in news.log()] == [8, 9, 10, 11]
        names = [str(number).encode() for number in kept]
        client, keys = news.client, news.keys
        assert sorted(map(int, client.hkeys(keys.stories))) == kept
        assert sorted(map(int, client.hkeys(keys.texts))) == kept
        assert client.zrange(keys.order, 0, -1) == names
        assert client.zrange(keys.pinned, 0, -1) == names[:1]
        assert client.hkeys(keys.likes) == names[:1]
        assert not client.exists(keys.held)
        assert client.keys(f"{keys.channel}:liked:*") == [keys.liked(kept[0]).encode()]
        assert news.fold().pinned == (kept[0],)


def test_the_fold_in_redis_trims_as_the_fold_of_the_entries_does(log_url):
    with NewsDesk(log_url, keep=3) as news:
        fold = Fold(feed="news", position=Position(0, ROOT), keep=3)
        fold = apply(fold, news.log()[-1])
        numbers = []
        for step in range(12):
            numbers.append(news.publish())
            fold = apply(fold, news.log()[-1])
            news.append("pin" if step % 3 else "hold", numbers[-1])
            fold = apply(fold, news.log()[-1])
            assert news.fold() == fold


def test_places_that_left_the_log_are_forgotten(log_url):
    with NewsDesk(log_url, keep=3) as news:
        number = news.publish()
        for _ in range(10):
            news.append("update", number)
        places = news.client.hget(news.keys.texts, number).decode().split(";")[1:]
        assert [int(place.split(":")[0]) for place in places] == [10, 11, 12]
        news.append("kill", number)
        news.publish()


# --- head and clock


def test_a_lost_head_is_recovered_from_the_log(news):
    news.publish()
    for damage in (
        lambda: news.client.delete(news.keys.head),
        lambda: news.client.hset(news.keys.head, "seq", 1),
    ):
        damage()
        news.publish()
        news.check_tags()
        assert news.client.hget(news.keys.head, "seq") == str(len(news.log())).encode()


def test_a_lost_log_goes_on_from_its_head(news):
    news.publish()
    head = news.fold().position
    news.client.delete(news.keys.log)
    assert news.append(Op.PUBLISH).seq == head.seq + 1


def test_with_head_and_log_gone_nothing_is_appended(news):
    request = news.request(Op.PUBLISH)
    news.client.delete(news.keys.log, news.keys.head)
    before = news.everything()
    with pytest.raises(LogUnusable, match="head and log are gone"):
        append(news.client, request)
    news.client.delete(news.keys.facts)
    news.client.zadd(news.keys.order, {"2": 2})
    with pytest.raises(LogUnusable, match="head and log are gone"):
        create_feed(news.client, "news", Facts(title="New"), id=news.new_id())
    assert len(news.everything()) == len(before)


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda n: n.client.hset(n.keys.head, "seq", "x"), "head is damaged"),
        (lambda n: n.client.hdel(n.keys.head, "tag"), "head is damaged"),
        (lambda n: n.client.zadd(n.keys.log, {b"garbage": 9}), "no entry of this feed"),
        (lambda n: n.client.zadd(n.keys.log, {b"\xde\x00\x08garbage": 9}), "no entry of this feed"),
        (lambda n: n.client.zadd(n.keys.log, {b"": 9}), "no entry of this feed"),
        (
            lambda n: n.client.zadd(n.keys.log, {n.client.zrange(n.keys.log, -1, -1)[0]: 9}),
            "no entry of this feed",
        ),
        (lambda n: n.client.hdel(n.keys.facts, "keep"), "no keep"),
        (lambda n: n.client.hset(n.keys.facts, "keep", "all"), "no keep"),
        (lambda n: n.client.hset(n.keys.facts, "keep", "0"), "no keep"),
        (lambda n: n.client.hdel(n.keys.texts, 2), "damaged at story 2"),
        (lambda n: n.client.hset(n.keys.texts, 2, "x"), "damaged at story 2"),
        (lambda n: n.client.hset(n.keys.stories, 2, "x"), "damaged at story 2"),
        (lambda n: n.client.hset(n.keys.texts, 2, "1;2:7"), "texts does not fit the log"),
    ],
)
def test_a_damaged_log_is_the_operators_and_stays_as_it_is(news, damage, says):
    number = news.publish()
    request = news.request("kill", number)
    damage(news)
    before = news.everything()
    with pytest.raises(LogUnusable, match=says):
        append(news.client, request)
    assert news.everything() == before


def test_a_damaged_id_is_the_operators(news):
    request = news.request(Op.PUBLISH)
    news.client.zadd(news.keys.ids, {f"{request.id} and more": 0})
    for ask in (append, earlier):
        with pytest.raises(LogUnusable, match="member of another form"):
            ask(news.client, request)


def test_a_story_that_cannot_be_read_is_no_conflict_of_the_editors(news):
    number = news.publish()
    data = news.client.hget(news.keys.stories, number)
    news.client.hset(news.keys.stories, number, data[:-1] + b"\xc1")
    with pytest.raises(LogUnusable, match="cannot be read"):
        append(news.client, news.request("release", number))


def test_time_never_runs_back(news):
    future = news.now() + 3_600_000
    news.client.hset(news.keys.head, "at", future)
    receipt = news.append(Op.PUBLISH)
    assert receipt.at == future
    assert news.append(Op.PUBLISH).at == future
    news.check_tags()


def test_ids_expire_by_the_time_that_the_log_shows(news):
    news.client.hset(news.keys.head, "at", news.now() + 2 * DAY)
    with pytest.raises(IdExpired):
        news.publish()


# --- many at once


def test_editors_at_the_same_time_lose_and_mix_up_nothing(log_url):
    with NewsDesk(log_url) as news:
        number = news.publish()
        current = news.current("correct", number)
        receipts, conflicts = [], []

        def work(i):
            with connect(log_url) as client:
                for j in range(10):
                    id_ = publication_id(news.now(), bytes([i, j] * 5))
                    receipts.append(append(client, news.request(Op.PUBLISH, id=id_)))
                try:
                    id_ = publication_id(news.now(), bytes([i, 99] * 5))
                    append(client, news.request("correct", number, id=id_), current)
                except RevisionConflict as conflict:
                    conflicts.append(conflict)

        workers = [threading.Thread(target=work, args=(i,)) for i in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert len({receipt.seq for receipt in receipts}) == 40
        assert len(conflicts) == 3
        assert len(news.log()) == 43
        news.check_tags()
        assert news.fold() == news.folded_log()


@pytest.mark.parametrize("seed", range(4))
def test_the_fold_in_redis_is_the_fold_of_the_log_whatever_happens(news, seed):
    chance = random.Random(seed)
    for step in range(60):
        numbers = list(news.fold().stories)
        op = chance.choice([Op.PUBLISH, Op.FEED, *ALL_OPS]) if numbers else Op.PUBLISH
        number = 0 if op in {Op.PUBLISH, Op.FEED} else chance.choice(numbers)
        more = {"facts": Facts(title=f"T{step}")} if op is Op.FEED else {}
        if op is Op.CORRECT:
            more["redacts"] = chance.random() < 0.3
        try:
            news.append(op, number, **more)
        except (StateConflict, UnknownStory):
            continue
    news.check_tags()
    assert news.fold() == news.folded_log()
