"""A feed's name."""

import pytest

from livefeed.errors import UsageError
from livefeed.feed_name import check_feed_name


@pytest.mark.parametrize("name", ["news", "g7-2026", "a", "-", "x" * 64])
def test_a_name_of_lower_case_letters_digits_and_hyphens_is_one(name):
    assert check_feed_name(name) == name


@pytest.mark.parametrize("name", ["", "News", "a b", "a_b", "ä", "x" * 65, "news\n", "{news}"])
def test_any_other_name_is_refused_with_the_rule(name):
    with pytest.raises(UsageError, match="is not a feed's name") as refused:
        check_feed_name(name)
    assert "1 to 64" in refused.value.hint
