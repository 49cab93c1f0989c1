"""The feeds there are: name, state, number of stories, title."""

from typing import Any

from livefeed.entry import FeedState
from livefeed.fold import Fold
from livefeed.text import one_line
from publisher.columns import cut
from publisher.desk import Answers, Desk
from publisher.open_log import open_log


def show(desk: Desk) -> None:
    """Print all feeds, by name."""
    with open_log(desk) as log:
        folds = [log.fold(name) for name in log.feeds()]
    out = desk.terminal.out
    if desk.answers is Answers.JSON:
        out.object({"feeds": [as_object(fold) for fold in folds]})
    elif desk.answers is Answers.PLAIN:
        for fold in folds:
            out.line("\t".join(_cells(fold)))
    elif folds:
        _table(desk, [_cells(fold) for fold in folds])
    else:
        create = desk.next_command("feed", "create", "news", '--title "…"')
        desk.terminal.err.line(f"There is no feed yet. Make one: {create}")


def as_object(fold: Fold) -> dict[str, Any]:
    """A feed for `--json`."""
    facts = fold.facts
    return {
        "feed": fold.feed,
        "state": _state(fold),
        "stories": len(fold.stories),
        "position": str(fold.position),
        "title": facts.title,
        "section": facts.section,
        "description": facts.description,
        "language": facts.language,
        "zone": facts.zone,
        "starts": facts.starts,
    }


def _table(desk: Desk, lines: list[tuple[str, ...]]) -> None:
    out = desk.terminal.out
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)][:3]
    for name, state, stories, title in lines:
        room = desk.terminal.width and desk.terminal.width - sum(widths) - 6
        padded = (name.ljust(widths[0]), state.ljust(widths[1]), stories.rjust(widths[2]))
        out.line("  ".join((out.style(padded[0], "bold"), *padded[1:], cut(title, room))))


def _cells(fold: Fold) -> tuple[str, ...]:
    title = one_line(fold.facts.title or "")
    return (fold.feed, _state(fold), str(len(fold.stories)), title)


def _state(fold: Fold) -> str:
    return str(fold.facts.state or FeedState.LIVE)
