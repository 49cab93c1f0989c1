from builders import LogBook, empty_fold, make_story
from livefeed.entry import Op
from livefeed.fold import apply_all
from livefeed.render.language import Language
from livefeed.render.related import Link, also_read, articles_showing, link_to

LEFT_TO_RIGHT = Language(tag=None, direction="ltr")


def associated(*names, **more):
    return [{"name": name, "uri": f"urn:example:{name[-1]}", **more} for name in names]


def fold_of(book):
    return apply_all(empty_fold(), book.entries)


def feed_with_a_link():
    book = LogBook()
    book.append(Op.PUBLISH, story=make_story("First"))
    book.append(Op.PUBLISH, story=make_story("Second", associations=associated("#1")))
    return book


def links(book, number):
    fold = fold_of(book)
    return also_read(fold, fold.stories[number].story)


def test_a_number_is_shown_as_the_headline_that_the_story_has_now():
    book = feed_with_a_link()
    book.append(Op.CORRECT, 1, story=make_story("First, corrected"), note="A word")
    first = Link(headline="First, corrected", href="/feeds/news/stories/1", language=LEFT_TO_RIGHT)
    assert links(book, 2) == [first]


def test_a_withdrawn_story_is_named_nowhere():
    for op in (Op.HOLD, Op.KILL):
        book = feed_with_a_link()
        book.append(op, 1)
        assert links(book, 2) == []
        assert link_to(fold_of(book), 1) is None


def test_a_number_that_the_feed_does_not_have_leads_nowhere():
    book = LogBook()
    book.append(Op.PUBLISH, story=make_story(associations=associated("#99", "#0", "#x", "# 1")))
    assert links(book, 1) == []
    assert link_to(fold_of(book), None) is None


def test_the_same_link_stands_once():
    book = feed_with_a_link()
    book.append(Op.PUBLISH, story=make_story("Third", associations=associated("#1", "#1", "#2")))
    assert [link.headline for link in links(book, 3)] == ["First", "Second"]


def test_a_story_elsewhere_is_linked_by_its_own_headline_or_title():
    headlines = [{"value": "Aside"}, {"role": "main", "value": "Elsewhere"}]
    book = LogBook()
    book.append(
        Op.PUBLISH,
        story=make_story(
            associations=[
                {"name": "a", "uri": "https://example.org/a", "headlines": headlines},
                {"name": "b", "uri": "HTTP://example.org/b", "title": "By title"},
            ]
        ),
    )
    assert links(book, 1) == [
        Link(
            headline="Elsewhere",
            href="https://example.org/a",
            language=LEFT_TO_RIGHT,
            elsewhere=True,
        ),
        Link(
            headline="By title", href="HTTP://example.org/b", language=LEFT_TO_RIGHT, elsewhere=True
        ),
    ]


def test_what_cannot_be_opened_or_is_no_story_is_not_linked():
    book = LogBook()
    book.append(
        Op.PUBLISH,
        story=make_story(
            associations=[
                {"name": "a", "uri": "javascript:alert(1)", "title": "Script"},
                {"name": "b", "uri": "urn:example:b", "title": "No address"},
                {"name": "c", "uri": "https://example.org/c"},
                {"name": "d", "uri": "https://example.org/d", "title": "P", "type": "picture"},
            ]
        ),
    )
    assert links(book, 1) == []


def test_articles_that_show_a_headline_are_found_by_link_and_by_substitute():
    book = feed_with_a_link()
    book.append(Op.PUBLISH, story=make_story("Wrong"))
    book.append(Op.KILL, 3, substitute=1)
    book.append(Op.PUBLISH, story=make_story("Unrelated"))
    book.append(Op.KILL, 5)
    showing = articles_showing(fold_of(book), 1)
    assert [entry.number for entry in showing] == [2, 3]


def test_links_to_elsewhere_show_no_headline_of_the_feed():
    book = feed_with_a_link()
    book.append(Op.PUBLISH, story=make_story("Third", associations=associated("a", "#9")))
    assert [entry.number for entry in articles_showing(fold_of(book), 1)] == [2]


def test_a_story_that_links_to_itself_is_not_another_article():
    book = LogBook()
    book.append(Op.PUBLISH, story=make_story(associations=associated("#1")))
    assert articles_showing(fold_of(book), 1) == []


def test_a_link_says_in_which_language_its_story_is():
    book = feed_with_a_link()
    book.append(Op.CORRECT, 1, story=make_story("محادثات", language="ar"), note="A word")
    (link,) = links(book, 2)
    assert link.language == Language(tag="ar", direction="rtl")
