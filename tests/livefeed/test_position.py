"""Positions: written, read back, and tied to one history."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livefeed.errors import MalformedPosition
from livefeed.position import Position, next_tag

tags = st.text("0123456789abcdef", min_size=8, max_size=8)
positions = st.builds(Position, st.integers(0, 10**15), tags)


@given(positions)
def test_a_position_reads_back_as_it_was_written(position):
    assert Position.parse(str(position)) == position


@pytest.mark.parametrize(
    "text",
    ["", "12", "12-", "-9f3a1c2e", "12-9F3A1C2E", "12-9f3a1c2", "012-9f3a1c2e", "-1-9f3a1c2e",
     "12-9f3a1c2e ", "12-9f3a1c2e\n", "١٢-9f3a1c2e", "9" * 20 + "-9f3a1c2e"],
)  # fmt: skip
def test_any_other_text_is_no_position(text):
    with pytest.raises(MalformedPosition, match="is not a position"):
        Position.parse(text)


def test_the_tag_is_the_head_of_a_sha1_over_all_that_makes_an_entry():
    tag = next_tag("5ca1ab1e", seq=1, at=1_760_000_001_000, number=1, rev=1, pairs=b"\xa2op")
    assert tag == "12c54fca"


@given(tags, tags)
def test_the_same_entry_after_another_history_has_another_tag(one, other):
    entry = {"seq": 7, "at": 1, "number": 7, "rev": 1, "pairs": b"the same"}
    assert (next_tag(one, **entry) == next_tag(other, **entry)) == (one == other)
