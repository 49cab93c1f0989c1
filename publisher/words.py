"""Words that an editor types on the command line and that readers or colleagues see."""

import click

from livefeed.text import clean_body, storage_problem


def clean_words(text: str) -> str:
    """The words on one line, without what a terminal or a page might obey.

    Raises:
        ValueError: says what cannot be stored at all.
    """
    if problem := storage_problem(text):
        raise ValueError(problem)
    return " ".join(clean_body(text).split())


class Words(click.ParamType[str]):
    """The command line's type for them."""

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
