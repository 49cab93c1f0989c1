from pathlib import Path

import pytest

from livefeed import settings
from livefeed.errors import UsageError
from livefeed.redis_log.data_folder import url_of
from publisher.redis_address import redis_address

VARIABLE = {"LIVEFEED_REDIS_URL": "redis://from-variable"}


def address(environ, **flags):
    chosen = settings.read(environ, flags)
    return redis_address(chosen, flags, named="LIVEFEED_DATA" in environ)


def test_a_flag_wins_over_a_variable():
    assert address(VARIABLE, redis="redis://from-flag").url() == "redis://from-flag"
    assert address(VARIABLE).url() == "redis://from-variable"


def test_a_folder_by_flag_wins_over_an_address_by_variable(tmp_path):
    assert address(VARIABLE, data=str(tmp_path)).url() == url_of(tmp_path)


def test_an_address_by_flag_wins_over_a_folder_by_variable():
    environ = {"LIVEFEED_DATA": "/somewhere"}
    assert address(environ, redis="redis://from-flag").url() == "redis://from-flag"


def test_without_an_address_the_embedded_server_is_found_by_its_folder(tmp_path):
    assert address({"LIVEFEED_DATA": str(tmp_path)}).url() == url_of(tmp_path)
    everybodys = address({"XDG_DATA_HOME": str(tmp_path)})
    assert everybodys.data == tmp_path / "livefeed"


def test_two_places_by_flags_are_wrong_usage(tmp_path):
    with pytest.raises(UsageError, match="Both --redis and --data"):
        address({}, redis="redis://here", data=str(tmp_path))


def test_only_an_address_that_nobody_chose_is_explained(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert address(VARIABLE).where_from() == ""
    assert address({}, data="x").where_from() == ""
    assert address({"LIVEFEED_DATA": "x"}).where_from() == ""
    assert "Did you mean --data or --redis?" in address({}).where_from()


def test_the_data_folder_of_make_run_is_named_where_it_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("data/appendonlydir").mkdir(parents=True)
    assert "Did you mean --data ./data?" in address({}).where_from()
