"""Times as an editor reads them: the feed's own zone, the day only where it is not today."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def moment(ms: int, zone: tzinfo = UTC) -> datetime:
    """The moment `ms` since 1970, by the clocks of `zone`."""
    return datetime.fromtimestamp(ms / 1000, zone)


def zone_named(name: str | None) -> tzinfo:
    """The time zone of that name; UTC for none, or for one that this machine does not know."""
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def short_time(ms: int, now_ms: int, zone: tzinfo) -> str:
    """`21:03` today, else `2026-11-03 21:03`."""
    then = moment(ms, zone)
    today = then.date() == moment(now_ms, zone).date()
    return then.strftime("%H:%M" if today else "%Y-%m-%d %H:%M")


def exact_time(ms: int) -> str:
    """For programs: RFC 3339, in UTC, to the millisecond."""
    return moment(ms).isoformat(timespec="milliseconds").replace("+00:00", "Z")
