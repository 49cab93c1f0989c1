"""A ninjs document in JSON: its values, and the line of each of its fields."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from livefeed.document import DEEPEST
from livefeed.errors import Problem, StoryInvalid

_TOKEN = re.compile(r'\n|"(?:[^"\\]|\\.)*"|[{}\[\],]|[^\s{}\[\]:,"]+')


def document_in(text: str, first_line: int = 1) -> object:
    """The document that the JSON describes; `first_line` is where it begins in its file.

    Raises:
        StoryInvalid: for what is no JSON, a key that stands twice, or absurd depth.
    """
    twice: list[str] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        document = dict(pairs)
        if len(document) < len(pairs):
            twice.append("")
        return document

    try:
        document: object = json.loads(text, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        line = first_line + error.lineno - 1
        raise StoryInvalid([Problem("story", f"is no JSON: {_lower(error.msg)}", line)]) from None
    except RecursionError:  # it was good JSON so far, and too deep long before
        raise StoryInvalid(_Outline(text, first_line).problems) from None
    except ValueError:  # Python converts no longer ones
        raise StoryInvalid([Problem("story", "has a number of thousands of digits")]) from None
    if twice:
        raise StoryInvalid(_Outline(text, first_line).problems)
    return document


def field_lines(text: str, first_line: int = 1) -> dict[str, int]:
    """The line of each field of valid JSON, by its path (`headlines[0].value`).

    Raises:
        StoryInvalid: for absurd depth, with the field and the line.
    """
    outline = _Outline(text, first_line)
    if outline.problems:
        raise StoryInvalid(outline.problems)
    return outline.lines


@dataclass(slots=True)
class _Container:
    """An object or a list that is being read; `key` is None where the next text is a key."""

    path: str
    is_object: bool
    index: int = 0
    key: str | None = None
    seen: dict[str, int] = field(default_factory=dict)

    def step(self) -> str:
        if not self.is_object:
            return f"{self.path}[{self.index}]"
        return f"{self.path}.{self.key}" if self.path else str(self.key)


class _Outline:
    """Where the fields of valid JSON stand, and the problems that only its text shows.

    A stack of the containers that are open. What is nested too deep is not read to its end.
    """

    def __init__(self, text: str, first_line: int) -> None:
        self.lines: dict[str, int] = {}
        self.problems: list[Problem] = []
        self._open: list[_Container] = []
        self._line = first_line
        for word in _TOKEN.finditer(text):
            if len(self._open) >= DEEPEST and word[0] not in "\n]}":
                self._note_depth()
                break
            self._take(word[0])

    def _note_depth(self) -> None:
        outermost = self._open[0]
        name = outermost.step() if outermost.is_object else "story"
        message = f"is nested more than {DEEPEST} levels deep"
        self.problems.append(Problem(name, message, self._line))

    def _take(self, word: str) -> None:
        inner = self._open[-1] if self._open else None
        if word == "\n":
            self._line += 1
        elif word in "]}":
            self._open.pop()
        elif word == ",":
            self._next_item(self._open[-1])
        else:
            self._take_key_or_value(word, inner)

    def _next_item(self, inner: _Container) -> None:
        inner.index += 1
        inner.key = None

    def _take_key_or_value(self, word: str, inner: _Container | None) -> None:
        if inner and inner.is_object and inner.key is None:
            inner.key = json.loads(word)
            self._note_key(inner)
            return
        path = inner.step() if inner else ""
        self.lines.setdefault(path, self._line)
        if word in "[{":
            self._open.append(_Container(path, word == "{"))

    def _note_key(self, inner: _Container) -> None:
        path, key = inner.step(), str(inner.key)
        if key in inner.seen:
            message = f"stands twice, first on line {inner.seen[key]}"
            self.problems.append(Problem(path, message, self._line))
        inner.seen.setdefault(key, self._line)
        self.lines.setdefault(path, self._line)


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]
