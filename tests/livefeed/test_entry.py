"""Entries as values."""

from builders import LogBook, make_story
from livefeed.entry import Correction, Facts, FeedState


def test_a_first_publication_was_first_published_when_it_was_appended():
    entry = LogBook().append("publish", story=make_story())
    assert entry.first_published == entry.at


def test_a_later_revision_remembers_when_the_story_was_first_published():
    book = LogBook()
    first = book.append("publish", story=make_story())
    later = book.append("update", first.number, story=make_story("More"))
    assert later.first_published == first.at < later.at


def test_a_correction_counts_itself_among_the_corrections_and_an_update_does_not():
    book = LogBook()
    book.append("publish", story=make_story())
    corrected = book.append("correct", 1, story=make_story(), note="It was Tuesday.")
    updated = book.append("update", 1, story=make_story())
    expected = (Correction(at=corrected.at, note="It was Tuesday."),)
    assert corrected.corrections == ()
    assert corrected.all_corrections == updated.corrections == updated.all_corrections == expected


def test_only_holds_kills_and_redacting_corrections_withdraw():
    book = LogBook()
    assert not book.append("publish", story=make_story()).withdraws
    assert not book.append("correct", 1, story=make_story(), note="n").withdraws
    assert book.append("correct", 1, story=make_story(), note="n", redacts=True).withdraws
    assert book.append("hold", 1).withdraws
    assert book.append("kill", 1).withdraws


def test_an_entry_without_its_text_keeps_its_place_and_says_so():
    entry = LogBook().append("publish", story=make_story("Secret"))
    bare = entry.without_text()
    assert bare.position == entry.position
    assert bare.withdrawn
    assert "Secret" not in repr(bare)
    assert bare.without_text() is bare


def test_facts_that_are_not_given_stay_as_they_were():
    facts = Facts(title="Election night", zone="Europe/Paris", state=FeedState.LIVE)
    ended = facts.updated(Facts(state=FeedState.ENDED))
    assert ended == Facts(title="Election night", zone="Europe/Paris", state=FeedState.ENDED)
