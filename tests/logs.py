"""Hypothesis strategies: any log that the state table allows."""

from hypothesis import strategies as st

from builders import LogBook, make_story
from livefeed.entry import CARRIES_STORY, Facts, FeedState, Mark, Op
from livefeed.fold import Fold

MARKER = "withdrawn-text"

_LIVE = [Op.UPDATE, Op.CORRECT, Op.REFILE, Op.HOLD, Op.KILL, Op.PIN, Op.UNPIN]
ALLOWED = {None: [], Op.HOLD: [Op.RELEASE, Op.KILL], Op.KILL: []}


def secret(number: int, rev: int) -> str:
    """The text that a story's revision carries, to search for after a withdrawal."""
    return f"{MARKER}-{number}-{rev}."


@st.composite
def logs(draw: st.DrawFn, *, most: int = 25) -> LogBook:
    """A log of up to `most` entries."""
    book = LogBook()
    for _ in range(draw(st.integers(0, most))):
        _append_any(draw, book)
    return book


def _append_any(draw: st.DrawFn, book: LogBook) -> None:
    choices = [(Op.PUBLISH, 0), (Op.FEED, 0)]
    for number, entry in book.current.items():
        choices += [(op, number) for op in ALLOWED.get(entry.op, _LIVE)]
    op, number = draw(st.sampled_from(choices))
    if op is Op.FEED:
        title = draw(st.text(min_size=1, max_size=5))
        state = draw(st.sampled_from(FeedState))
        book.append(op, facts=Facts(title=title, state=state))
        return
    more = {}
    if op in CARRIES_STORY:
        seq = len(book.entries) + 1
        rev = book.current[number].rev + 1 if number else 1
        more["story"] = make_story(secret(number or seq, rev))
        more["marks"] = draw(st.sampled_from([None, (), (Mark.KEY,)]))
    if op is Op.CORRECT:
        more["note"] = "A note"
        more["redacts"] = draw(st.booleans())
    book.append(op, number, **more)


def withdrawn_texts(book: LogBook) -> set[str]:
    """Every text that no reader may be sent any more."""
    gone: set[str] = set()
    texts: dict[int, set[str]] = {}
    for entry in book.entries:
        mine = texts.setdefault(entry.number, set())
        if entry.withdraws:
            gone |= mine
        if entry.op in CARRIES_STORY:
            mine.add(secret(entry.number, entry.rev))
    return gone


def text_of(fold: Fold) -> str:
    """Everything a fold holds, as text to search in."""
    return repr(fold)
