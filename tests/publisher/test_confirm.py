import pytest

from livefeed.errors import UsageError
from publisher.confirm import NotConfirmed, ask_number, still_to_ask
from publisher_desk import err, out, terminal


def test_on_a_terminal_the_number_has_to_be_typed():
    assert still_to_ask(12, yes=False, confirmed=None, asks=True)


@pytest.mark.parametrize(("yes", "confirmed"), [(True, None), (False, 12), (True, 12)])
@pytest.mark.parametrize("asks", [True, False])
def test_who_says_so_is_not_asked(yes, confirmed, asks):
    assert not still_to_ask(12, yes=yes, confirmed=confirmed, asks=asks)


def test_where_nobody_can_be_asked_it_must_be_said():
    with pytest.raises(UsageError, match="not killed") as caught:
        still_to_ask(12, yes=False, confirmed=None, asks=False)
    assert "--confirm 12" in caught.value.hint


@pytest.mark.parametrize("yes", [True, False])
def test_a_confirmation_of_another_number_is_wrong_usage(yes):
    with pytest.raises(UsageError, match="--confirm 13 is not #12"):
        still_to_ask(12, yes=yes, confirmed=13, asks=True)


@pytest.mark.parametrize("typed", ["12\n", "#12\n", " 12 \n", "12"])
def test_the_right_number_confirms(typed):
    asked = terminal(typed, asks=True)
    ask_number(asked, 12, "A false report")
    assert "A false report" in err(asked)
    assert out(asked) == ""


@pytest.mark.parametrize("typed", ["\n", "", "y\n", "13\n", "12 13\n"])
def test_anything_else_kills_nothing(typed):
    with pytest.raises(NotConfirmed, match="othing was killed"):
        ask_number(terminal(typed, asks=True), 12, "A false report")
