"""A typed piece of a JSON document: valid once constructed, and read with all its problems at once.

`Part` checks itself whichever way it comes to be: by its constructor, by `read`, or from
MessagePack. A check is a function in a field's `Annotated` type that raises ValueError; a rule
over several fields stands in `__post_init__`. msgspec stops at the first problem, an editor wants
to see every one; so `read` goes through a document field by field.
"""

import difflib
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

import msgspec

from livefeed.errors import Problem
from livefeed.formats import LARGEST_NUMBER
from livefeed.text import clean_body, one_line, storage_problem

DEEPEST = 64  # levels of lists and objects; a ninjs document in use has about ten

Check = Callable[[Any], None]


class Part(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    rename="camel",
):
    """A piece of a document. A field that is absent is None, or an empty tuple."""

    def __post_init__(self) -> None:
        for value_of, check in _checks(type(self)):
            if (value := value_of(self)) is not None:
                check(value)


PartType = TypeVar("PartType", bound=Part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What is known of one field: its JSON `key`, the `part` it holds (or `many` of them)."""

    name: str
    key: str
    required: bool
    plain: Any
    part: type[Part] | None
    many: bool
    check: Check | None


@cache
def fields(part: type[Part]) -> tuple[Field, ...]:
    """The fields of a part, in their order."""
    return tuple(_field(info) for info in msgspec.structs.fields(part))


@cache
def _checks(part: type[Part]) -> tuple[tuple[Callable[[Part], Any], Check], ...]:
    """What gives a value, and what checks it: of a part's fields those that are checked."""
    return tuple((attrgetter(field.name), field.check) for field in fields(part) if field.check)


def _field(info: msgspec.structs.FieldInfo) -> Field:
    plain, check = _unwrapped(info.type)
    many = get_origin(plain) is tuple
    item = get_args(plain)[0] if many else plain
    holds_parts = isinstance(item, type) and issubclass(item, Part)
    return Field(
        name=info.name,
        key=info.encode_name,
        required=info.required,
        plain=plain,
        part=item if holds_parts else None,
        many=many,
        check=check,
    )


def _unwrapped(hint: Any) -> tuple[Any, Check | None]:  # noqa: ANN401 (a type of any form)
    """A field's type without `| None` and `Annotated`, and the check found there."""
    if get_origin(hint) in (Union, UnionType):
        (hint,) = (one for one in get_args(hint) if one is not type(None))
    if get_origin(hint) is Annotated:
        plain, check = get_args(hint)
        return plain, check
    return hint, None


def depth_problem(document: object) -> Problem | None:
    """The problem of a document that is nested too deeply for anybody to read it, or None."""
    level: list[object] = [document]
    for _ in range(DEEPEST):
        level = [item for one in level for item in _items(one)]
        if not level:
            return None
    return Problem("story", f"is nested more than {DEEPEST} levels deep")


def _items(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, (list, tuple)):
        yield from value


def read(part: type[PartType], document: object, problems: list[Problem]) -> PartType | None:
    """The part that `document` (of builtin types, not too deep) describes.

    Each thing wrong with it is added to `problems`; then the answer is None.
    """
    return _Reader(problems).part(part, document, "")


class _Reader:
    """Reads a document and notes what is wrong with it, with the path of each field."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems

    def note(self, path: str, message: str) -> None:
        self.problems.append(Problem(path or "story", message))

    def part(self, part: type[PartType], document: object, path: str) -> PartType | None:
        if not isinstance(document, dict):
            self.note(path, f"must be an object, not {_kind(document)}")
            return None
        before = len(self.problems)
        values = self.values(fields(part), document, f"{path}." if path else "")
        if len(self.problems) > before:
            return None
        try:
            return part(**values)
        except ValueError as problem:
            self.note(path, str(problem))
            return None

    def values(
        self, known: tuple[Field, ...], document: dict[object, object], prefix: str
    ) -> dict[str, object]:
        keys = [field.key for field in known]
        for key in document:
            if key not in keys:
                # Looking for the nearest takes a while, and nobody reads the hundredth.
                meant = nearest(str(key), keys) if len(self.problems) < 100 else None
                told = f"; did you mean {meant}?" if meant else ""
                self.note(
                    f"{prefix}{one_line(str(key))[:60]}", f"is no property of ninjs 3.1{told}"
                )
        values = {}
        for field in known:
            if field.key in document:
                values[field.name] = self.field(field, document[field.key], prefix + field.key)
            elif field.required:
                self.note(prefix + field.key, "is missing")
        return values

    def field(self, field: Field, value: object, path: str) -> object:
        """The field's value; what is wrong with it is noted."""
        before = len(self.problems)
        read: object
        if field.many:
            read = self.many(field, value, path)
        elif field.part:
            return self.part(field.part, value, path)
        else:
            read = self.one(field.plain, value, path)
        if field.check and len(self.problems) == before:
            try:
                field.check(read)
            except ValueError as problem:
                self.note(path, str(problem))
        return cleaned(read)

    def many(self, field: Field, value: object, path: str) -> tuple[object, ...]:
        if not isinstance(value, (list, tuple)):
            self.note(path, f"must be a list, not {_kind(value)}")
            return ()
        item = get_args(field.plain)[0]
        return tuple(
            self.part(field.part, one, f"{path}[{index}]")
            if field.part
            else cleaned(self.one(item, one, f"{path}[{index}]"))
            for index, one in enumerate(value)
        )

    def one(self, plain: Any, value: object, path: str) -> object:  # noqa: ANN401 (a type)
        try:
            read: object = msgspec.convert(value, plain)
        except msgspec.ValidationError:
            self.note(path, f"must be {_expected(plain)}, not {_kind(value, plain)}")
            return value
        for problem in unstorable(read):
            self.note(path, problem)
        return read


def unstorable(value: object) -> Iterator[str]:
    """What in a value of builtin types neither JSON nor the log can hold."""
    if isinstance(value, str) and (problem := storage_problem(value)):
        yield problem
    elif isinstance(value, float) and not math.isfinite(value):
        yield "is not a finite number"
    elif isinstance(value, int) and abs(value) > LARGEST_NUMBER:
        yield "is too large a number"
    elif isinstance(value, dict) and not all(isinstance(key, str) for key in value):
        yield "has a key that is not a text"
    for item in _items(value):
        yield from unstorable(item)


def cleaned(value: object) -> object:
    """The value with each text in it as `clean_body` leaves it."""
    if isinstance(value, str):
        return clean_body(value)
    if isinstance(value, list):
        return [cleaned(item) for item in value]
    if isinstance(value, dict):
        return {key: cleaned(item) for key, item in value.items()}
    return value


def nearest(word: str, known: list[str]) -> str | None:
    """The known word that `word` was perhaps meant to be."""
    lower = {one.lower(): one for one in known}
    close = difflib.get_close_matches(word.lower(), lower, n=1, cutoff=0.6)
    return lower[close[0]] if close else None


_KINDS: tuple[tuple[Any, str], ...] = (
    (bool, "true or false"),
    (str, "a text"),
    (int, "a whole number"),
    (float, "a number"),
    (dict, "an object"),
    ((list, tuple), "a list"),
    (type(None), "null"),
)


def _expected(plain: Any) -> str:  # noqa: ANN401 (a type of any form)
    if get_origin(plain) is Literal:
        return "one of " + ", ".join(get_args(plain))
    kind = get_origin(plain) or plain
    return next(name for known, name in _KINDS if kind is known)


def _kind(value: object, plain: Any = None) -> str:  # noqa: ANN401 (a type of any form)
    if get_origin(plain) is Literal and isinstance(value, str):
        return f"“{one_line(value)[:60]}”"
    return next((name for known, name in _KINDS if isinstance(value, known)), "something else")
