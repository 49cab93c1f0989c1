import click
import pytest

from publisher.argument_types import NUMBER, WORDS, clean_words


@pytest.mark.parametrize("text", ["12", "#12", " 12 ", 12])
def test_a_number_is_typed_with_or_without_its_sign(text):
    assert NUMBER.convert(text, None, None) == 12


@pytest.mark.parametrize("text", ["", "#", "0", "012", "-3", "1.5", "twelve", "##12", "1" * 17])
def test_anything_else_is_wrong_usage(text):
    with pytest.raises(click.BadParameter, match="no story's number"):
        NUMBER.convert(text, None, None)


def test_words_stand_on_one_line():
    assert clean_words("  It is 16 %,\n\tnot 61 %. ") == "It is 16 %, not 61 %."


def test_words_lose_what_a_terminal_would_obey():
    assert clean_words("\x1b[31mred\x1b[0m \u202eback\x07") == "red back"


@pytest.mark.parametrize("text", ["a\x00b", "a\udcffb"])
def test_what_cannot_be_stored_is_wrong_usage(text):
    with pytest.raises(click.BadParameter, match="as its character 2"):
        WORDS.convert(text, None, None)
