"""Typed pieces of a document, and all their problems at once."""

from typing import Annotated, Any, Literal

import msgspec
import pytest

from livefeed.document import DEEPEST, Part, depth_problem, nearest, read
from livefeed.errors import Problem


def even(number: int) -> None:
    if number % 2:
        raise ValueError(f"is {number}, which is odd")


def few(items: tuple[object, ...]) -> None:
    if len(items) > 2:
        raise ValueError("are too many")


class Leaf(Part, frozen=True, kw_only=True):
    text: str
    size: Annotated[int, even] | None = None


class Tree(Part, frozen=True, kw_only=True):
    name: str
    leaf: Leaf | None = None
    leaves: Annotated[tuple[Leaf, ...], few] = ()
    words: tuple[str, ...] = ()
    kind: Literal["oak", "ash"] | None = None
    weight: float | None = None
    any_thing: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.name == "no tree":
            raise ValueError("is no tree")


def problems_of(document: object) -> list[str]:
    problems: list[Problem] = []
    assert read(Tree, document, problems) is None
    return [str(problem) for problem in problems]


def test_a_good_document_is_read_and_written_alike() -> None:
    document = {
        "name": "a",
        "leaf": {"text": "b", "size": 2},
        "leaves": [{"text": "c"}],
        "words": ["d", "e"],
        "kind": "oak",
        "weight": 1.5,
        "anyThing": {"f": [1, None, True, {"g": "h"}]},
    }
    problems: list[Problem] = []
    tree = read(Tree, document, problems)
    assert not problems
    assert msgspec.json.decode(msgspec.json.encode(tree)) == document


def test_every_problem_is_told_with_its_path() -> None:
    document = {
        "nam": "a",
        "leaf": {"size": 1, "color": "red"},
        "leaves": [{"text": 1}, "x", {"text": "ok"}, {"text": "a\0"}],
        "words": ["ok", 2, None],
        "kind": "elm",
        "weight": "heavy",
    }
    assert problems_of(document) == [
        "nam: is no property of ninjs 3.1; did you mean name?",
        "name: is missing",
        "leaf.color: is no property of ninjs 3.1",
        "leaf.text: is missing",
        "leaf.size: is 1, which is odd",
        "leaves[0].text: must be a text, not a whole number",
        "leaves[1]: must be an object, not a text",
        "leaves[3].text: holds a NUL as its character 2; take it out",
        "words[1]: must be a text, not a whole number",
        "words[2]: must be a text, not null",
        "kind: must be one of oak, ash, not “elm”",
        "weight: must be a number, not a text",
    ]


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ([], "story: must be an object, not a list"),
        (object(), "story: must be an object, not something else"),
        ({"name": "no tree"}, "story: is no tree"),
        ({"name": True}, "name: must be a text, not true or false"),
        ({"name": "a", "leaf": None}, "leaf: must be an object, not null"),
        ({"name": "a", "leaves": {}}, "leaves: must be a list, not an object"),
        ({"name": "a", "leaves": [{"text": "x"}] * 3}, "leaves: are too many"),
        ({"name": "a", "kind": 1}, "kind: must be one of oak, ash, not a whole number"),
        ({"name": "a", "weight": float("inf")}, "weight: is not a finite number"),
        ({"name": "a", "anyThing": 1.5}, "anyThing: must be an object, not a number"),
        ({"name": "a", "anyThing": {"b": [2**53]}}, "anyThing: is too large a number"),
        ({"name": "a", "anyThing": {"b": {1: 2}}}, "anyThing: has a key that is not a text"),
        ({"name": "a", "anyThing": {"b": "\ud800"}}, "half a character"),
        ({"name": "a", 1: 2}, "1: is no property of ninjs 3.1"),
        ({"name": "a", "\x1b[31m" * 50: 2}, "␛[31m"),
    ],
)
def test_a_problem_says_what_was_expected_and_what_came(document: object, problem: str) -> None:
    (told,) = problems_of(document)
    assert problem in told


def test_texts_lose_what_they_may_not_hold_wherever_they_stand() -> None:
    bad = "a\x1b[31mb\u202e"
    document = {
        "name": bad,
        "leaf": {"text": bad},
        "words": [bad],
        "anyThing": {"c": [bad, 1]},
    }
    tree = read(Tree, document, [])
    assert tree == Tree(name="ab", leaf=Leaf(text="ab"), words=("ab",), any_thing={"c": ["ab", 1]})


def test_a_part_checks_itself_whichever_way_it_is_made() -> None:
    with pytest.raises(ValueError, match="odd"):
        Leaf(text="a", size=1)
    with pytest.raises(msgspec.ValidationError, match=r"odd - at `\$.leaf`"):
        msgspec.json.decode(b'{"name": "a", "leaf": {"text": "b", "size": 3}}', type=Tree)
    with pytest.raises(msgspec.ValidationError, match="unknown field"):
        msgspec.json.decode(b'{"text": "a", "b": 1}', type=Leaf)


def test_of_the_hundredth_unknown_key_the_nearest_is_not_looked_for() -> None:
    problems = problems_of({f"name{n}": n for n in range(101)})
    assert problems[99] == "name99: is no property of ninjs 3.1; did you mean name?"
    assert problems[100] == "name100: is no property of ninjs 3.1"


def nested(levels: int) -> object:
    document: object = {}
    for level in range(levels - 1):
        document = [document] if level % 2 else {"a": document}
    return document


def test_a_document_may_be_nested_64_levels_deep_and_no_deeper() -> None:
    assert depth_problem(nested(DEEPEST)) is None
    assert depth_problem("text") is None
    assert "64 levels" in str(depth_problem(nested(DEEPEST + 1)))
    assert depth_problem(nested(100_000))


def test_the_nearest_known_word_is_found_whatever_its_case() -> None:
    assert nearest("HEADLINE", ["bodies", "headlines"]) == "headlines"
    assert nearest("xyz", ["bodies", "headlines"]) is None
