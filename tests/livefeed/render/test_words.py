"""What the page says in which language. (tests/web/words.test.js: scripts say the same.)"""

from datetime import date

import pytest

from livefeed.render.words import direction_of, languages, words_in


def test_there_are_words_in_english_and_arabic():
    assert languages() == {"en", "ar"}


@pytest.mark.parametrize(
    ("feeds", "words", "direction"),
    [
        (None, "en", "ltr"),
        ("en", "en", "ltr"),
        ("en-GB", "en-GB", "ltr"),
        ("AR-eg", "ar-EG", "rtl"),
        ("ar-XX", "ar", "rtl"),  # a region that nobody knows
        ("ja", "en", "ltr"),
        ("he", "en", "ltr"),
    ],
)
def test_a_feed_is_spoken_of_in_its_language_or_else_in_english(feeds, words, direction):
    assert words_in(feeds).language == words
    assert words_in(feeds).direction == direction


@pytest.mark.parametrize(
    "language", ['"><script>', "../ar", "en@x", "ar-EG@x", "x" * 5000, "\0", "-"]
)
def test_whatever_is_called_a_language_never_reaches_the_markup(language):
    assert words_in(language).language in ("en", "ar-EG")
    assert direction_of(language) in (None, "ltr", "rtl")


@pytest.mark.parametrize(
    ("language", "direction"),
    [("en", "ltr"), ("ar", "rtl"), ("fa-IR", "rtl"), ("he", "rtl"), ("ja", "ltr"), ("tlh", None)],
)
def test_a_story_runs_in_the_direction_of_its_language(language, direction):
    assert direction_of(language) == direction


def test_values_are_put_in_their_places_and_never_read_again():
    said = words_in("en").say("by-and-place", by="{place} {by}", place="Seoul")
    assert said == "By {place} {by}, Seoul"


def test_counts_choose_the_plural_and_are_written_out():
    english, arabic = words_in("en"), words_in("ar")
    assert english.say("page-likes", count=1) == "1 reader likes this"
    assert english.say("page-likes", count=12_345) == "12,345 readers like this"
    said = {arabic.say("page-likes", count=count) for count in (0, 1, 2, 3, 11, 100)}
    assert len(said) == len(("zero", "one", "two", "few", "many", "other"))


def test_what_there_is_no_text_for_is_a_fault():
    with pytest.raises(KeyError):
        words_in("en").say("no-such-key")
    with pytest.raises(KeyError):
        words_in("en").say("by")


def test_days_are_written_with_their_weekday_where_they_stand_alone():
    day = date(2021, 4, 20)
    assert words_in("en").weekday(day) == "Tuesday, April 20, 2021"
    assert words_in("ar").weekday(day) == "الثلاثاء، 20 أبريل 2021"


def test_scripts_are_given_their_part_and_no_more():
    part = words_in("ar").for_scripts
    assert "page-live" in part
    assert "also-read" not in part
