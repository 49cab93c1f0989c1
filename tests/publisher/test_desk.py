import pytest

from livefeed.errors import UsageError
from publisher.desk import Answers, desk_of, login_name

NOW = 1_776_719_040_123
NOTHING = {
    "feed": None,
    "redis": None,
    "data": None,
    "editor": None,
    "timeout": 10.0,
    "as_json": False,
    "plain": False,
    "no_input": False,
}


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch):
    for name in ("LIVEFEED_FEED", "LIVEFEED_REDIS_URL", "LIVEFEED_DATA"):
        monkeypatch.delenv(name, raising=False)


def desk(**given):
    return desk_of(NOTHING | given, now_ms=NOW)


def test_each_command_has_an_id_of_its_own():
    one, other = desk(publication_id=None), desk(publication_id=None)
    assert one.publication_id != other.publication_id
    assert one.publication_id.startswith("019dacb5-0e7b-7")
    assert not one.id_given


def test_an_id_of_an_earlier_run_is_kept():
    given = desk(publication_id="019DACF5-81BB-7000-8000-000000000000")
    assert given.publication_id == "019dacf5-81bb-7000-8000-000000000000"
    assert given.id_given


def test_an_id_that_is_none_is_wrong_usage():
    with pytest.raises(UsageError):
        desk(publication_id="12")


@pytest.mark.parametrize(
    ("given", "answers"),
    [
        ({}, Answers.PEOPLE),
        ({"plain": True}, Answers.PLAIN),
        ({"as_json": True}, Answers.JSON),
        ({"as_json": True, "plain": True}, Answers.JSON),
    ],
)
def test_json_wins_over_plain(given, answers):
    assert desk(**given).answers is answers


def test_the_feed_is_a_flag_a_variable_or_news(monkeypatch):
    assert desk().feed == "news"
    monkeypatch.setenv("LIVEFEED_FEED", "quake")
    assert desk().feed == "quake"
    assert desk(feed="summit").feed == "summit"


def test_an_editor_is_known_by_their_login(monkeypatch):
    monkeypatch.setenv("LOGNAME", "anna")
    assert login_name() == desk().editor == "anna"
    assert desk(editor="bert").editor == "bert"


def test_somebody_without_a_login_has_no_name(monkeypatch):
    monkeypatch.setattr("getpass.getuser", _nobody)
    assert login_name() is None


def _nobody():
    raise KeyError("uid not found")
