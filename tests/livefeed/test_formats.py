"""The formats of ninjs's texts and numbers."""

from calendar import monthrange
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livefeed import formats

ZONES = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(timezones=ZONES | st.just(UTC)))
def test_every_date_time_of_the_calendar_is_good(moment: datetime) -> None:
    formats.date_time(moment.isoformat())


@pytest.mark.parametrize(
    "text",
    ["2024-02-29T00:00:00Z", "2021-04-20t09:30:00.123456789z", "2021-04-20T23:59:59-00:00"],
)
def test_a_date_time_of_rfc_3339_is_good(text: str) -> None:
    formats.date_time(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is no date and time"),
        ("yesterday", "such as 2021-04-20T09:30:00Z"),
        ("2021-04-20", "it lacks time and zone, as in 2021-04-20T12:00:00Z"),
        ("2021-04-20T09:30:00", "no date and time"),
        ("2021-04-20 09:30:00Z", "no date and time"),
        ("2021-4-20T09:30:00Z", "no date and time"),
        ("2021-13-20T09:30:00Z", "no date and time"),
        ("2021-02-29T09:30:00Z", "that month has no day 29"),
        ("1900-02-29T09:30:00Z", "that month has no day 29"),
        ("2021-04-31T09:30:00Z", "that month has no day 31"),
        ("2021-04-00T09:30:00Z", "that month has no day 0"),
        ("0000-04-20T09:30:00Z", "no date and time"),
        ("2021-04-20T24:00:00Z", "no date and time"),
        ("2021-04-20T09:30:60Z", "no date and time"),
        ("2021-04-20T09:30:00+24:00", "no date and time"),
        ("2021-04-20T09:30:00Z\n", "no date and time"),
        ("２０２１-04-20T09:30:00Z", "no date and time"),
        ("x" * 200, "…”"),
        ("\x1b[31m", "␛[31m"),
    ],
)
def test_what_is_no_date_time_is_told_why(text: str, why: str) -> None:
    with pytest.raises(ValueError, match="is no date") as problem:
        formats.date_time(text)
    assert why in str(problem.value)
    assert len(str(problem.value)) < 200


@pytest.mark.parametrize(
    "text",
    ["2021", "-0044", "12021", "2021-04", "2021-04-20", "2021-04-20T09:30:00",
     "2021-04-20T09:30:00.5+09:00", "2021-04-20T09:30:00Z", "2024-02-29"],
)  # fmt: skip
def test_a_date_may_lack_its_end(text: str) -> None:
    formats.truncated_date_time(text)


@pytest.mark.parametrize(
    "text", ["", "21", "2021-13", "2021-02-30", "2021-04-20T09:30", "--04", "2021\n", "02021-02"]
)
def test_what_is_no_truncated_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no date"):
        formats.truncated_date_time(text)


@given(st.integers(1, 9999), st.integers(1, 12), st.integers(1, 31))
def test_a_day_is_good_when_the_calendar_has_it(year: int, month: int, day: int) -> None:
    text = f"{year:04}-{month:02}-{day:02}"
    if day <= monthrange(year, month)[1]:
        formats.truncated_date_time(text)
    else:
        with pytest.raises(ValueError, match="has no day"):
            formats.truncated_date_time(text)


@pytest.mark.parametrize(
    "text",
    [
        "urn:newsml:dpa.com:20090101:190510-99-167362",
        "urn:uuid:0199c82c-c000-7a3b-8c5d-000000000001",
        "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#",
        "https://user@example.com:8000/a/b;c=1?q=%20/?#frag/?",
        "https://[2001:db8::1]/",
        "tag:example.com,2021:1",
        "mailto:desk@example.com",
        "file:///a",
        "x:",
    ],
)
def test_a_full_uri_is_good(text: str) -> None:
    formats.uri(text)


@pytest.mark.parametrize(
    "text",
    ["", "12", "#12", "/a", "example.com/a", "//example.com/", "http://exa mple.com", "urn:é",
     "urn:%zz", "urn:a\n", "1a:b", "https://[::1", "http://a/[b]", "urn:<b>", "http://a:b:c/"],
)  # fmt: skip
def test_what_is_no_full_uri_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no full URI"):
        formats.uri(text)


@pytest.mark.parametrize("number", [0, 10, -1])
def test_an_urgency_goes_from_1_to_9(number: int) -> None:
    for good in range(1, 10):
        formats.urgency(good)
    with pytest.raises(ValueError, match=f"is {number}; it goes from 1 to 9"):
        formats.urgency(number)


@pytest.mark.parametrize("number", [-1, 101])
def test_a_percentage_goes_from_0_to_100(number: int) -> None:
    formats.percentage(0)
    formats.percentage(100)
    with pytest.raises(ValueError, match="from 0 to 100"):
        formats.percentage(number)


def test_a_headline_is_told_why_it_is_bad() -> None:
    formats.headline("Good")
    with pytest.raises(ValueError, match="is empty"):
        formats.headline("")


def test_a_list_may_have_to_hold_something() -> None:
    formats.not_empty((1,))
    with pytest.raises(ValueError, match="is empty"):
        formats.not_empty(())


def test_exactly_one_means_one_and_not_both() -> None:
    formats.exactly_one(a="", b=None)
    with pytest.raises(ValueError, match="takes exactly one of a and b, not neither"):
        formats.exactly_one(a=None, b=None)
    with pytest.raises(ValueError, match="takes exactly one of a and b, not a and b"):
        formats.exactly_one(a=1, b=2)
