import click
import pytest

from publisher.number import NUMBER


@pytest.mark.parametrize("text", ["12", "#12", " 12 ", 12])
def test_a_number_is_typed_with_or_without_its_sign(text):
    assert NUMBER.convert(text, None, None) == 12


@pytest.mark.parametrize("text", ["", "#", "0", "012", "-3", "1.5", "twelve", "##12", "1" * 17])
def test_anything_else_is_wrong_usage(text):
    with pytest.raises(click.BadParameter, match="no story's number"):
        NUMBER.convert(text, None, None)
