from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from livefeed.render import dates
from livefeed.render.dates import Calendar
from livefeed.render.words import words_in

NOON = 1_618_920_000_000  # April 20, 2021, 12:00 UTC


def calendar(zone=None, language=None):
    return Calendar(dates.zone_named(zone), words_in(language))


def test_a_feed_without_a_zone_is_in_utc():
    assert dates.zone_named(None) is UTC


@pytest.mark.parametrize("name", ["Mars/Olympus", "../../etc/passwd", "", "\0", "x" * 5000])
def test_a_zone_that_nobody_knows_is_utc(name):
    assert dates.zone_named(name) is UTC


def test_a_moment_is_in_the_feeds_zone_and_language():
    def written(language):
        seoul = calendar("Asia/Seoul", language)
        return seoul.day_and_time(seoul.moment(NOON))

    assert written("en") == "April 20, 2021, 21:00 KST"
    assert written("en-GB") == "20 April 2021, 21:00 KST"
    assert written("ar") == "20 أبريل 2021، 21:00 KST"
    assert written("ja") == written(None) == written("en")


def test_the_day_is_that_of_the_feeds_zone():
    seoul = calendar("Asia/Seoul")
    assert seoul.day(seoul.moment(NOON + 5 * 3_600_000)) == "April 21, 2021"


def test_a_storys_own_date_is_read_in_the_feeds_zone():
    seoul = calendar("Asia/Seoul")
    assert seoul.moment_of("2021-04-20T23:30:00.5Z") == datetime(
        2021, 4, 21, 8, 30, 0, 500_000, tzinfo=seoul.zone
    )
    assert seoul.moment_of("2021-04-20t23:30:00z") is not None


@pytest.mark.parametrize(
    "text", [None, "", "yesterday", "2021-02-30T00:00:00Z", "0001-01-01T00:00:00+14:00"]
)
def test_a_date_that_is_none_reads_as_none(text):
    assert calendar().moment_of(text) is None


@pytest.mark.parametrize(
    ("zone", "label"),
    [
        (UTC, "UTC"),
        (dates.zone_named("America/New_York"), "EDT"),
        (dates.zone_named("America/Sao_Paulo"), "UTC-03:00"),
        (dates.zone_named("Asia/Kathmandu"), "UTC+05:45"),
        (timezone(timedelta(hours=2)), "UTC+02:00"),
    ],
)
def test_a_time_says_where_it_is_that_time(zone, label):
    assert dates.zone_label(datetime.fromtimestamp(NOON / 1000, zone)) == label


def test_a_time_on_the_day_that_was_just_read_stands_alone():
    utc = calendar()
    noon = utc.moment(NOON)
    assert utc.time_on(noon, date(2021, 4, 20)) == "12:00 UTC"
    assert utc.time_on(noon, date(2021, 4, 19)) == "April 20, 2021, 12:00 UTC"


def test_machines_read_the_offset_too():
    noon = calendar("Asia/Seoul").moment(NOON + 999)
    assert dates.machine(noon) == "2021-04-20T21:00:00+09:00"
