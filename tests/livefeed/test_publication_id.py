import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livefeed.errors import UsageError
from livefeed.publication_id import RANDOM_BYTES, check_id, publication_id

TIMES = st.integers(0, 2**48 - 1)
RANDOM = st.binary(min_size=RANDOM_BYTES, max_size=RANDOM_BYTES)


def test_an_id_holds_its_time_and_its_randomness():
    assert publication_id(0x0192_3456_789A, b"\xff" * 10) == "01923456-789a-7fff-bfff-ffffffffffff"
    assert publication_id(0, bytes(10)) == "00000000-0000-7000-8000-000000000000"


@given(TIMES, RANDOM)
def test_every_id_is_a_uuid_of_version_7(now, randomness):
    made = uuid.UUID(publication_id(now, randomness))
    assert (made.variant, made.version) == (uuid.RFC_4122, 7)
    assert int.from_bytes(made.bytes[:6], "big") == now


@given(TIMES, TIMES, RANDOM, RANDOM)
def test_ids_sort_by_time(one, other, randomness, more):
    earlier, later = sorted((one, other))
    if earlier < later:
        assert publication_id(earlier, randomness) < publication_id(later, more)


@given(TIMES, RANDOM)
def test_an_id_is_accepted_in_either_case(now, randomness):
    made = publication_id(now, randomness)
    assert check_id(made) == check_id(made.upper()) == made


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12",
        "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "f47ac10b-58cc-4372-a567-0e02b2c3d479",
        "01923456-789a-7fff-7fff-ffffffffffff",
        "01923456-789a-7fff-bfff-ffffffffffff\n",
        "01923456789a7fffbfffffffffffffff",
    ],
)
def test_anything_else_is_wrong_usage(text):
    with pytest.raises(UsageError, match="no publication id") as caught:
        check_id(text)
    assert "UUIDv7" in caught.value.hint
