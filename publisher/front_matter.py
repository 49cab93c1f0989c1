"""The YAML at the head of a Markdown file: ninjs's fields, by their names in the singular.

`headline: Ferries run again` stands for `"headlines": [{"role": "main", "value": …}]`. The YAML is
only parsed into nodes and never constructed: no tags, no aliases, and a text stays what the editor
typed (`no` is a word, `12:30` a time of day).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import yaml

from livefeed.document import Field, Part, fields, nearest
from livefeed.errors import Problem
from livefeed.story import Story
from livefeed.text import one_line

NAME = "front matter"
DEEPEST = 16  # levels of lists and objects; a story's own have six
LONGEST = 64 * 1024  # characters
MOST_PROBLEMS = 100  # that anybody reads
ALSO_READ = "also-read"

# Fields of ninjs that are lists: their names in the singular, and the property that a mere text
# stands for (None where only an object does).
_SINGULAR: dict[str, tuple[str, str | None]] = {
    "headline": ("headlines", "value"),
    "description": ("descriptions", "value"),
    "person": ("people", "name"),
    "organisation": ("organisations", "name"),
    "place": ("places", "name"),
    "subject": ("subjects", "name"),
    "event": ("events", "name"),
    "object": ("objects", "name"),
    "infoSource": ("infoSources", "name"),
    "genre": ("genres", "name"),
    "rendition": ("renditions", None),
    "association": ("associations", None),
    "altId": ("altIds", None),
    "trustIndicator": ("trustIndicators", None),
}
_PLURAL = {plural: singular for singular, (plural, _) in _SINGULAR.items()}
_NOT_HERE = frozenset({"bodies", "standard", *_PLURAL})
_FIELDS = {one.key: one for one in fields(Story)}
_KEYS = [*_SINGULAR, *(key for key in _FIELDS if key not in _NOT_HERE), ALSO_READ]

# Words of other systems: the nearest in letters would be wrong, or none.
_MEANT = {
    **dict.fromkeys(("author", "authors", "byline", "reporter", "writer"), "by"),
    **dict.fromkeys(("category", "keywords", "section", "tag", "tags", "topic"), "subject"),
    **dict.fromkeys(("date", "datetime", "published", "time"), "contentCreated"),
    **dict.fromkeys(("dateline", "location", "where"), "located"),
    **dict.fromkeys(("heading", "hed"), "headline"),
    **dict.fromkeys(("deck", "dek", "standfirst", "subtitle", "summary"), "description"),
    "priority": "urgency",
    **dict.fromkeys(("image", "photo", "picture"), "rendition"),
    **dict.fromkeys(("link", "links", "related", "see-also"), ALSO_READ),
    **dict.fromkeys(("lang", "locale"), "language"),
}

# What YAML does not take (control characters), or takes for the end of a line without looking so.
_UNREADABLE = re.compile(r"[^\t\n -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_STORY_NUMBER = re.compile(r"#?([1-9][0-9]{0,14})")
_COMMENT = re.compile(r"[ \t]+#[^\n]*")
_STEP = re.compile(r"\[[0-9]+\]")
_KEY_OF_LINE = re.compile(r"[ \t-]*([A-Za-z][A-Za-z-]*)[ \t]*:")
_QUOTES = "a text that holds a : or # or begins with a sign needs quotes around it"


def key_for(path: str) -> str:
    """The front matter's name for a field of ninjs: `headlines[0].value` is `headline`."""
    top, _, rest = _STEP.sub("", path).partition(".")
    key = _PLURAL.get(top, "body" if top == "bodies" else top)
    stands_for = _SINGULAR[key][1] if key in _SINGULAR else "value"
    return key if rest in ("", stands_for) else f"{key}.{rest}"


@dataclass(slots=True)
class FrontMatter:
    """What the head of the file says: a part of a ninjs document, and links within the feed.

    `lines` maps the path of each field to its line; `readable` is False where what is missing was
    perhaps there, in YAML that is none.
    """

    document: dict[str, Any] = field(default_factory=dict)
    also_read: list[int] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    readable: bool = True


class _Mark(Protocol):
    """A place in the YAML, as its parser tells of it."""

    @property
    def index(self) -> int: ...

    @property
    def line(self) -> int: ...


