import inspect
import io
import json

import pytest

from livefeed import errors
from livefeed.errors import Conflict, LivefeedError, OutcomeUnknown, Problem, StoryInvalid
from publisher.failure import EXIT_CODES, Failed, report
from publisher.terminal import Stream, Terminal
from publisher_desk import ID, err, out, terminal

EVERY_ERROR = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, LivefeedError)
]


@pytest.mark.parametrize("kind", EVERY_ERROR)
def test_every_error_has_an_exit_code(kind):
    assert kind.code in EXIT_CODES


def test_the_exit_codes_are_those_of_the_contract():
    names = ["failed", "usage", "invalid", "conflict", "unreachable", "unknown", "taken-back"]
    assert {name: code for code, name in enumerate(names, start=1)} == EXIT_CODES


def test_people_are_told_on_stderr_what_to_do_next():
    told = terminal()
    failed = Failed(Conflict("#12 is at revision 3", hint="Look at it: publisher show 12"), ID)
    assert report(failed, told, as_json=False) == 4
    assert err(told) == "Error: #12 is at revision 3\n  Look at it: publisher show 12\n"
    assert out(told) == ""


def test_programs_are_told_on_stdout_too():
    told = terminal()
    assert report(Failed(OutcomeUnknown("Lost", hint="Again"), ID), told, as_json=True) == 6
    expected = {"code": "unknown", "message": "Lost", "hint": "Again", "id": ID}
    assert json.loads(out(told)) == {"error": expected}
    assert "Lost" in err(told)


def test_each_problem_of_a_story_is_a_line():
    told = terminal()
    problems = [Problem("headline", "is empty", 2), Problem("urgency", "is 12")]
    assert report(Failed(StoryInvalid(problems)), told, as_json=False) == 3
    assert err(told).splitlines() == [
        "Error: line 2, headline: is empty",
        "Error: urgency: is 12",
    ]


def test_an_error_cannot_move_the_terminal():
    told = terminal()
    report(Failed(LivefeedError("\x1b[2J\u202eno", hint="\x9b1m")), told, as_json=True)
    for forbidden in "\x1b\u202e\x9b":
        assert forbidden not in err(told) + out(told)


def test_the_exit_code_stands_even_if_nobody_can_be_told():
    closed = io.StringIO()
    closed.write = _full  # type: ignore[method-assign]
    gone = Stream(closed, styled=False)
    told = Terminal(out=gone, err=gone, typed=io.StringIO(), asks=False, width=None)
    assert report(Failed(OutcomeUnknown("Lost")), told, as_json=True) == 6


def _full(_: str) -> int:
    raise OSError(28, "No space left on device")
