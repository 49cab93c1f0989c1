"""A feed's facts as an editor gives them, checked before they stand on every page."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from difflib import get_close_matches

from livefeed.entry import Facts, FeedState
from livefeed.errors import Problem, StoryInvalid
from livefeed.text import headline_problem

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
# RFC 3339: an offset is a must, for an event begins at one moment wherever its readers are.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def feed_facts(given: Mapping[str, str | None], state: FeedState | None = None) -> Facts:
    """The facts that were given; None stays out of the entry, an empty text takes a fact away.

    Raises:
        StoryInvalid: with one problem for each fact that is none.
    """
    problems = [
        Problem(name, problem)
        for name, check in _CHECKS.items()
        if (value := given.get(name)) is not None and (problem := check(value))
    ]
    if problems:
        raise StoryInvalid(problems)
    return Facts(state=state, **given)


def _title_problem(value: str) -> str | None:
    return headline_problem(value)


def _text_problem(value: str) -> str | None:
    return headline_problem(value) if value else None


def _language_problem(value: str) -> str | None:
    if not value or _LANGUAGE.fullmatch(value):
        return None
    return f"{value!r} is no language tag, such as en or pt-BR"


def _zone_problem(value: str) -> str | None:
    from zoneinfo import available_timezones  # noqa: PLC0415 - walks a folder of 600 files

    if not value or value in (zones := available_timezones()):
        return None
    by_city = {zone.rpartition("/")[2].lower(): zone for zone in sorted(zones)}
    near = get_close_matches(value.replace(" ", "_").lower(), [*by_city, *map(str.lower, zones)], 1)
    exact = {zone.lower(): zone for zone in zones}
    meant = (by_city.get(near[0]) or exact[near[0]]) if near else "Europe/Paris"
    told = f"did you mean {meant}?" if near else f"one is {meant}"
    return f"{value!r} is no time zone; {told}"


def _starts_problem(value: str) -> str | None:
    if not value or (_MOMENT.fullmatch(value) and _is_a_date(value)):
        return None
    return f"{value!r} is no moment, such as 2026-11-03T19:00:00-05:00 or 2026-11-04T00:00:00Z"


def _is_a_date(value: str) -> bool:
    try:
        datetime.fromisoformat(value.upper())
    except ValueError:
        return False
    return True


_CHECKS: Mapping[str, Callable[[str], str | None]] = {
    "title": _title_problem,
    "section": _text_problem,
    "description": _text_problem,
    "language": _language_problem,
    "zone": _zone_problem,
    "starts": _starts_problem,
}
