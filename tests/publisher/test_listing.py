import io
import json
from datetime import UTC

from builders import LogBook, empty_fold, make_story
from livefeed.fold import apply_all
from publisher.listing import as_object, plain_line, rows, table
from publisher.terminal import Stream, json_text

START = 1_760_000_000_000  # 2025-10-09 08:53:20 UTC; an entry each second


def feed():
    """A live, a pinned, a held and a killed story, and one whose headline is not harmless."""
    book = LogBook()
    for headline in ("Live", "Pinned", "Held", "Killed"):
        book.append("publish", story=make_story(headline))
    book.append("pin", 2)
    held = {3: book.current[3]}
    book.append("hold", 3, note="Being checked")
    book.append("kill", 4, note="False report")
    book.append("correct", 1, story=make_story("Live, corrected"), note="It was not")
    return apply_all(empty_fold(), book.entries), held


def test_rows_stand_newest_first_with_their_state():
    assert [(row.number, row.rev, row.state, row.headline) for row in rows(*feed())] == [
        (4, 2, "killed", None),
        (3, 2, "held", "Held"),
        (2, 1, "pinned", "Pinned"),
        (1, 2, "live", "Live, corrected"),
    ]


def test_a_plain_line_has_five_columns_between_tabs():
    assert [plain_line(row).split("\t") for row in rows(*feed())] == [
        ["4", "2", "2025-10-09T08:53:27.000Z", "killed", ""],
        ["3", "2", "2025-10-09T08:53:26.000Z", "held", "Held"],
        ["2", "1", "2025-10-09T08:53:22.000Z", "pinned", "Pinned"],
        ["1", "2", "2025-10-09T08:53:28.000Z", "live", "Live, corrected"],
    ]


def test_people_see_columns():
    shown = table(
        rows(*feed()), Stream(io.StringIO(), styled=False), now_ms=START, zone=UTC, width=None
    )
    assert shown == [
        "#4  r2  08:53  killed  (False report)",
        "#3  r2  08:53  held    Held",
        "#2  r1  08:53  pinned  Pinned",
        "#1  r2  08:53  live    Live, corrected",
    ]


def test_a_narrow_terminal_gets_lines_that_fit():
    shown = table(
        rows(*feed()), Stream(io.StringIO(), styled=False), now_ms=START, zone=UTC, width=32
    )
    assert shown[3] == "#1  r2  08:53  live    Live, co…"
    assert all(len(line) <= 32 for line in shown)


def test_programs_get_the_same():
    first = json.loads(json_text(as_object(rows(*feed())[0])))
    assert first == {
        "number": 4,
        "rev": 2,
        "at": "2025-10-09T08:53:27.000Z",
        "state": "killed",
        "headline": None,
        "note": "False report",
        "marks": [],
    }


def test_a_note_cannot_break_a_line_or_move_the_terminal():
    book = LogBook()
    book.append("publish", story=make_story())
    book.append("kill", 1, note="a\tb\n\x1b[31mc")
    (row,) = rows(apply_all(empty_fold(), book.entries), {})
    (line,) = table([row], Stream(io.StringIO(), styled=False), now_ms=START, zone=UTC, width=None)
    assert line.endswith("(a b ␛[31mc)")
