import pytest

from builders import START, make_story
from documents import article, feed_page, publish
from livefeed.entry import Facts, Mark, Op

# The parts of a story.


def test_an_article_has_its_number_its_revision_and_its_headline(book):
    publish(book, "Talks begin")
    shown = article(book, 2)
    assert shown.one("article") == {
        "class": "story",
        "id": "story-2",
        "data-number": "2",
        "data-rev": "1",
        "tabindex": "0",
        "aria-labelledby": "story-2-headline",
    }
    assert shown.all("h2", id="story-2-headline")
    assert shown.all("a", href="/feeds/news/stories/2")
    assert "Talks begin" in shown.text


def test_the_date_line_is_when_the_story_is_of(book):
    publish(book, contentCreated="2021-04-19T22:00:00Z")
    assert "April 20, 2021" in article(book, 2).text


def test_without_that_the_date_line_is_the_first_publication_in_the_feeds_zone(book):
    first = publish(book)
    book.append(Op.REFILE, 2, story=make_story("Anew"))
    assert first.at == START + 2_000
    shown = article(book, 2)
    assert "October 9, 2025" in shown.text
    assert "17:53 KST" in shown.text


def test_a_story_of_another_day_says_when_it_was_published(book):
    publish(book, contentCreated="2021-04-20T04:00:00Z")
    assert "April 20, 2021 Published October 9, 2025, 17:53 KST" in article(book, 2).text


@pytest.mark.parametrize(
    ("by", "located", "shown"),
    [
        ("Kim Min-ji", "Seoul", "By Kim Min-ji , Seoul"),
        ("By Kim Min-ji", None, "By Kim Min-ji"),
        ("by Kim Min-ji", None, "By Kim Min-ji"),
        (None, "Seoul", "Seoul"),
    ],
)
def test_the_byline_says_by_once(book, by, located, shown):
    given = {"by": by, "located": located}
    publish(book, **{name: value for name, value in given.items() if value})
    assert shown in article(book, 2).text


def test_a_correction_says_when_and_what(book):
    publish(book)
    book.append(Op.CORRECT, 2, story=make_story(), note="It was Friday.")
    book.append(Op.CORRECT, 2, story=make_story(), note="At noon.")
    text = article(book, 2).text
    assert "Corrected 17:53 KST It was Friday." in text
    assert "Corrected 17:53 KST At noon." in text


def test_a_correction_stays_with_the_story_through_later_changes(book):
    publish(book)
    book.append(Op.CORRECT, 2, story=make_story(), note="It was Friday.")
    book.append(Op.UPDATE, 2, story=make_story())
    text = article(book, 2).text
    assert "It was Friday." in text
    assert "Updated 17:53 KST" in text


def test_a_mended_typing_error_is_not_mentioned(book):
    publish(book)
    book.append(Op.REFILE, 2, story=make_story("Mended"))
    text = article(book, 2).text
    assert "Corrected" not in text
    assert "Updated" not in text


def test_also_read_stands_inside_a_long_story_and_behind_a_short_one(book):
    publish(book, "First")
    link = [{"name": "#2", "uri": "urn:example:1"}]
    publish(book, "Long", "1</p><p>2</p><p>3</p><p>4", associations=link)
    publish(book, "Short", "Only this.", associations=link)
    long, short = article(book, 3).text, article(book, 4).text
    assert "1 2 Also read First 3 4" in long
    assert "Only this. Also read First" in short


def test_marks_are_words(book):
    publish(book, urgency=1, marks=(Mark.KEY, Mark.SUMMARY))
    book.append(Op.PIN, 2)
    assert "Breaking Pinned Summary Key event" in article(book, 2).text


def test_an_ordinary_story_has_no_marks(book):
    publish(book, urgency=5)
    assert not article(book, 2).all("p", class_="marks")


def test_a_picture_keeps_its_place_while_it_loads(book):
    picture = {
        "name": "main",
        "uri": "urn:example:p",
        "type": "picture",
        "headlines": [{"value": "The hall"}],
        "renditions": [{"name": "m", "href": "https://e.org/p.jpg", "width": 8, "height": 6}],
    }
    publish(book, associations=[picture])
    shown = article(book, 2).one("img")
    assert (shown["alt"], shown["width"], shown["height"]) == ("The hall", "8", "6")


