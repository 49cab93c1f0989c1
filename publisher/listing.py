"""A feed's stories as rows: number, revision, time, state, headline."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from livefeed.entry import Entry, Op
from livefeed.fold import Fold
from livefeed.story import main_headline
from livefeed.text import one_line
from publisher.clock_time import exact_time, short_time, zone_named
from publisher.columns import cut
from publisher.desk import Answers, Desk
from publisher.open_log import open_log
from publisher.terminal import Stream

_STYLES = {"pinned": "yellow", "held": "yellow", "killed": "red"}
_WITHOUT_TEXT = {Op.HOLD: "held", Op.KILL: "killed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One story. `at` is when it last changed; `note` what readers were told of that."""

    number: int
    rev: int
    at: int
    state: str
    headline: str | None
    note: str | None
    marks: tuple[str, ...]


def state_of(entry: Entry, pinned: Iterable[int]) -> str:
    """`live`, `pinned`, `held` or `killed`."""
    withdrawn = _WITHOUT_TEXT.get(entry.op)
    return withdrawn or ("pinned" if entry.number in pinned else "live")


def rows(fold: Fold, held: Mapping[int, Entry]) -> list[Row]:
    """All stories, the newest first. `held` has the texts of those that are held."""
    return [_row(entry, fold, held) for entry in fold.newest_first()]


def _row(entry: Entry, fold: Fold, held: Mapping[int, Entry]) -> Row:
    story = entry.story or (held[entry.number].story if entry.number in held else None)
    return Row(
        number=entry.number,
        rev=entry.rev,
        at=entry.at,
        state=state_of(entry, fold.pinned),
        headline=main_headline(story) if story else None,
        note=entry.note,
        marks=tuple(map(str, entry.marks)),
    )


def show(desk: Desk, *, limit: int | None, state: str | None) -> None:
    """Print the newest `limit` stories of the desk's feed, or those in one state."""
    with open_log(desk) as log:
        fold = log.fold()
        held = {
            entry.number: log.held(entry.number)
            for entry in fold.stories.values()
            if entry.op is Op.HOLD
        }
    found = [row for row in rows(fold, held) if state is None or row.state == state]
    shown = found[:limit]
    out = desk.terminal.out
    if desk.answers is Answers.JSON:
        out.object(_object(fold, shown, more=len(found) > len(shown)))
    elif desk.answers is Answers.PLAIN:
        for row in shown:
            out.line(plain_line(row))
    else:
        _for_people(desk, fold, shown, older=len(found) - len(shown))


def _object(fold: Fold, shown: list[Row], *, more: bool) -> dict[str, Any]:
    stories = [as_object(row) for row in shown]
    return {"feed": fold.feed, "position": str(fold.position), "stories": stories, "more": more}


def _for_people(desk: Desk, fold: Fold, shown: list[Row], *, older: int) -> None:
    out, err, width = desk.terminal.out, desk.terminal.err, desk.terminal.width
    if not shown:
        err.line(_nothing(desk, fold))
        return
    zone = zone_named(fold.facts.zone)
    for line in table(shown, out, now_ms=desk.now_ms, zone=zone, width=width):
        out.line(line)
    if older:
        err.line(err.style(f"  and {older} older: --all shows them", "dim"))


def _nothing(desk: Desk, fold: Fold) -> str:
    if fold.stories:
        return f"None of the {len(fold.stories)} stories of {fold.feed} is in that state."
    return f"{fold.feed} has no stories yet. Publish one: {desk.next_command('push', 'FILE')}"


def as_object(row: Row) -> dict[str, Any]:
    """The row for `--json`."""
    return {
        "number": row.number,
        "rev": row.rev,
        "at": exact_time(row.at),
        "state": row.state,
        "headline": row.headline,
        "note": row.note,
        "marks": list(row.marks),
    }


def plain_line(row: Row) -> str:
    """The row for `--plain`: five columns, a tab between them; the last is empty once killed."""
    headline = one_line(row.headline or "")
    return "\t".join((str(row.number), str(row.rev), exact_time(row.at), row.state, headline))


def table(
    shown: list[Row], out: Stream, *, now_ms: int, zone: tzinfo, width: int | None
) -> list[str]:
    """The rows for people, aligned, and cut to the terminal's width."""
    left = [
        (f"#{row.number}", f"r{row.rev}", short_time(row.at, now_ms, zone), row.state)
        for row in shown
    ]
    widths = [max(map(len, column)) for column in zip(*left, strict=True)]
    return [_line(row, cells, widths, out, width) for row, cells in zip(shown, left, strict=True)]


def _line(
    row: Row, cells: tuple[str, str, str, str], widths: list[int], out: Stream, width: int | None
) -> str:
    number, rev, at = (cell.rjust(wide) for cell, wide in zip(cells[:3], widths[:3], strict=True))
    state = row.state.ljust(widths[3])
    room = width - sum(widths) - 2 * len(widths) if width is not None else None
    told = cut(one_line(_told(row)), room)
    styled = out.style(told, "dim") if row.headline is None else told
    colour = _STYLES.get(row.state)
    return "  ".join(
        (
            out.style(number, "bold"),
            out.style(rev, "dim"),
            at,
            out.style(state, colour) if colour else state,
            styled,
        )
    )


def _told(row: Row) -> str:
    if row.headline is not None:
        return row.headline
    return f"({row.note})" if row.note else "(no text)"
