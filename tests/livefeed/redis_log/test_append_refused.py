"""All or nothing: whatever Redis refuses, the log stays as it was."""

import re
from importlib.resources import files

import msgpack
import pytest

from livefeed.entry import Op
from livefeed.errors import LivefeedError, LogUnusable, OutcomeUnknown, RedisFull, Unreachable
from livefeed.redis_log import append as appending
from livefeed.redis_log.append import append, create_feed
from livefeed.redis_log.connect import connect
from livefeed.redis_log.likes import like
from livefeed.redis_log.script import script
from news_desk import NewsDesk
from servers import Server, eventually, free_port

SCRIPT = files("livefeed.redis_log").joinpath("append.lua").read_text()
OPTIONS = {"LIMIT", "BYLEX", "BYSCORE", "WITHSCORES"}
COMMANDS = sorted(set(re.findall(r"'([A-Z]{3,})'", SCRIPT)) - OPTIONS)
KEYS = ["log", "head", "facts", "stories", "held", "texts", "order", "pinned", "ids", "likes"]


def full_life(news):
    """A feed whose next `publish` and `kill` make every write that the script knows."""
    news.client.hset(news.keys.facts, "keep", 3)
    numbers = [news.publish() for _ in range(3)]
    news.append("pin", numbers[0])
    like(news.client, "news", numbers[0], "token-one")
    return numbers


def request_of(news, numbers, change):
    """The request of one of CHANGES, about a feed of `full_life`."""
    op, which = CHANGES[change]
    more = {"facts": news.fold().facts} if op is Op.FEED else {}
    return news.request(op, numbers[which] if which is not None else 0, **more)


def requests(news, numbers):
    """Changes that together make every write."""
    return [request_of(news, numbers, change) for change in CHANGES]


# Each change, the story it is about, and the commands that it needs.
CHANGES = {
    "publish": (Op.PUBLISH, None),
    "kill": (Op.KILL, 1),
    "hold": (Op.HOLD, 1),
    "pin": (Op.PIN, 2),
    "unpin": (Op.UNPIN, 2),
    "feed": (Op.FEED, None),
}
ALWAYS = {"TYPE", "ZRANGE", "HMGET", "TIME", "ZADD", "ZREMRANGEBYSCORE", "ZREMRANGEBYLEX"}
ALWAYS |= {"HSET", "PUBLISH"}
NEEDED = {
    "publish": ALWAYS | {"ZCARD", "HDEL", "ZREM", "DEL"},
    "kill": ALWAYS | {"HGET", "HDEL", "ZREM"},
    "hold": ALWAYS | {"HGET", "HDEL", "ZREM"},
    "pin": ALWAYS | {"HGET"},
    "unpin": ALWAYS | {"HGET", "ZREM"},
    "feed": ALWAYS,
}


def test_the_commands_of_the_script_are_known_to_these_tests():
    only_where_head_and_log_are_lost = {"EXISTS"}
    assert set(COMMANDS) == set().union(*NEEDED.values()) | only_where_head_and_log_are_lost


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("command", COMMANDS)
def test_without_the_right_to_one_command_all_is_written_or_nothing(
    news, log_server, command, change
):
    request = request_of(news, full_life(news), change)
    before = news.everything()
    news.client.execute_command(f"ACL SETUSER editor reset on >secret ~* &* +@all -{command}")
    with connect(f"unix://editor:secret@{log_server.socket}") as editor:
        if command in NEEDED[change]:
            with pytest.raises(Unreachable, match="does not permit"):
                append(editor, request, timeout=0)
            assert news.everything() == before
        else:
            append(editor, request, timeout=0)
            assert news.fold().position.seq == 6


@pytest.mark.parametrize("grant", ["~livefeed:* &other:*", "~livefeed:{sport}* &*"])
def test_without_the_right_to_keys_or_channel_nothing_is_written(news, log_server, grant):
    request = news.request(Op.PUBLISH)
    before = news.everything()
    news.client.execute_command(f"ACL SETUSER editor reset on >secret {grant} +@all")
    with (
        connect(f"unix://editor:secret@{log_server.socket}") as editor,
        pytest.raises(Unreachable, match="does not permit") as refused,
    ):
        append(editor, request, timeout=0)
    assert "ACL" in refused.value.hint
    assert news.everything() == before


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("change", ["publish", "kill", "feed"])
def test_a_key_of_another_type_is_named_and_nothing_is_written(news, key, change):
    request = request_of(news, full_life(news), change)
    name = getattr(news.keys, key)
    news.client.delete(name)
    news.client.lpush(name, "x")
    before = news.everything()
    with pytest.raises(LogUnusable, match=f"{name.replace('{', '.').replace('}', '.')} is a list"):
        append(news.client, request)
    assert news.everything() == before


def test_feeds_of_another_type_make_no_feed(log_url):
    with NewsDesk(log_url) as news:
        facts = news.fold().facts
        news.client.delete("livefeed:feeds")
        news.client.set("livefeed:feeds", "x")
        before = news.everything()
        with pytest.raises(LogUnusable, match="WRONGTYPE"):
            create_feed(news.client, "sport", facts, timeout=0)
        assert news.everything() == before


