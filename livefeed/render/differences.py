"""What differs between two texts: words taken out and words put in, paragraph by paragraph.

Only words are compared. Texts that have too little in common are not matched word by word: a salad
of small changes reads worse than the old paragraph and the new one.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, TypeVar

Kind = Literal["same", "removed", "added"]


@dataclass(frozen=True, slots=True)
class Part:
    """Some words in a row. `spaced` says whether white space stands in front of them."""

    kind: Kind
    text: str
    spaced: bool


Paragraph = list[Part]
Item = TypeVar("Item")
_Change = tuple[bool, Sequence[Item], Sequence[Item]]  # whether it is the same, before, after


# Scripts without spaces between words are compared by the character: kana and Han, each with the
# marks that belong to it.
_CHARACTER = "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]"
_MARKS = "[\u0300-\u036f\u3099\u309a\ufe00-\ufe0f\U000e0100-\U000e01ef]*"
_TOKEN = re.compile(rf"(\s*)({_CHARACTER}{_MARKS}|(?:(?!{_CHARACTER})\S)+)")
_CLOSING = ".,;:!?…)]}»”’\"'،؛؟。、"
_OPENING = "([{«“‘„\"'"

_MOST_PAIRS = 250_000  # of words: matching takes time by the product of the lengths
_FEWEST_IN_COMMON = 0.35  # of the words of both
_NEAR = 8  # paragraphs further on that one may have moved


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    spaced: bool

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Word) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)


def line_differences(before: str, after: str) -> Paragraph:
    """What differs between two lines, such as headlines."""
    return _compared(_words(before), _words(after))


def text_differences(before: list[str], after: list[str]) -> list[Paragraph]:
    """What differs between two texts of several paragraphs: those of both, in their order."""
    paragraphs: list[Paragraph] = []
    for is_same, old, new in _matched(before, after):
        if is_same:
            paragraphs += [[Part("same", text, False)] for text in new]
        else:
            paragraphs += _changed(old, new)
    return paragraphs


def is_changed(paragraph: Paragraph) -> bool:
    """Whether any word of it is not the same."""
    return any(part.kind != "same" for part in paragraph)


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[Paragraph]:
    """Paragraphs that give way to others, each beside the next one that is like it."""
    olds, news = [_words(text) for text in old], [_words(text) for text in new]
    begin = 0
    for before in olds:
        near = range(begin, min(begin + _NEAR, len(news)))
        place = next((index for index in near if _are_alike(before, news[index])), None)
        if place is None:
            yield [_part("removed", before)]
        else:
            yield from ([_part("added", words)] for words in news[begin:place])
            yield _compared(before, news[place])
            begin = place + 1
    yield from ([_part("added", words)] for words in news[begin:])


def _are_alike(before: list[_Word], after: list[_Word]) -> bool:
    shared = (Counter(before) & Counter(after)).total()
    return 2 * shared >= _FEWEST_IN_COMMON * (len(before) + len(after))


def _compared(before: list[_Word], after: list[_Word]) -> Paragraph:
    changes = list(_matched(before, after))
    same = sum(len(new) for is_same, _, new in changes if is_same)
    if before and after and 2 * same < _FEWEST_IN_COMMON * (len(before) + len(after)):
        changes = [(False, before, after)]
    return list(_parts(changes))


def _parts(changes: list[_Change[_Word]]) -> Iterator[Part]:
    for is_same, old, new in changes:
        if is_same:
            yield _part("same", new)
            continue
        if old:
            yield _part("removed", old)
        if new:
            yield _part("added", new)


def _part(kind: Kind, words: Sequence[_Word]) -> Part:
    first, *others = words
    rest = "".join(f"{' ' * word.spaced}{word.text}" for word in others)
    return Part(kind, first.text + rest, first.spaced)


def _words(text: str) -> list[_Word]:
    return [word for space, token in _TOKEN.findall(text) for word in _split(token, bool(space))]


def _split(token: str, spaced: bool) -> Iterator[_Word]:
    """A token as its word, and the punctuation on both sides of it."""
    if token.isalnum():
        yield _Word(token, spaced)
        return
    closed = token.rstrip(_CLOSING)
    core = closed.lstrip(_OPENING)
    pieces = (closed[: len(closed) - len(core)], core, token[len(closed) :])
    for index, piece in enumerate(filter(None, pieces)):
        yield _Word(piece, spaced and index == 0)


def _matched(before: Sequence[Item], after: Sequence[Item]) -> Iterator[_Change[Item]]:
    """What is the same on both sides, and what stands between, in order."""
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    if start:
        yield True, before[:start], after[:start]
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    if len(old) * len(new) > _MOST_PAIRS:
        yield False, old, new
    elif old or new:
        yield from _by_blocks(old, new)
    if end:
        yield True, before[len(before) - end :], after[len(after) - end :]


def _by_blocks(old: Sequence[Item], new: Sequence[Item]) -> Iterator[_Change[Item]]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, from_old, to_old, from_new, to_new in matcher.get_opcodes():
        yield tag == "equal", old[from_old:to_old], new[from_new:to_new]


def _common(before: Sequence[Item], after: Sequence[Item]) -> int:
    """How many elements both have in common at their start."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(before), len(after)))
