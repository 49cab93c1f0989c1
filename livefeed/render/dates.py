"""Dates and times as the page writes them: in the feed's zone and language."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from livefeed.fold import Fold
from livefeed.render.words import Words, words_in


@dataclass(frozen=True, slots=True)
class Calendar:
    """How one feed writes its times: in its zone, and in its words."""

    zone: tzinfo
    words: Words

    def moment(self, milliseconds: int) -> datetime:
        """The time `milliseconds` after 1970 began."""
        return datetime.fromtimestamp(milliseconds / 1000, self.zone)

    def moment_of(self, text: str | None) -> datetime | None:
        """The date-time that a story gives (RFC 3339); None for none or a malformed one."""
        try:
            given = datetime.fromisoformat(text.upper()) if text else None
            return given.astimezone(self.zone) if given and given.tzinfo else given
        except (ValueError, OverflowError):
            return None

    def day(self, time: date) -> str:
        """`April 20, 2021`."""
        return self.words.day(time)

    def weekday(self, time: date) -> str:
        """`Tuesday, April 20, 2021`."""
        return self.words.weekday(time)

    def time(self, time: datetime) -> str:
        """`14:05 UTC`."""
        return f"{time.hour:02}:{time.minute:02} {zone_label(time)}"

    def day_and_time(self, time: datetime) -> str:
        """`April 20, 2021, 14:05 UTC`."""
        return self.words.say("page-day-and-time", day=self.day(time), time=self.time(time))

    def time_on(self, time: datetime, day: date) -> str:
        """The time alone if it is on `day`, which the reader has just read; else with its date."""
        return self.time(time) if time.date() == day else self.day_and_time(time)

    def stamp(self, milliseconds: int, day: date) -> dict[str, object]:
        """A moment (`at`), and how it is told to readers who know that it is about `day`."""
        moment = self.moment(milliseconds)
        return {"at": moment, "time": self.time_on(moment, day)}


def calendar_of(fold: Fold) -> Calendar:
    """A feed's."""
    return Calendar(zone_named(fold.facts.zone), words_in(fold.facts.language))


@lru_cache
def zone_named(name: str | None) -> tzinfo:
    """The time zone of a feed; UTC where it names none, or one that this machine does not know."""
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def zone_label(time: datetime) -> str:
    """What stands behind a time so that nobody far away misreads it: `KST`, `UTC`, `UTC+05:30`."""
    name = time.tzname() or "UTC"
    # Zones without an abbreviation of their own are named by their offset: "+0530".
    if name[0] not in "+-":
        return name
    return f"UTC{name[:3]}:{name[3:5] or '00'}"


def machine(time: datetime) -> str:
    """As `<time datetime>` wants it, to the second."""
    return time.isoformat(timespec="seconds")