@pytest.fixture
def full(news):
    """Makes Redis full, and lets it be again."""
    numbers = full_life(news)
    changes = requests(news, numbers)
    news.client.config_set("maxmemory", 1)
    yield numbers, changes
    news.client.config_set("maxmemory", 0)


def test_a_full_redis_takes_no_news(news, full):
    _, changes = full
    before = news.everything()
    for request in changes:
        if request.op not in {Op.KILL, Op.HOLD}:
            with pytest.raises(RedisFull, match="no memory left") as refused:
                append(news.client, request)
            assert "maxmemory" in refused.value.hint
            assert news.everything() == before


@pytest.mark.parametrize("op", ["kill", "hold", "redact"])
def test_a_full_redis_still_takes_a_withdrawal(news, full, op):
    numbers, _ = full
    if op == "redact":
        news.append("correct", numbers[1], redacts=True)
    else:
        news.append(op, numbers[1])
    assert news.fold().stories[numbers[1]].withdraws


def test_a_read_only_replica_takes_nothing(log_server):
    port = free_port()
    with (
        Server(log_server.program, port=str(port), repl_diskless_sync_delay="0") as primary,
        Server(log_server.program) as server,
        server.client() as replica,
        NewsDesk(primary.url) as news,
    ):
        number = news.publish()
        replica.replicaof("127.0.0.1", port)
        eventually(lambda: replica.zcard(news.keys.log) == 2)
        before = news.everything()
        for request in (news.request(Op.PUBLISH), news.request("kill", number)):
            with pytest.raises(Unreachable, match="read-only replica") as refused:
                append(replica, request, timeout=0)
            assert "primary" in refused.value.hint
        with pytest.raises(Unreachable, match="read-only replica"):
            create_feed(replica, "sport", news.fold().facts, timeout=0)
        assert news.everything() == before


def test_a_lost_script_cache_does_not_show(news):
    news.publish()
    news.client.script_flush()
    number = news.publish()
    assert like(news.client, "news", number, "token-one") == 1
    news.client.script_flush()
    assert like(news.client, "news", number, "token-two") == 2
    assert len(news.log()) == 3


MALFORMED = {
    "not a map": lambda _: b"\xc1",
    "a number": lambda _: msgpack.packb(7),
    "op": lambda asked: asked | {"op": "delete"},
    "no op": lambda _: {},
    "channel": lambda asked: asked | {"channel": "livefeed:{sport}"},
    "feed": lambda asked: asked | {"feed": 5},
    "id": lambda asked: asked | {"id": asked["id"].upper().replace("0", "A")},
    "no id": lambda asked: asked | {"id": None},
    "digest": lambda asked: asked | {"digest": "short"},
    "count": lambda asked: asked | {"count": "many"},
    "number": lambda asked: asked | {"number": "2"},
    "a number of a story": lambda asked: asked | {"number": 2},
    "redacts": lambda asked: asked | {"redacts": True},
    "story_at": lambda asked: asked | {"story_at": 0},
    "no story": lambda asked: {k: v for k, v in asked.items() if k != "story_at"},
    "root": lambda asked: asked | {"root": "00000000", "keep": 5},
}


@pytest.mark.parametrize("what", MALFORMED)
def test_arguments_that_are_no_request_are_refused(news, what):
    request = news.request(Op.PUBLISH)
    *keys, asked, pairs = appending._arguments(request, None)
    changed = MALFORMED[what](msgpack.unpackb(asked))
    before = news.everything()
    packed = changed if isinstance(changed, bytes) else msgpack.packb(changed)
    answer = script("append").run(news.client, [*keys, packed, pairs])
    assert answer[0] == b"malformed"
    assert news.everything() == before


def test_a_request_without_what_it_needs_is_an_error_of_the_program(news):
    before = news.everything()
    for request in (
        news.request("kill", 0),
        news.request("update", 0),
        news.request(Op.PUBLISH, story=None),
    ):
        with pytest.raises(LivefeedError, match="takes no such request"):
            append(news.client, request)
    assert news.everything() == before


def test_an_entry_too_large_for_the_log_is_refused_by_the_script_too(news):
    *keys, asked, pairs = appending._arguments(news.request(Op.PUBLISH), None)
    answer = script("append").run(news.client, [*keys, asked, pairs + b"x" * 524_288])
    assert answer == [b"malformed", b"too large"]


def test_an_error_in_the_middle_of_a_script_leaves_the_outcome_unknown(news, monkeypatch):
    broken = SCRIPT.replace(
        "return { 'appended'", "redis.call('LPUSH', LOG, 'x') return { 'appended'"
    )
    monkeypatch.setattr(appending, "script", lambda _: type(script("append"))(broken, "0" * 40))
    request = news.request(Op.PUBLISH)
    with pytest.raises(OutcomeUnknown, match="unknown"):
        append(news.client, request)
    monkeypatch.undo()
    assert append(news.client, request).repeated