def _index(mark: _Mark | None) -> int:
    return mark.index if mark else 0


def read_front_matter(source: str, first_line: int) -> FrontMatter:
    """Read the YAML, whose first line is `first_line` of the file."""
    reader = _Reader(source, first_line)
    try:
        reader.read()
    except yaml.MarkedYAMLError as error:
        reader.note_malformed(error)
    return reader.found


class _Reader:
    """Goes through the YAML's nodes, and notes what is wrong with them."""

    def __init__(self, source: str, first_line: int) -> None:
        self.source = source
        self.first_line = first_line
        self.found = FrontMatter()

    def line(self, mark: "_Mark | None") -> int:
        return self.first_line + (mark.line if mark else 0)

    def note(self, name: str, message: str, mark: "_Mark | None") -> None:
        self.found.problems.append(Problem(name, message, self.line(mark)))

    def key_at(self, index: int) -> str:
        """The key that begins the line there, to name the field of what cannot be parsed."""
        key = _KEY_OF_LINE.match(self.source, self.source.rfind("\n", 0, index) + 1)
        return key[1] if key else NAME

    def note_malformed(self, error: yaml.MarkedYAMLError) -> None:
        what = f"is no YAML ({error.problem}); {_QUOTES}"
        self.note(self.key_at(_index(error.problem_mark)), what, error.problem_mark)
        self.found.readable = False

    def read(self) -> None:
        self.found.readable = self._is_sound() and self._is_tame()
        if not self.found.readable:
            return
        root = yaml.compose(self.source, Loader=yaml.SafeLoader)
        if root is None or _is_blank(root):
            return
        if not isinstance(root, yaml.MappingNode):
            self.note(NAME, "must be lines such as `headline: Ferries run again`", root.start_mark)
            self.found.readable = False
            return
        for key, value in self._pairs(root, ""):
            if len(self.found.problems) < MOST_PROBLEMS:
                self._top(key.value, key, value)

    def _is_sound(self) -> bool:
        """Whether the YAML is of a sane length and made of characters that YAML takes."""
        if len(self.source) > LONGEST:
            self.note(NAME, f"is longer than {LONGEST:,} characters", None)
            return False
        if unreadable := _UNREADABLE.search(self.source):
            at, what = unreadable.start(), f"holds the character U+{ord(unreadable[0]):04X}"
            line = self.first_line + self.source.count("\n", 0, at)
            self.found.problems.append(Problem(self.key_at(at), f"{what}; take it out", line))
            return False
        return True

    def _is_tame(self) -> bool:
        """Whether the YAML has no aliases, tags or absurd depth; before anything recursive."""
        depth = 0
        for event in yaml.parse(self.source, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.NodeEvent) and (
                event.anchor is not None or getattr(event, "tag", None) is not None
            ):
                name = self.key_at(_index(event.start_mark))
                self.note(name, f"has a YAML anchor, alias or tag; {_QUOTES}", event.start_mark)
                return False
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                name = self.key_at(_index(event.start_mark))
                self.note(name, f"is nested more than {DEEPEST} levels deep", event.start_mark)
                return False
        return True

    def _pairs(self, node: yaml.Node, prefix: str) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
        """A mapping's pairs, without those that stand twice or have no text for a key."""
        seen: dict[str, int] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.note(key_for(prefix) or NAME, "has a key that is no text", key.start_mark)
            elif key.value in seen:
                message = f"stands twice, first on line {seen[key.value]}"
                self.note(key_for(prefix + one_line(key.value)), message, key.start_mark)
            else:
                seen[key.value] = self.line(key.start_mark)
                yield key, value

    def _top(self, name: str, key: yaml.ScalarNode, value: yaml.Node) -> None:
        if name not in _KEYS:
            meant = _MEANT.get(name.lower()) or nearest(_PLURAL.get(name, name), _KEYS)
            told = f"did you mean {meant}?" if meant else f"known are {', '.join(_KEYS)}"
            self.note(
                one_line(name)[:60] or NAME, f"is no field of a story; {told}", key.start_mark
            )
        elif _is_blank(value):
            return
        elif name == ALSO_READ:
            self._also_read(value)
        elif name in _SINGULAR:
            self._list(name, value)
        else:
            self.found.lines[name] = self.line(key.start_mark)
            self.found.document[name] = self._value(value, _FIELDS[name], name)

    def _list(self, name: str, node: yaml.Node) -> None:
        plural, stands_for = _SINGULAR[name]
        items = node.value if isinstance(node, yaml.SequenceNode) else [node]
        self.found.lines[plural] = self.line(node.start_mark)
        document = self.found.document.setdefault(plural, [])
        for item in items:
            path = f"{plural}[{len(document)}]"
            value = self._value(item, _FIELDS[plural], path)
            if isinstance(value, str) and stands_for:
                value = {stands_for: value}
            document.append(value)
        if name == "headline" and document and isinstance(document[0], dict):
            document[0].setdefault("role", "main")

    def _also_read(self, node: yaml.Node) -> None:
        for item in node.value if isinstance(node, yaml.SequenceNode) else [node]:
            if isinstance(item, yaml.MappingNode):
                self._also_read_elsewhere(item)
            elif isinstance(item, yaml.ScalarNode) and (
                number := _STORY_NUMBER.fullmatch(item.value.strip())
            ):
                self.found.also_read.append(int(number[1]))
            else:
                message = "takes numbers of stories, or objects with headline and uri"
                self.note(ALSO_READ, message, item.start_mark)

    def _also_read_elsewhere(self, node: yaml.MappingNode) -> None:
        """A story outside of this feed: an association with the address and its headline."""
        given = {
            key.value: self._text(value, ALSO_READ)
            for key, value in self._pairs(node, f"{ALSO_READ}.")
            if isinstance(value, yaml.ScalarNode)
        }
        if given.keys() != {"headline", "uri"} or len(given) < len(node.value):
            message = "takes numbers of stories, or objects with headline and uri"
            self.note(ALSO_READ, message, node.start_mark)
            return
        links = self.found.document.setdefault("associations", [])
        self.found.lines[f"associations[{len(links)}]"] = self.line(node.start_mark)
        headline = {"role": "main", "value": given["headline"]}
        links.append({"name": ALSO_READ, "uri": given["uri"], "headlines": [headline]})

    def _value(self, node: yaml.Node, known: Field | None, path: str) -> Any:  # noqa: ANN401 (JSON)
        """The node as JSON has it, of the type that the field `known` takes."""
        self.found.lines.setdefault(path, self.line(node.start_mark))
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, known, path)
        if isinstance(node, yaml.SequenceNode):
            items = enumerate(node.value)
            return [self._value(item, known, f"{path}[{index}]") for index, item in items]
        inner = _fields_of(known)
        return {
            key.value: self._value(value, inner.get(key.value), f"{path}.{key.value}")
            for key, value in self._pairs(node, f"{path}.")
            if not _is_blank(value)
        }

    def _scalar(self, node: yaml.ScalarNode, known: Field | None, path: str) -> str | int | float:
        takes_number = known is None or known.plain in {int, float}
        number = _NUMBER.fullmatch(node.value) if takes_number and not node.style else None
        if number:
            return float(node.value) if "." in node.value else int(node.value)
        return self._text(node, path)

    def _text(self, node: yaml.ScalarNode, path: str) -> str:
        end = node.end_mark.index
        if not node.style and _COMMENT.match(self.source, end):
            message = "has a # that YAML takes for a comment; put the text in quotes"
            self.note(key_for(path), message, node.end_mark)
        return str(node.value).strip()


def is_field(line: str) -> bool:
    """Whether the text begins with a field of the front matter, such as `headline:`."""
    key = _KEY_OF_LINE.match(line)
    return key is not None and key[1] in _KEYS


def _fields_of(known: Field | None) -> dict[str, Field]:
    part: type[Part] | None = known.part if known else None
    return {one.key: one for one in fields(part)} if part else {}


def _is_blank(node: yaml.Node) -> bool:
    """Whether nothing was written: such a field counts as left out."""
    return isinstance(node, yaml.ScalarNode) and not node.style and node.value in {"", "~", "null"}
