import pytest

from builders import make_story
from livefeed.render.language import Language, language_of, turned, way
from livefeed.render.sanitise import safe_html

ARABIC = "أعلن الحلف"


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("Talks begin", "ltr"),
        (ARABIC, "rtl"),
        (f"NATO: {ARABIC} عن جولة جديدة", "rtl"),
        (f"The word {ARABIC} of the alliance", "ltr"),
        ("שיחות", "rtl"),
        ("会談", "ltr"),
        ("3–1", "auto"),
        ("", "auto"),
        (None, "auto"),
    ],
)
def test_a_text_runs_the_way_of_most_of_its_letters(text, direction):
    assert way(text) == direction


@pytest.mark.parametrize(
    ("own", "text", "feeds", "tag", "direction"),
    [
        ("ar", "NATO", "en", "ar", "rtl"),  # it said so
        ("en", ARABIC, "ar", "en", "ltr"),
        ("tlh", "Heghlu", "ar", "tlh", "ltr"),  # in a language that nobody knows
        (None, ARABIC, "ar", "ar", "rtl"),
        (None, "Talks begin", "en", "en", "ltr"),
        (None, "Talks begin", "ar", "", "ltr"),
        (None, ARABIC, "en", "", "rtl"),
        (None, ARABIC, None, None, "rtl"),
        (None, "3–1", "ar", "ar", "rtl"),
        (None, "3–1", None, None, "auto"),
    ],
)
def test_a_story_is_in_its_own_language_or_else_in_its_feeds(own, text, feeds, tag, direction):
    story = make_story(text, **({"language": own} if own else {}))
    assert language_of(story, text, feeds) == Language(tag=tag, direction=direction)


def test_a_paragraph_in_the_other_script_is_turned_and_no_other():
    body = f"<p>One.</p><p>{ARABIC} <b>NATO</b></p><ul><li>{ARABIC}</li></ul><p>12</p>"
    assert turned(body, "ltr") == body.replace(f"<p>{ARABIC}", f'<p dir="rtl">{ARABIC}')
    assert turned(body, "rtl") == body.replace("<p>One", '<p dir="ltr">One')


def test_an_editors_own_direction_is_left():
    body = f'<p dir="ltr">{ARABIC}</p><p lang="ar">{ARABIC}</p>'
    assert turned(body, "ltr") == body.replace("<p lang", '<p dir="rtl" lang')


def test_a_body_that_only_speaks_of_a_paragraph_stays_harmless():
    html = safe_html(f'<p>a <abbr title="<p>{ARABIC}">b</abbr> c</p>')
    assert turned(html, "ltr") == html
    assert turned("Bare words", "ltr") == "Bare words"
    assert turned("", "rtl") == ""
