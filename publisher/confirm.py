"""A kill is for ever, so it is confirmed by the story's number and not by a `y` typed in haste."""

from livefeed.errors import LivefeedError, UsageError
from publisher.terminal import Terminal


class NotConfirmed(LivefeedError):
    """The editor thought better of it; nothing was published."""


def still_to_ask(number: int, *, yes: bool, confirmed: int | None, asks: bool) -> bool:
    """Whether the number still has to be typed.

    Raises:
        UsageError: if `--confirm` names another story, or nobody can be asked.
    """
    if confirmed is not None and confirmed != number:
        raise UsageError(
            f"--confirm {confirmed} is not #{number}, the story to kill; nothing was killed",
            hint="Look again at which of the two is meant.",
        )
    if yes or confirmed is not None:
        return False
    if not asks:
        raise UsageError(
            f"#{number} was not killed: nobody can be asked here whether it is meant",
            hint=f"Add --confirm {number}, or --yes.",
        )
    return True


def ask_number(terminal: Terminal, number: int, what: str) -> None:
    """Ask for the story's number.

    Raises:
        NotConfirmed: unless it is typed.
    """
    err = terminal.err
    err.line(f"{err.style('Kill for ever:', 'red', 'bold')} {what}")
    typed = terminal.ask(f"Type its number, {number}, to kill it (Enter to let it be): ")
    if typed.removeprefix("#") == str(number):
        return
    told = f"{typed!r} is not {number}; nothing was killed" if typed else "nothing was killed"
    raise NotConfirmed(told[0].upper() + told[1:])
