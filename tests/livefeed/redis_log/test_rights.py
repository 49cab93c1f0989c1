"""The least rights that an editor and a reader (a server, a service) need in Redis's ACL."""

import pytest

from builders import make_story
from checkout import CHECKOUT
from following import Following
from livefeed.entry import Facts, Op
from livefeed.errors import Unreachable
from livefeed.redis_log.append import append, create_feed, earlier
from livefeed.redis_log.connect import connect
from livefeed.redis_log.follow import Upstream
from livefeed.redis_log.likes import like, read_likes
from livefeed.redis_log.read import feed_names, read_fold, read_held, read_story
from news_desk import NewsDesk

READER = "~livefeed:* &livefeed:* -@all +ping +smembers +hget +hmget +hgetall +zrange +subscribe"
LIKES = "+eval +evalsha +type +hexists +pfadd +pfcount +hset +hincrby"
EDITOR = (
    "~livefeed:* &livefeed:* -@all +ping +smembers +hget +hmget +hgetall +zrange +sadd +eval "
    "+evalsha +type +time +exists +zcard +zadd +zrem +zremrangebyscore +zremrangebylex +hset "
    "+hdel +del +publish"
)


@pytest.mark.parametrize("rights", [READER, LIKES, EDITOR])
def test_the_operators_page_has_these_rights(rights):
    page = (CHECKOUT / "docs" / "operating.md").read_text(encoding="utf-8")
    assert f"| `{rights}` |" in page


@pytest.fixture
def user(log_server):
    """Makes a user with these rights, and gives the address to be that user."""

    def make(rights):
        with log_server.client() as admin:
            admin.execute_command(f"ACL SETUSER somebody reset on >secret {rights}")
        return f"unix://somebody:secret@{log_server.socket}"

    return make


def test_an_editor_can_do_everything_with_these_rights(news, user):
    with connect(user(EDITOR)) as client:
        create_feed(client, "sport", Facts(title="Sport"), timeout=0)
        number = append(client, news.request(Op.PUBLISH), timeout=0).number
        for op in ("update", "correct", "refile", "pin", "unpin", "hold", "release", "kill"):
            current = read_story(client, "news", number)
            if op == "release":
                current = read_held(client, "news", number)
            request = news.request(op, number)
            append(client, request, current if op not in {"pin", "unpin"} else None, timeout=0)
            assert earlier(client, request)
        assert feed_names(client) == ["news", "sport"]
        assert read_fold(client, "news").stories[number].op is Op.KILL
    with NewsDesk(user(EDITOR), feed="small", keep=2) as small:
        for _ in range(5):
            small.append(Op.PUBLISH, story=make_story("One"))


async def test_a_reader_can_follow_with_these_rights_and_write_nothing(news, user):
    number = news.publish()
    url = user(READER)
    async with Following(url) as following:
        await following.until_state(Upstream.FOLLOWING)
        news.publish()
        await following.until_seq(3)
    with connect(url) as client:
        for attempt in (
            lambda: append(client, news.request("kill", number), timeout=0),
            lambda: like(client, "news", number, "token-one"),
        ):
            with pytest.raises(Unreachable, match="does not permit"):
                attempt()


def test_a_server_can_count_likes_with_these_rights(news, user):
    number = news.publish()
    with connect(user(f"{READER} {LIKES}")) as client:
        assert like(client, "news", number, "token-one") == 1
        assert read_likes(client, "news") == (1, {number: 1})
