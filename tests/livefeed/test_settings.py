"""The settings' table."""

from pathlib import Path

import pytest

from livefeed.errors import UsageError
from livefeed.settings import TABLE, environment_of, read


def test_without_anything_the_defaults_hold():
    settings = read({"XDG_DATA_HOME": "/home/ada/share"})
    assert settings.redis_url is None
    assert settings.data == Path("/home/ada/share/livefeed")
    assert (settings.host, settings.port, settings.feed) == ("127.0.0.1", 8000, "news")
    assert settings.origins == ()


def test_without_xdg_the_data_folder_is_in_the_home_folder():
    assert read({}).data == Path.home() / ".local" / "share" / "livefeed"


def test_a_flag_wins_over_the_variable_and_the_variable_over_the_default():
    environ = {"LIVEFEED_PORT": "9000", "LIVEFEED_FEED": "sport"}
    settings = read(environ, {"port": 9001, "feed": None})
    assert (settings.port, settings.feed) == (9001, "sport")


def test_an_empty_variable_counts_as_absent():
    assert read({"LIVEFEED_PORT": ""}).port == 8000


def test_origins_are_separated_by_commas():
    environ = {"LIVEFEED_ORIGINS": "https://a.example, https://b.example,"}
    assert read(environ).origins == ("https://a.example", "https://b.example")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("HTTPS://News.Example:443", "https://news.example"),
        ("http://a.example:80", "http://a.example"),
        ("http://a.example:8080", "http://a.example:8080"),
        ("https://a.example:80", "https://a.example:80"),
        ("http://[::1]:8001", "http://[::1]:8001"),
        ("capacitor://localhost", "capacitor://localhost"),
        ("*", "*"),
    ],
)
def test_an_origin_is_kept_as_browsers_write_it(written, meant):
    assert read({"LIVEFEED_ORIGINS": written}).origins == (meant,)


@pytest.mark.parametrize(
    "origin",
    [
        "a.example",
        "https://a.example/",
        "https://a.example/news",
        "https://ada@a.example",
        "https://a.example; script-src *",
        "https://a.example https://b.example",
        "https://*.example",
        "https://zürich.example",
        "https://a.example:٣",
        "null",
    ],
)
def test_an_origin_that_is_none_is_named(origin):
    with pytest.raises(UsageError, match=r"LIVEFEED_ORIGINS has .* like https://"):
        read({"LIVEFEED_ORIGINS": origin})


def test_a_site_is_an_origin():
    assert read({"LIVEFEED_SITE": "https://live.example.org/"}).site == "https://live.example.org"
    assert read({"LIVEFEED_SITE": "http://[::1]:8000"}).site == "http://[::1]:8000"
    assert read({}).site == ""


@pytest.mark.parametrize(
    "site",
    ["live.example.org", "https://a.example/live", "javascript:x", 'https://a"b', "//a.b", "*"],
)
def test_a_site_that_is_none_is_named(site):
    with pytest.raises(UsageError, match="LIVEFEED_SITE has"):
        read({"LIVEFEED_SITE": site})


@pytest.mark.parametrize("port", ["http", "-1", "65536", "٣"])
def test_a_port_that_is_none_is_named(port):
    with pytest.raises(UsageError, match="LIVEFEED_PORT"):
        read({"LIVEFEED_PORT": port})


@pytest.mark.parametrize("workers", ["many", "0", "-1", "257", "٣"])
def test_a_number_of_workers_that_is_none_is_named(workers):
    with pytest.raises(UsageError, match=f"LIVEFEED_WORKERS is '{workers}'.* from 1 to 256"):
        read({"LIVEFEED_WORKERS": workers})


@pytest.mark.parametrize(("drain", "seconds"), [("0", 0), ("2.5", 2.5), ("3600", 3600)])
def test_a_drain_is_a_number_of_seconds(drain, seconds):
    assert read({"LIVEFEED_DRAIN": drain}).drain == seconds


@pytest.mark.parametrize("drain", ["long", "-1", "3601", "1e3", "inf", "nan", ".", "٣"])
def test_a_drain_that_is_none_is_named(drain):
    with pytest.raises(UsageError, match=r"LIVEFEED_DRAIN is .* from 0 to 3600"):
        read({"LIVEFEED_DRAIN": drain})


def test_another_process_reads_the_same_settings_from_the_environment_made_of_them():
    flags = {
        "redis": "redis://:secret@db/3",
        "workers": "4",
        "drain": "2.5",
        "origins": "https://a.example, *",
        "site": "https://live.example.org",
        "publisher": "The Paper",
    }
    hurried = read({"LIVEFEED_DRAIN": "0.00001"})
    for settings in (
        read({}),
        hurried,
        read({"LIVEFEED_LOG": "debug", "LIVEFEED_PORT": "0"}, flags),
    ):
        assert read(environment_of(settings)) == settings


def test_an_unknown_log_level_names_the_known_ones():
    with pytest.raises(UsageError, match="debug, info, warning, error"):
        read({"LIVEFEED_LOG": "loud"})


def test_each_setting_has_a_flag_named_like_its_last_word():
    assert {s.variable: s.flag for s in TABLE}["LIVEFEED_REDIS_URL"] == "--redis"
    assert {s.variable: s.flag for s in TABLE}["LIVEFEED_DATA"] == "--data"
