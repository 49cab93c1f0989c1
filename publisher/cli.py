"""The command `publisher`: its verbs, and the one place where whatever stops them is told.

Verbs import what they need when they run: `publisher --help` loads neither redis nor a parser of
HTML or Markdown.
"""

import os
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

import click

from livefeed.errors import LivefeedError, UsageError
from publisher.failure import DONE, EXIT_CODES, Failed, report
from publisher.flag_order import FlagsAnywhere
from publisher.terminal import AnswerLost, hush, open_closed_streams, this_terminal
from publisher.verbs.change import correct, refile, update
from publisher.verbs.feed import feed
from publisher.verbs.list import list_stories
from publisher.verbs.pin import pin, unpin
from publisher.verbs.push import push
from publisher.verbs.show import show
from publisher.verbs.validate import validate
from publisher.verbs.withdraw import hold, kill, release

_VERBS = (
    push,
    update,
    correct,
    refile,
    hold,
    release,
    kill,
    pin,
    unpin,
    list_stories,
    show,
    feed,
    validate,
)
_HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class _Publisher(FlagsAnywhere):
    """The group of all verbs; its help also tells of the flags that all of them take."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        shared = [option.get_help_record(ctx) for option in list_stories.params if _shared(option)]
        with formatter.section("Flags of every verb"):
            formatter.write_dl([record for record in shared if record])


def _shared(option: click.Parameter) -> bool:
    return all(option.name in {other.name for other in verb.params} for verb in (push, kill, show))


_MEANT = {
    **dict.fromkeys(("add", "new", "post", "publish", "send"), "push"),
    **dict.fromkeys(("change", "edit", "fix"), "correct"),
    **dict.fromkeys(("cancel", "delete", "remove", "retract", "rm", "spike"), "kill"),
    **dict.fromkeys(("embargo", "hide", "suspend", "unpublish", "withdraw"), "hold"),
    **dict.fromkeys(("restore", "unhold", "unhide"), "release"),
    **dict.fromkeys(("ls", "log", "status", "stories"), "list"),
    **dict.fromkeys(("cat", "get", "view"), "show"),
    **dict.fromkeys(("append", "develop"), "update"),
    **dict.fromkeys(("check", "lint"), "validate"),
    "help": "--help",
    **dict.fromkeys(("create", "feeds"), "feed"),
}


@click.group(cls=_Publisher, context_settings=_HELP, meant=_MEANT)
@click.version_option(package_name="livefeed", prog_name="publisher")
def publisher() -> None:
    """Push stories to a live news feed, and correct, hold or kill them.

    \b
      publisher push story.md
      publisher push --headline "Polls close at 20:00" --body "Turnout is 61 %."
      publisher correct 12 story.md --note "Turnout was 16 %, not 61 %."
      publisher kill 12 --note "The report was false."

    Flags may stand before or after the verb; `publisher VERB --help` shows them.

    \b
    Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not valid, 4 conflict, 5 Redis out of reach
    (nothing published), 6 outcome unknown (run again with the same --id).
    """  # noqa: D301 - click's mark


for _verb in _VERBS:
    publisher.add_command(_verb)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command line; ends the process with the exit code of the design."""
    argv = list(sys.argv[1:] if arguments is None else arguments)
    open_closed_streams()
    try:
        code = _run(argv)
    except (AnswerLost, BrokenPipeError) as error:
        code = _nobody_listens(error)
    if not _flushed():
        hush(sys.stdout)
    sys.exit(code)


def _run(argv: list[str]) -> int:
    try:
        code = publisher.main(argv, prog_name="publisher", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        if _asks_for_json(argv):
            verbs = f"`{error.ctx.command_path} --help` lists them."
            return _tell(Failed(UsageError("No verb was given", hint=verbs)), argv)
        click.echo(error.ctx.get_help(), err=True)
        return EXIT_CODES["usage"]
    except _FORESEEN as error:
        return _tell(_failed(error, argv), argv)
    except (AnswerLost, BrokenPipeError):
        raise
    except Exception as mistake:  # noqa: BLE001 - a program gets its object whatever happens
        traceback.print_exc()
        told = LivefeedError(f"A mistake of publisher: {mistake!r}", hint="Please report it.")
        return _tell(Failed(told), argv)
    return code if isinstance(code, int) else DONE


_FORESEEN = (Failed, LivefeedError, click.ClickException, click.Abort, KeyboardInterrupt)


def _failed(error: BaseException, argv: list[str]) -> Failed:
    if isinstance(error, Failed):
        return error
    if isinstance(error, LivefeedError):
        return Failed(error)
    if isinstance(error, click.ClickException):
        return Failed(_wrong_usage(error, argv))
    return Failed(LivefeedError("Interrupted; nothing was published"))


def _tell(failed: Failed, argv: list[str]) -> int:
    as_json = _asks_for_json(argv)
    plain = as_json or "--plain" in argv
    return report(failed, this_terminal(os.environ, plain=plain), as_json=as_json)


def _asks_for_json(argv: list[str]) -> bool:
    """Whether it does so, told before the line is read: what cannot be read is told as well."""
    flags = argv[: argv.index("--")] if "--" in argv else argv
    return not {"--json", "--jsonl"}.isdisjoint(flags)


def _wrong_usage(error: click.ClickException, argv: list[str]) -> UsageError:
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "publisher"
    hint = f"`{path} --help` shows how it is used."
    if isinstance(error, click.NoSuchOption) and (meant := _two_dashes(argv, context)):
        hint = f"Did you mean {meant}? Its name has two dashes.\n{hint}"
    parameter = getattr(error, "param", None)
    if isinstance(error, click.MissingParameter) and parameter and parameter.name == "number":
        hint = f"Type the number without `#`, which begins a comment in the shell.\n{hint}"
    return UsageError(error.format_message(), hint=hint)


def _two_dashes(argv: list[str], context: click.Context | None) -> str:
    """The flag that was typed with one dash, which is read as a row of short flags."""
    known = {f"-{name}" for word in argv if (name := word.partition("=")[0])}
    params = context.command.params if context else []
    return next((name for param in params for name in param.opts if name in known), "")


def _nobody_listens(error: AnswerLost | BrokenPipeError) -> int:
    """A list or a help page that is not read to its end (`| head`) is no failure."""
    if isinstance(error, BrokenPipeError) or error.reader_gone:
        return DONE
    sys.stderr.write(f"Error: the answer cannot be written: {error}\n")
    return EXIT_CODES["failed"]


def _flushed() -> bool:
    try:
        sys.stdout.flush()
    except OSError:
        return False
    return True
