import pytest

from livefeed.errors import UsageError
from livefeed.feed_name import check_feed_name, is_feed_name
from livefeed.redis_log.keys import Keys


def test_all_keys_of_a_feed_share_one_hash_tag():
    keys = Keys("election-night")
    words = [
        "channel",
        "log",
        "head",
        "facts",
        "stories",
        "held",
        "texts",
        "order",
        "pinned",
        "ids",
        "likes",
    ]
    names = {getattr(keys, word) for word in words} | {keys.liked(12)}
    assert len(names) == 12
    assert all(name.startswith("livefeed:{election-night}") for name in names)
    assert keys.liked(12) == "livefeed:{election-night}:liked:12"


@pytest.mark.parametrize("name", ["n", "news", "2026", "-", "a" * 64])
def test_a_name_of_small_letters_digits_and_hyphens_is_a_feeds(name):
    assert check_feed_name(name) == name


@pytest.mark.parametrize("name", ["", "News", "a b", "a}b", "é", "a" * 65, "news\n", "a_b"])
def test_any_other_name_is_refused_with_the_rule(name):
    assert not is_feed_name(name)
    with pytest.raises(UsageError, match="is not a feed's name") as refused:
        Keys(name)
    assert "1 to 64" in refused.value.hint
