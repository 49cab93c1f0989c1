"""The fold: whichever way a reader came to a position, the page is the same."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from builders import LogBook, empty_fold, make_story
from livefeed.entry import CARRIES_STORY, Entry, Mark
from livefeed.fold import apply, apply_all
from livefeed.view import View
from logs import logs, text_of, withdrawn_texts


@given(logs(), st.integers(1, 6))
def test_a_snapshot_and_the_rest_fold_to_the_same_as_the_whole_log(book, keep):
    whole = apply_all(empty_fold(keep=keep), book.entries)
    for cut in range(len(book.entries) + 1):
        snapshot = apply_all(empty_fold(keep=keep), book.entries[:cut])
        assert apply_all(snapshot, book.entries[cut:]) == whole


@given(logs())
def test_applying_an_entry_twice_changes_nothing(book):
    fold = empty_fold()
    for entry in book.entries:
        fold = apply(fold, entry)
        assert apply(fold, entry) is fold


@given(logs())
def test_after_a_withdrawal_no_old_text_is_in_a_fold_that_saw_it_live(book):
    replayed = LogBook()
    fold = empty_fold()
    for entry in book.entries:
        story = None
        if entry.op in CARRIES_STORY:
            story = entry.story or make_story(f"withdrawn-text-{entry.number}-{entry.rev}.")
        more = {"facts": entry.facts, "note": entry.note, "redacts": entry.redacts}
        fold = apply(fold, replayed.append(entry.op, entry.number, story=story, **more))
    held = text_of(fold)
    assert not [text for text in withdrawn_texts(replayed) if text in held]


def test_stories_stand_in_the_order_of_their_first_publication():
    book = LogBook()
    for headline in ("one", "two", "three"):
        book.append("publish", story=make_story(headline))
    book.append("update", 1, story=make_story("one again"))
    fold = apply_all(empty_fold(), book.entries)
    assert [e.number for e in fold.newest_first()] == [3, 2, 1]


def test_the_newest_pin_stands_first_and_pinning_again_moves_it_up():
    book = LogBook()
    book.append("publish", story=make_story("one"))
    book.append("publish", story=make_story("two"))
    for number in (1, 2, 1):
        book.append("pin", number)
    assert apply_all(empty_fold(), book.entries).pinned == (1, 2)
    book.append("unpin", 1)
    assert apply_all(empty_fold(), book.entries).pinned == (2,)


def test_a_held_story_is_no_longer_pinned():
    book = LogBook()
    book.append("publish", story=make_story())
    book.append("pin", 1)
    book.append("hold", 1)
    assert apply_all(empty_fold(), book.entries).pinned == ()


def test_a_story_that_is_no_longer_kept_is_no_longer_pinned():
    book = LogBook()
    book.append("publish", story=make_story("old"))
    book.append("pin", 1)
    book.append("publish", story=make_story("new"))
    fold = apply_all(empty_fold(keep=1), book.entries)
    assert list(fold.stories) == [3]
    assert fold.pinned == ()


def test_a_pin_of_a_story_that_is_not_there_is_none():
    """So it is with a story whose entry in Redis cannot be read."""
    book = LogBook()
    book.append("publish", story=make_story("lost"))
    before = empty_fold()
    pin = book.append("pin", 1)
    assert apply(before, pin).pinned == ()
    assert replace(before, pinned=(1,)).pinned == ()


def test_a_page_of_a_fold_says_whether_older_stories_follow():
    book = LogBook()
    for n in range(5):
        book.append("publish", story=make_story(str(n)))
    fold = apply_all(empty_fold(), book.entries)
    newest = fold.page(limit=2)
    assert ([e.number for e in newest.stories], newest.more) == ([5, 4], True)
    oldest = fold.page(View(before=3), limit=2)
    assert ([e.number for e in oldest.stories], oldest.more) == ([2, 1], False)


def summaries(entries: list[Entry], *, keep: int = 10_000) -> list[int]:
    """Which story is the summary after each entry, and that a fold made anew says the same."""
    fold, told = empty_fold(keep=keep), []
    for entry in entries:
        fold = apply(fold, entry)
        assert replace(fold, summary=-1).summary == fold.summary
        told.append(fold.summary)
    return told


def summary(book: LogBook, headline: str) -> Entry:
    return book.append("publish", story=make_story(headline), marks=(Mark.SUMMARY,))


def test_the_summary_is_the_newest_story_that_is_marked_so():
    book = LogBook()
    book.append("publish", story=make_story("plain"))
    summary(book, "first")
    summary(book, "second")
    book.append("correct", 2, story=make_story("first, corrected"), note="A word.")
    book.append("pin", 1)
    assert summaries(book.entries) == [0, 2, 3, 3, 3]


def test_a_summary_that_is_withdrawn_or_marked_so_no_more_gives_way_to_the_one_before():
    book = LogBook()
    live = [summary(book, headline) for headline in ("first", "second", "third")]
    live.append(book.append("update", 3, story=make_story("third"), marks=()))
    live.append(book.append("hold", 2))
    live.append(book.append("kill", 1))
    assert summaries(live)[2:] == [3, 2, 1, 0]
    assert summaries(book.entries)[-1] == 0


def test_a_summary_that_is_no_longer_kept_is_none():
    book = LogBook()
    summary(book, "first")
    book.append("publish", story=make_story("second"))
    assert summaries(book.entries, keep=1) == [1, 0]


def test_an_entry_whose_text_was_withdrawn_makes_no_summary():
    book = LogBook()
    summary(book, "first")
    book.append("kill", 1)
    assert summaries(book.entries) == [0, 0]
