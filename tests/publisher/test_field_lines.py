"""The line that a problem names."""

import pytest

from livefeed.errors import Problem
from publisher.field_lines import line_of, with_lines

LINES = {"by": 2, "places": 3, "places[1]": 5, "places[1].geoJSON": 6}


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("by", 2),
        ("places[1].geoJSON", 6),
        ("places[1].name", 5),
        ("places[0].name", 3),
        ("places[0]", 3),
        ("headlines[0].value", None),
        ("story", None),
        ("strange key]", None),
        ("", None),
    ],
)
def test_a_field_stands_where_it_or_what_holds_it_stands(path, line):
    assert line_of(path, LINES) == line


def test_problems_come_in_the_order_of_the_file():
    problems = [
        Problem("places", "b"),
        Problem("story", "c"),
        Problem("x", "d", 9),
        Problem("by", "a"),
    ]
    assert [str(problem) for problem in with_lines(problems, LINES)] == [
        "story: c",
        "line 2, by: a",
        "line 3, places: b",
        "line 9, x: d",
    ]
