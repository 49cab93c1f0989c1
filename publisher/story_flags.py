"""The flags that give a story, or change single fields of one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from livefeed.errors import UsageError
from publisher.argument_types import NUMBER

Command = TypeVar("Command", bound=Callable[..., Any])

FIELDS = ("headline", "body", "by", "located", "urgency", "subject", "language")
_FLAGS = (
    click.option("--headline", metavar="TEXT", help="The headline."),
    click.option("--body", metavar="TEXT", help="The text; an empty line parts paragraphs."),
    click.option("--by", metavar="TEXT", help="Who wrote it."),
    click.option("--located", metavar="PLACE", help="Where it was reported from."),
    click.option(
        "--urgency", type=click.IntRange(1, 9), metavar="1-9", help="1 is the most urgent."
    ),
    click.option("--subject", multiple=True, metavar="TEXT", help="A subject; may be repeated."),
    click.option("--language", metavar="TAG", help="Such as en or pt-BR."),
    click.option(
        "--also-read",
        multiple=True,
        type=NUMBER,
        metavar="N",
        help="Link another story of the feed; may be repeated.",
    ),
    click.option("--key-event/--no-key-event", default=None, help="Mark it as a key event."),
    click.option("--summary/--no-summary", default=None, help="Put it into the summary box."),
)


def story_flags(command: Command) -> Command:
    """Give a verb these flags; `taken` takes them out of what it was given."""
    for flag in reversed(_FLAGS):
        command = flag(command)
    return command


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryFlags:
    """What of a story was given by flags. `fields` holds only what was given.

    `marks` maps `key` and `summary` to whether the story shall have them.
    """

    fields: Mapping[str, Any]
    also_read: tuple[int, ...]
    marks: Mapping[str, bool]

    def __bool__(self) -> bool:
        return bool(self.fields or self.also_read or self.marks)


def taken(given: dict[str, Any]) -> StoryFlags:
    """The story's flags, taken out of a verb's."""
    fields = {name: given.pop(name) for name in FIELDS}
    marks = {"key": given.pop("key_event"), "summary": given.pop("summary")}
    return StoryFlags(
        fields={name: value for name, value in fields.items() if value not in (None, ())},
        also_read=given.pop("also_read"),
        marks={name: wanted for name, wanted in marks.items() if wanted is not None},
    )


def check_any(flags: StoryFlags, source: str | None, *, example: str) -> None:
    """A story needs a file or flags.

    Raises:
        UsageError: if there is neither.
    """
    if source is None and not flags:
        raise UsageError(
            "No story was given",
            hint=f"Give a FILE, `-` for standard input, or flags: `{example}`",
        )
