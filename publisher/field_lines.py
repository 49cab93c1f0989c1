"""On which line of a file each field stands, so that a problem can name it."""

import re
from collections.abc import Mapping
from dataclasses import replace

from livefeed.errors import Problem

_LAST_STEP = re.compile(r"(?:\.[^.\[\]]*|\[[0-9]+\]|^[^.\[\]]+)$")


def line_of(path: str, lines: Mapping[str, int]) -> int | None:
    """The line of the field, or of the nearest one around it: of `a[0].b`, `a[0]`, `a`."""
    while path:
        if path in lines:
            return lines[path]
        path = _LAST_STEP.sub("", path) if _LAST_STEP.search(path) else ""
    return None


def with_lines(problems: list[Problem], lines: Mapping[str, int]) -> list[Problem]:
    """The problems, each with its line where that is known, in the order of the file."""
    placed = [
        problem if problem.line else replace(problem, line=line_of(problem.field, lines))
        for problem in problems
    ]
    return sorted(placed, key=lambda problem: problem.line or 0)
