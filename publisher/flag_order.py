"""A flag may stand before the verb: it is then a flag of the verb.

`publisher --feed quake --dry-run push FILE` is read as `publisher push --feed quake --dry-run
FILE`. The verbs know their flags; a group only moves them, so a flag before the verb and the same
after it are one, of which the later counts.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

import click


class FlagsAnywhere(click.Group):
    """A group of verbs, listed in the order of their use, whose flags may stand before the verb.

    `meant` maps words that people try to the verbs that do it: a word that merely looks alike may
    do the opposite (`delete`, `release`).
    """

    def __init__(self, *args: Any, meant: Mapping[str, str] | None = None, **more: Any) -> None:  # noqa: ANN401 - click's
        super().__init__(*args, **more)
        self._meant = meant or {}

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The verb; an unknown one is wrong usage that names the one that was meant."""
        if args and args[0] not in self.commands:
            near = self._meant.get(args[0]) or next(
                iter(get_close_matches(args[0], self.commands)), ""
            )
            told = f" Did you mean `{near}`?" if near else ""
            raise click.UsageError(f"There is no verb {args[0]!r}.{told}", ctx)
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The verbs, as they were added."""
        return list(self.commands)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Move what stands before the verb behind it; what is the group's own stays."""
        own, moved, rest = self._parted(ctx, args)
        return super().parse_args(ctx, [*own, *rest[:1], *(moved if rest else ()), *rest[1:]])

    def _parted(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[list[str], list[str], list[str]]:
        own_names = {name for option in self.get_params(ctx) for name in option.opts}
        takes_value = dict(_flags(self))
        own: list[str] = []
        moved: list[str] = []
        at = 0
        while at < len(args) and args[at].startswith("-") and args[at] not in {"-", "--"}:
            name, _, value = args[at].partition("=")
            if name in own_names:
                own.append(args[at])
            elif name not in takes_value:
                raise click.NoSuchOption(name, possibilities=[*takes_value, *own_names], ctx=ctx)
            else:
                width = 2 if takes_value[name] and not value else 1
                moved += args[at : at + width]
                at += width - 1
            at += 1
        return own, moved, args[at:]


def _flags(group: click.Group) -> Iterator[tuple[str, bool]]:
    """Each flag of each verb below the group, and whether a value follows it."""
    for command in group.commands.values():
        if isinstance(command, click.Group):
            yield from _flags(command)
        for option in command.params:
            if isinstance(option, click.Option):
                for name in (*option.opts, *option.secondary_opts):
                    yield name, not (option.is_flag or option.count)
