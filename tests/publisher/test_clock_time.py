from datetime import UTC
from zoneinfo import ZoneInfo

from publisher.clock_time import exact_time, short_time, zone_named

EVENING = 1_776_719_040_123  # 2026-04-20 21:04:00.123 UTC
HOUR = 3_600_000


def test_today_needs_no_date():
    assert short_time(EVENING, EVENING + HOUR, UTC) == "21:04"


def test_another_day_says_which():
    assert short_time(EVENING, EVENING + 4 * HOUR, UTC) == "2026-04-20 21:04"


def test_the_day_is_the_feeds():
    assert short_time(EVENING, EVENING + 4 * HOUR, ZoneInfo("Asia/Seoul")) == "06:04"


def test_programs_get_utc_to_the_millisecond():
    assert exact_time(EVENING) == "2026-04-20T21:04:00.123Z"


def test_an_unknown_zone_is_utc():
    assert zone_named("Mars/Olympus") is zone_named(None) is zone_named("../x") is UTC
    assert zone_named("Asia/Seoul") == ZoneInfo("Asia/Seoul")
