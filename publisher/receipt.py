"""What an editor gets back once a change is in the log."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from livefeed.text import one_line
from publisher.desk import Answers, Desk

if TYPE_CHECKING:
    from livefeed.redis_log.append import Receipt

DONE_WORDS = {
    "publish": "Published",
    "update": "Updated",
    "correct": "Corrected",
    "refile": "Refiled",
    "hold": "Held",
    "release": "Released",
    "kill": "Killed",
    "pin": "Pinned",
    "unpin": "Unpinned",
}
_KEYS = ("op", "feed", "number", "rev", "seq", "position", "id")


def answer(desk: Desk, receipt: "Receipt", headline: str) -> None:
    """Print the receipt of a story's change, in the form that was asked for."""
    if not _for_programs(desk, receipt):
        out = desk.terminal.out
        done = out.style(DONE_WORDS[receipt.op], "green", "bold")
        out.line(f"{done} {out.style(f'#{receipt.number}', 'bold')} {one_line(headline)}".rstrip())
        _in_words(desk, receipt, f"{receipt.feed}, revision {receipt.rev}", next_steps(receipt))


def answer_feed(desk: Desk, receipt: "Receipt", *, made: bool) -> None:
    """Print the receipt of a feed's change."""
    if not _for_programs(desk, receipt):
        out = desk.terminal.out
        done = out.style("Made" if made else "Changed", "green", "bold")
        out.line(f"{done} the feed {out.style(receipt.feed, 'bold')}")
        _in_words(desk, receipt, receipt.feed, [("push to it:", "push", "FILE")] if made else [])


def _for_programs(desk: Desk, receipt: "Receipt") -> bool:
    if desk.answers is Answers.JSON:
        desk.terminal.out.object(as_object(receipt))
    elif desk.answers is Answers.PLAIN:
        desk.terminal.out.line("\t".join(map(str, as_object(receipt).values())))
    return desk.answers is not Answers.PEOPLE


def as_object(receipt: "Receipt") -> dict[str, Any]:
    """The object that `--json` prints for it."""
    values = {key: getattr(receipt, key) for key in _KEYS}
    return values | {"op": str(receipt.op), "position": str(receipt.position)}


def _in_words(desk: Desk, receipt: "Receipt", what: str, steps: Sequence[tuple[str, ...]]) -> None:
    out, err = desk.terminal.out, desk.terminal.err
    again = ", by an earlier run with this id" if receipt.repeated else ""
    out.line(out.style(f"  {what}, at {receipt.position}{again}", "dim"))
    for step, *words in steps:
        err.line(err.style(f"  {step} {desk.next_command(*words)}", "dim"))


def next_steps(receipt: "Receipt") -> list[tuple[str, ...]]:
    """What an editor may want to do next: a word on it, and the command."""
    number = str(receipt.number)
    correct = ("correct it:", "correct", number, "FILE", '--note "…"')
    steps: dict[str, list[tuple[str, ...]]] = {
        "publish": [correct, ("take it back:", "kill", number)],
        "correct": [("see it:", "show", number)],
        "hold": [("bring it back:", "release", number), ("or for ever:", "kill", number)],
        "release": [correct],
        "pin": [("later:", "unpin", number)],
    }
    return steps.get(receipt.op, [])
