"""What an editor types as an argument, read by click: a story's number, and words of their own."""

import re

import click

from livefeed.text import clean_body, storage_problem

_NUMBER = re.compile(r"#?([1-9][0-9]{0,15})")


class StoryNumber(click.ParamType[int]):
    """A story's number: `12` or `#12`."""

    name = "number"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """The number, or wrong usage."""
        if isinstance(value, int):
            return value
        if not (written := _NUMBER.fullmatch(str(value).strip())):
            self.fail(f"{value!r} is no story's number, such as 12.", param, ctx)
        return int(written[1])


NUMBER = StoryNumber()


def clean_words(text: str) -> str:
    """The words on one line, without what a terminal or a page might obey.

    Raises:
        ValueError: says what cannot be stored at all.
    """
    if problem := storage_problem(text):
        raise ValueError(problem)
    return " ".join(clean_body(text).split())


class Words(click.ParamType[str]):
    """Words that readers or colleagues see, on one line."""

    name = "text"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """The words, or wrong usage."""
        try:
            return clean_words(str(value))
        except ValueError as problem:
            self.fail(f"it {problem}", param, ctx)


WORDS = Words()
