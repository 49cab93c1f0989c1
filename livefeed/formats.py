"""The formats of ninjs's texts and numbers, each a check that raises ValueError saying why not."""

import re
from calendar import monthrange

from livefeed.text import headline_problem, one_line

# RFC 3339, section 5.6. No leap second and no year 0: other validators refuse them.
_DATE_TIME = re.compile(
    r"((?!0000)[0-9]{4})-(0[1-9]|1[0-2])-([0-9]{2})"
    r"[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?"
    r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
# ninjs's own: a year, a month, a day or a full date and time, with or without a zone.
_TRUNCATED = re.compile(
    r"(-?(?:[1-9][0-9]*)?[0-9]{4})(?:-(1[0-2]|0[1-9])(?:-(3[01]|0[1-9]|[12][0-9])"
    r"(?:T(?:2[0-3]|[01][0-9]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?"
    r"(?:Z|[+-](?:2[0-3]|[01][0-9]):[0-5][0-9])?)?)?)?"
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# RFC 3986: a scheme, then an authority, path, query and fragment with their characters.
_CHARACTERS = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})"
_AUTHORITY = (
    r"(?:(?:[A-Za-z0-9\-._~!$&'()*+,;=:]|%[0-9A-Fa-f]{2})*@)?"
    r"(?:\[[0-9A-Fa-fvV:.]+\]|(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})*)(?::[0-9]*)?"
)
_URI = re.compile(
    rf"[A-Za-z][A-Za-z0-9+.\-]*:(?://{_AUTHORITY}(?:/{_CHARACTERS}*)*"
    rf"|/?(?:{_CHARACTERS}+(?:/{_CHARACTERS}*)*)?)"
    rf"(?:\?(?:{_CHARACTERS}|[/?])*)?(?:#(?:{_CHARACTERS}|[/?])*)?"
)
LARGEST_NUMBER = 2**53 - 1  # what JavaScript still counts exactly


def headline(text: str) -> None:
    """Check a headline: 1 to 300 characters, no control characters, no direction overrides."""
    if problem := headline_problem(text):
        raise ValueError(problem)


def date_time(text: str) -> None:
    """Check a date and time of RFC 3339 that the calendar has."""
    written = _DATE_TIME.fullmatch(text)
    if not written:
        raise ValueError(f"{_shown(text)} is no date and time{_advice(text)}")
    _check_day(text, *map(int, written.groups()))


def truncated_date_time(text: str) -> None:
    """Check a date that may lack its time, its day or its month."""
    if not (written := _TRUNCATED.fullmatch(text)):
        raise ValueError(f"{_shown(text)} is no date, such as 2021, 2021-04 or 2021-04-20")
    if written[3]:
        _check_day(text, *map(int, written.groups()))


def uri(text: str) -> None:
    """Check a full URI of RFC 3986, such as `https://…` or `urn:…`."""
    if not _URI.fullmatch(text):
        raise ValueError(f"{_shown(text)} is no full URI, such as https://example.com/a%20b")


def urgency(number: int) -> None:
    """Check an urgency: 1 is the most urgent, 9 the least."""
    _check_range(number, 1, 9)


def percentage(number: int) -> None:
    """Check a whole number from 0 to 100."""
    _check_range(number, 0, 100)


def not_empty(items: tuple[object, ...]) -> None:
    """Check that a list has an item."""
    if not items:
        raise ValueError("is empty; at least one is needed")


def exactly_one(**values: object) -> None:
    """Check that one of the values is given, and only one."""
    given = [name for name, value in values.items() if value is not None]
    if len(given) != 1:
        came = " and ".join(given) or "neither"
        raise ValueError(f"takes exactly one of {' and '.join(values)}, not {came}")


def _check_range(number: int, least: int, most: int) -> None:
    if not least <= number <= most:
        raise ValueError(f"is {number}; it goes from {least} to {most}")


def _check_day(text: str, year: int, month: int, day: int) -> None:
    # The calendar repeats every 400 years; Python's has none before 1 and none past 9999.
    if not 1 <= day <= monthrange(year % 400 + 2000, month)[1]:
        raise ValueError(f"{_shown(text)} is no date: that month has no day {day}")


def _advice(text: str) -> str:
    if _DAY.fullmatch(text):
        return f": it lacks time and zone, as in {text}T12:00:00Z"
    return ", such as 2021-04-20T09:30:00Z or 2021-04-20T18:30:00+09:00"


def _shown(text: str) -> str:
    shown = one_line(text)
    return f"“{shown[:60]}…”" if len(shown) > 60 else f"“{shown}”"
