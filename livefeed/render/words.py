"""The page's own words, in the feed's language: one catalogue, which the scripts read too.

`web/words/` has a file a language: texts by key, with `{placeholders}`; a text that counts is one
for each of its plural categories. Where a language has no file, the page speaks English, and its
stories keep their own.

The only place that knows Babel. Plurals, dates and numbers follow the Unicode CLDR, as they do in
browsers, so that `web/feed/words.js` says the same. Digits are 0 to 9 in every language: they stand
beside clock times and scores that stories bring along.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Literal

import msgspec
from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal

from livefeed.web_folder import web_folder

FALLBACK = "en"
_OF_SCRIPTS = "page-"  # begins the keys that scripts say
_PLACEHOLDER = re.compile(r"\{(\w+)\}")

Text = str | dict[str, str]  # the latter by plural category


@dataclass(frozen=True, slots=True)
class Words:
    """What the page says in one language. `language` is a well-formed BCP 47 tag."""

    language: str
    _locale: Locale
    _texts: Mapping[str, Text]

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """As HTML's `dir` wants it."""
        return _direction(self._locale)

    @property
    def for_scripts(self) -> dict[str, Text]:
        """The part of the catalogue that a live page carries."""
        return {key: text for key, text in self._texts.items() if key.startswith(_OF_SCRIPTS)}

    def say(self, key: str, *, count: int = 0, **values: object) -> str:
        """The text of `key` with these values in place, its plural by `count`; numbers written out.

        Raises:
            KeyError: for a key, or a placeholder's value, that there is none of.
        """
        text = self._texts[key]
        if not isinstance(text, str):
            text = text[self._locale.plural_form(count)]
        values["count"] = count
        return _PLACEHOLDER.sub(lambda found: self._written(values[found[1]]), text)

    def day(self, day: date) -> str:
        """`April 20, 2021`."""
        return format_date(day, "long", locale=self._locale)

    def weekday(self, day: date) -> str:
        """`Tuesday, April 20, 2021`."""
        return format_date(day, "full", locale=self._locale)

    def _written(self, value: object) -> str:
        if isinstance(value, int):
            return format_decimal(value, locale=self._locale, numbering_system="latn")
        return str(value)


@lru_cache
def words_in(language: str | None) -> Words:
    """The words for a feed in `language`, with the dates of its region; else English ones."""
    primary = (language or FALLBACK).partition("-")[0].lower()
    if primary not in languages():
        language = primary = FALLBACK
    locale = _locale_of(language) or Locale.parse(primary)
    tag = "-".join(filter(None, (locale.language, locale.script, locale.territory)))
    return Words(tag, locale, _catalogue(primary))


@lru_cache
def direction_of(language: str | None) -> Literal["ltr", "rtl"] | None:
    """Which way a language is written; None for one that nobody knows."""
    locale = _locale_of(language)
    return _direction(locale) if locale else None


@cache
def languages() -> frozenset[str]:
    """The languages that there are words in."""
    return frozenset(file.stem for file in (web_folder() / "words").glob("*.json"))


@cache
def _catalogue(language: str) -> dict[str, Text]:
    file = web_folder() / "words" / f"{language}.json"
    return msgspec.json.decode(file.read_bytes(), type=dict[str, Text])


def _direction(locale: Locale) -> Literal["ltr", "rtl"]:
    return "rtl" if locale.text_direction == "rtl" else "ltr"


def _locale_of(language: str | None) -> Locale | None:
    try:
        return Locale.parse(language, sep="-") if language else None
    except (ValueError, UnknownLocaleError):  # whatever an editor or a wire calls a language
        return None
