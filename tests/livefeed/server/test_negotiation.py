"""ETags, and what Accept headers ask for."""

import pytest

from livefeed.position import Position
from livefeed.server.coding import Coding
from livefeed.server.negotiation import coding_for, etag, is_known, prefers_json

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    "accept",
    [
        "application/json",
        "Application/JSON; charset=utf-8",
        "text/html;q=0.5, application/json",
        "application/ninjs+json",
    ],
)
def test_json_is_preferred_where_it_is_said(accept):
    assert prefers_json(accept)


@pytest.mark.parametrize(
    "accept",
    ["", "*/*", BROWSER, "text/html, application/json", "application/json;q=0", "json;q=x", ";;,"],
)
def test_in_doubt_it_is_the_page(accept):
    assert not prefers_json(accept)


def test_a_quality_that_is_no_number_counts_nothing():
    assert not prefers_json("application/json;q=high")


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        ("gzip, deflate, br, zstd", Coding.BROTLI),
        ("br", Coding.BROTLI),
        ("*", Coding.BROTLI),
        ("br;q=0, *", Coding.GZIP),
        ("gzip, deflate", Coding.GZIP),
        ("GZIP;q=0.1", Coding.GZIP),
        ("", Coding.PLAIN),
        ("identity", Coding.PLAIN),
        ("gzip;q=0", Coding.PLAIN),
        ("*;q=0", Coding.PLAIN),
        ("gzip;q=x", Coding.PLAIN),
        ("x-gzipped", Coding.PLAIN),
    ],
)
def test_what_is_sent_is_coded_as_small_as_is_taken(accept, coding):
    assert coding_for(accept) is coding


def test_the_position_is_the_etag():
    assert etag(Position(812, "9f3a1c2e")) == 'W/"812-9f3a1c2e"'


def test_a_build_leaves_its_mark_in_the_etag():
    assert etag(Position(812, "9f3a1c2e"), mark="0badcafe") == 'W/"812-9f3a1c2e.0badcafe"'


def test_of_many_positions_the_etag_stays_short_and_tells_them_apart():
    one, other = Position(1, "aaaaaaaa"), Position(2, "bbbbbbbb")
    assert etag(one, other) != etag(other, one)
    assert len(etag(*[one] * 500)) < 60


@pytest.mark.parametrize(
    "if_none_match",
    ['W/"812-9f3a1c2e"', '"812-9f3a1c2e"', '"x", W/"812-9f3a1c2e"', "*"],
)
def test_what_the_browser_has_is_known(if_none_match):
    assert is_known('W/"812-9f3a1c2e"', if_none_match)


@pytest.mark.parametrize("if_none_match", ["", '"811-9f3a1c2e"', "812-9f3a1c2e"])
def test_anything_else_is_not(if_none_match):
    assert not is_known('W/"812-9f3a1c2e"', if_none_match)