def test_what_a_machine_made_is_marked(book):
    terms = ("trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia")
    made, partly = ({"uri": f"http://cv.iptc.org/newscodes/digitalsourcetype/{t}"} for t in terms)
    picture = {"name": "main", "uri": "urn:example:p", "type": "picture", "title": "The hall"}
    renditions = [{"name": "m", "href": "https://e.org/p.jpg"}]
    machines = {**picture, "renditions": renditions, "digitalSourceType": partly}
    publish(book, associations=[machines], digitalSourceType=made)
    text = article(book, 2).text
    assert text.index("Made by a machine") < text.index("A headline")
    assert "The hall Made with a machine" in text
    publish(book, associations=[{**picture, "renditions": renditions}])
    assert "machine" not in article(book, 3).text


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "Be the first to like this"),
        (1, "1 reader likes this"),
        (3, "3 readers like this"),
        (12_345, "12,345 readers like this"),
    ],
)
def test_likes_are_counted_in_words_that_fit_the_number(book, count, words):
    publish(book)
    shown = article(book, 2, likes=count)
    assert words in shown.text
    assert shown.one("span", class_="likes")["data-likes"] == str(count)


def test_the_like_button_waits_for_the_script(book):
    publish(book)
    assert "hidden" in article(book, 2).one("button", class_="like")


def test_a_storys_language_goes_before_the_feeds(book):
    book.append(Op.FEED, facts=Facts(language="en"))
    publish(book, "مرحبا", language="ar")
    publish(book, "Hello")
    assert article(book, 3).one("h2")["lang"] == "ar"
    assert article(book, 4).one("h2")["lang"] == "en"


def test_a_story_says_its_language_and_direction_and_leaves_the_pages_words_alone(book):
    book.append(Op.FEED, facts=Facts(language="ar"))
    publish(book, "Talks begin", "Soon.</p><p>قريبًا جدًا", language="en")
    shown = article(book, 3)
    assert shown.one("h2")["dir"] == "ltr"
    assert shown.one("div", class_="body") == {"class": "body", "dir": "ltr", "lang": "en"}
    assert shown.all("p", dir="rtl")
    assert "dir" not in shown.one("p", class_="liking")


def test_a_note_runs_its_own_way(book):
    publish(book)
    book.append(Op.CORRECT, 2, story=make_story(), note="NATO: يوم الجمعة وليس الخميس")
    assert article(book, 2).all("bdi", dir="rtl")
    book.append(Op.KILL, 2, note="كان خبرًا مزورًا")
    assert article(book, 2).one("p", class_="withdrawal-note")["dir"] == "rtl"


def test_a_story_without_a_body_is_its_headline(book):
    publish(book, bodies=[])
    assert not article(book, 2).all("div", class_="body")


# What is gone.


def test_a_killed_story_leaves_a_line_its_note_and_its_substitute(book):
    publish(book, "The right one")
    publish(book, "A libel")
    book.append(Op.KILL, 3, note="It was forged.", substitute=2)
    shown = article(book, 3)
    assert "This story was withdrawn at 17:53 KST ." in shown.text
    assert "It was forged." in shown.text
    assert "In its place: The right one" in shown.text
    assert "libel" not in shown.text


def test_a_held_story_says_that_it_is_being_checked(book):
    publish(book)
    book.append(Op.HOLD, 2)
    assert "while it is being checked" in article(book, 2).text


def test_a_substitute_that_was_withdrawn_itself_is_not_named(book):
    publish(book, "Also wrong")
    publish(book, "A libel")
    book.append(Op.KILL, 3, substitute=2)
    book.append(Op.KILL, 2)
    assert "In its place" not in article(book, 3).text


def test_a_released_story_is_back_with_its_first_date(book):
    publish(book, "Checked")
    book.append(Op.HOLD, 2)
    book.append(Op.RELEASE, 2, story=make_story("Checked"))
    assert "Checked" in article(book, 2).text


# Hostile input. (What the sanitiser takes out is its own tests' matter.)


def test_markup_in_an_editors_words_is_text(book):
    evil = "<script>alert(1)</script>\"'&"
    publish(book, evil, by=evil, located=evil, language='"><script>')
    book.append(Op.FEED, facts=Facts(title=evil, section=evil, description=evil, language=evil))
    book.append(Op.CORRECT, 2, story=make_story(evil), note=evil)
    page = feed_page(book)
    scripts = [attrs.get("src", attrs.get("type")) for attrs in page.all("script")]
    assert scripts == ["application/ld+json", "/static/main.js", "application/json"]
    assert evil in " ".join(page.words)


def test_a_body_cannot_leave_its_article(book):
    publish(book, "Hostile", "</p></div></article></main><h1 id=main>Mine</h1><script>x</script>")
    page = feed_page(book)
    assert len(page.all("main")) == 1
    assert len(page.all("h1")) == 1
    assert len(page.all("script")) == 3
