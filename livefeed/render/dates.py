"""Dates and times as the page writes them: in the feed's zone, in the English of a newspaper."""

from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# Not strftime: its names follow the process's locale.
_MONTHS = tuple(
    "January February March April May June July August September October November December".split()  # noqa: SIM905 - twelve words read better than twelve strings
)


@lru_cache
def zone_named(name: str | None) -> tzinfo:
    """The time zone of a feed; UTC where it names none, or one that this machine does not know."""
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def moment(milliseconds: int, zone: tzinfo) -> datetime:
    """The time `milliseconds` after 1970 began, in `zone`."""
    return datetime.fromtimestamp(milliseconds / 1000, zone)


def moment_of(text: str | None, zone: tzinfo) -> datetime | None:
    """The date-time that a story gives (RFC 3339), in `zone`; None for none or a malformed one."""
    try:
        given = datetime.fromisoformat(text.upper()) if text else None
        return given.astimezone(zone) if given and given.tzinfo else given
    except (ValueError, OverflowError):
        return None


def long_date(day: date) -> str:
    """`April 20, 2021`."""
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def clock_time(time: datetime) -> str:
    """`14:05`."""
    return f"{time.hour:02}:{time.minute:02}"


def zone_label(time: datetime) -> str:
    """What stands behind a time so that nobody far away misreads it: `KST`, `UTC`, `UTC+05:30`."""
    name = time.tzname() or "UTC"
    # Zones without an abbreviation of their own are named by their offset: "+0530".
    if name[0] not in "+-":
        return name
    return f"UTC{name[:3]}:{name[3:5] or '00'}"


def day_and_time(time: datetime) -> str:
    """`April 20, 2021, 14:05 UTC`."""
    return f"{long_date(time)}, {clock_time(time)} {zone_label(time)}"


def time_on(time: datetime, day: date) -> str:
    """The time alone if it falls on `day`, which the reader has just read; else with its date."""
    if time.date() == day:
        return f"{clock_time(time)} {zone_label(time)}"
    return day_and_time(time)


def machine(time: datetime) -> str:
    """As `<time datetime>` wants it, to the second."""
    return time.isoformat(timespec="seconds")
