"""A story's number as an editor types it: `12` or `#12`."""

import re

import click

_NUMBER = re.compile(r"#?([1-9][0-9]{0,15})")


class StoryNumber(click.ParamType[int]):
    """The command line's type for it."""

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
