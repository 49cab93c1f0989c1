import json

import pytest

from builders import START, LogBook, empty_fold, make_story
from documents import written
from livefeed.entry import Facts, Op
from livefeed.fold import apply_all
from livefeed.render import html
from livefeed.render.revisions import folded, history, history_document


@pytest.fixture
def book():
    book = LogBook()
    book.append(Op.FEED, facts=Facts(title="News", zone="Asia/Seoul", language="en"))
    return book


def told(book, number=2):
    """The story's entries that have their text, as the log has them."""
    return [entry for entry in book.entries if entry.number == number and entry.story]


def section(book, number=2):
    return html.history(apply_all(empty_fold(), book.entries), told(book, number))


def publish(book, *words, **more):
    return book.append(Op.PUBLISH, story=make_story(*words, **more))


def test_each_revision_stands_beside_the_one_before_it_the_newest_first(book):
    publish(book, "Talks on Thursday", "In Seoul on Thursday.", by="Kim")
    corrected = make_story("Talks on Friday", "In Seoul on Friday.", by="Kim Min-ji")
    book.append(Op.CORRECT, 2, story=corrected, note="It is Friday.")
    newest, first = history(told(book)).revisions
    assert written(newest.headline) == "Talks on [-Thursday] [+Friday]"
    assert written(newest.byline) == "Kim [+Min-ji]"
    assert [written(paragraph) for paragraph in newest.body] == [
        "In Seoul on [-Thursday] [+Friday]."
    ]
    assert first.is_first
    assert written(first.headline) == "Talks on Thursday"


def test_paragraphs_that_did_not_change_are_counted(book):
    paragraphs = [f"Paragraph {word}." for word in ("one", "two", "three", "four")]
    body = "</p><p>".join(paragraphs)
    publish(book, "A", body)
    book.append(Op.UPDATE, 2, story=make_story("A", body.replace("three", "tres")))
    newest, _ = history(told(book)).revisions
    before, changed, after = folded(newest.body)
    assert (before, after) == (2, 1)
    assert written(changed) == "Paragraph [-three] [+tres]."
    assert "2 paragraphs unchanged" in section(book)
    assert "1 paragraph unchanged" in section(book)


def test_a_revision_without_another_word_says_so(book):
    publish(book, "A")
    book.append(Op.UPDATE, 2, story=make_story("A", urgency=1))
    newest, first = history(told(book)).revisions
    assert not newest.is_worded_anew
    assert not first.is_worded_anew
    assert section(book).count("No word differs") == 1


def test_what_kind_when_and_why_stand_with_each(book):
    publish(book, "A first")
    book.append(Op.UPDATE, 2, story=make_story("A second"))
    book.append(Op.CORRECT, 2, story=make_story("A third"), note="Not the <second>.")
    book.append(Op.REFILE, 2, story=make_story("A 3rd"))
    page = section(book)
    words = [
        page.index(word) for word in ("Typing error mended", "Corrected", "Updated", "Published")
    ]
    assert words == sorted(words)
    assert '<time datetime="2025-10-09T17:53:24+09:00">17:53 KST</time>' in page
    assert "Not the &lt;second&gt;." in page
    assert page.count("<details>") == 1


def test_a_redaction_is_told_and_what_it_took_out_is_not(book):
    publish(book, "Name of a minor", "Her name is Secret.")
    book.append(Op.CORRECT, 2, story=make_story("A minor", "She is Secret."), note="A word.")
    book.append(Op.CORRECT, 2, story=make_story("A minor"), note="For legal reasons.", redacts=True)
    book.append(Op.UPDATE, 2, story=make_story("A minor, aged 12"))
    page = section(book)
    assert "Secret" not in page
    assert "Name of" not in page
    assert "withdrawn for good" in page
    notes = [page.index(note) for note in ("For legal reasons.", "A word.", "Published")]
    assert notes == sorted(notes)
    assert "Secret" not in history_document("news", told(book)).decode()


def test_texts_from_before_a_hold_are_not_told(book):
    publish(book, "A claim")
    book.append(Op.HOLD, 2)
    book.append(Op.RELEASE, 2, story=make_story("A claim, checked"))
    page = section(book)
    assert "Brought back" in page
    assert "before the story was held" in page
    assert history(told(book)).missing == "held"


def test_texts_that_the_log_no_longer_has_are_said_to_be_gone_with_the_notes_that_are_left(book):
    publish(book, "A first")
    book.append(Op.CORRECT, 2, story=make_story("A second"), note="Not first.")
    book.append(Op.CORRECT, 2, story=make_story("A third"), note="Not second.")
    kept = told(book)[2:]
    document = json.loads(history_document("news", kept))
    assert document["missing"] == {
        "why": "not-shown",
        "corrections": [{"at": START + 3000, "note": "Not first."}],
    }
    assert document["first_at"] == START + 2000


def test_as_data_each_revision_has_its_document_and_its_differences(book):
    publish(book, "Talks on Thursday")
    book.append(Op.CORRECT, 2, story=make_story("Talks on Friday"), note="It is Friday.")
    document = json.loads(history_document("news", told(book)))
    assert (document["feed"], document["number"]) == ("news", 2)
    newest, first = document["revisions"]
    assert (newest["rev"], newest["op"], newest["note"]) == (2, "correct", "It is Friday.")
    assert newest["differences"]["headline"] == [
        {"kind": "same", "text": "Talks on"},
        {"kind": "removed", "text": " Thursday"},
        {"kind": "added", "text": " Friday"},
    ]
    assert newest["story"]["headlines"][0]["value"] == "Talks on Friday"
    assert "differences" not in first
    assert document["missing"] == {"why": "nothing", "corrections": []}


def test_markup_in_a_text_is_no_markup_in_its_history(book):
    evil = "<script>alert(1)</script>"
    publish(book, "A", f"{evil}<b onclick=x>Said</b> &lt;i&gt;this&lt;/i&gt;", by=evil)
    book.append(Op.CORRECT, 2, story=make_story(evil, "Said &lt;i&gt;that&lt;/i&gt;"), note=evil)
    page = section(book)
    assert "<script" not in page
    assert "onclick" not in page
    assert "<i>" not in page


def test_inserted_and_deleted_words_are_told_to_screen_readers_too(book):
    publish(book, "Talks on Thursday")
    book.append(Op.CORRECT, 2, story=make_story("Talks on Friday"), note="It is Friday.")
    page = section(book)
    assert '<del><span class="visually-hidden">[removed: </span>Thursday' in page
    assert '<ins><span class="visually-hidden">[added: </span>Friday' in page
