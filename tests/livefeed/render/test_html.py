import json
import re
from html.parser import HTMLParser

import pytest
from msgspec.structs import replace

from builders import START, LogBook, empty_fold, make_story
from livefeed.entry import Facts, FeedState, Mark, Op
from livefeed.fold import apply_all
from livefeed.render import html
from livefeed.render.words import words_in
from livefeed.view import Order, View

FACTS = Facts(
    title="Live News Feed",
    section="News Update",
    description="As it happens.",
    zone="Asia/Seoul",
    state=FeedState.LIVE,
)


class Document(HTMLParser):
    """What a browser would see of a page: elements with their attributes, and its text."""

    VOID = frozenset({"meta", "link", "img", "br"})

    def __init__(self, markup):
        super().__init__()
        self.elements = []
        self.children = []  # (the parent's attributes, the child's tag)
        self.open = []
        self.words = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        element = dict(attrs)
        self.elements.append((tag, element))
        if self.open:
            self.children.append((self.open[-1][1], tag))
        if tag not in self.VOID:
            self.open.append((tag, element))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag, f"</{tag}> closes something else"

    def handle_data(self, data):
        self.words.append(data)

    def close(self):
        super().close()
        assert self.open == [], "elements are left open"

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())

    def all(self, tag, **attributes):
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            attrs
            for name, attrs in self.elements
            if name == tag and all(attrs.get(key) == value for key, value in wanted.items())
        ]

    def one(self, tag, **attributes):
        (found,) = self.all(tag, **attributes)
        return found

    @property
    def numbers(self):
        return [int(attrs["data-number"]) for attrs in self.all("article")]


@pytest.fixture
def book():
    book = LogBook()
    book.append(Op.FEED, facts=FACTS)
    return book


def publish(book, headline="A headline", body="A body.", *, marks=None, **more):
    return book.append(Op.PUBLISH, story=make_story(headline, body, **more), marks=marks)


def fold_of(book, **more):
    return apply_all(empty_fold(**more), book.entries)


def article(book, number, **more):
    fold = fold_of(book)
    return Document(html.article(fold, fold.stories[number], **more))


def feed_page(book, *, likes=None, **page):
    fold = fold_of(book)
    limit = page.pop("limit", 50)
    return Document(html.feed_page(fold, fold.page(View(**page), limit=limit), likes=likes or {}))


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


def test_nothing_in_a_page_is_inline_script_or_style(book):
    publish(book, "Hostile", '<b style="x" onclick="y">z</b>')
    page = feed_page(book)
    for tag, attrs in page.elements:
        assert tag != "style"
        is_data = tag == "script" and attrs.get("type", "").endswith("json")
        assert tag != "script" or is_data or attrs["src"].startswith("/static/")
        assert not [name for name in attrs if name == "style" or name.startswith("on")]


# Languages.


def test_a_page_speaks_the_language_of_its_feed(book):
    publish(book)
    book.append(Op.FEED, facts=Facts(language="ar"))
    page = feed_page(book)
    assert page.one("html") == {"lang": "ar", "dir": "rtl"}
    assert "جميع التغطيات" in page.text
    words = page.one("script", class_="words")
    assert words["lang"] == "ar"
    assert "أكتوبر" in article(book, 2).text


def test_what_a_page_gives_its_scripts_to_say_is_data(book):
    page = html.feed_page(fold_of(book), fold_of(book).page(), likes={})
    (data,) = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page)
    assert json.loads(data)["page-live"] == "Live"


def test_a_feed_in_another_language_keeps_it_for_its_own_words(book):
    book.append(Op.FEED, facts=Facts(language="ja"))
    page = feed_page(book)
    assert page.one("html")["lang"] == "en"
    assert page.one("h1")["lang"] == "ja"


def test_the_list_of_feeds_speaks_the_language_that_they_share(book):
    book.append(Op.FEED, facts=Facts(language="ar"))
    arabic = fold_of(book)
    assert Document(html.feeds_page([arabic])).one("html")["lang"] == "ar"
    assert Document(html.feeds_page([arabic, empty_fold("quake")])).one("html")["lang"] == "en"


# Pages.


def test_a_feeds_page_says_where_it_stands_in_the_log(book):
    publish(book)
    book.append(Op.PIN, 2)
    main = feed_page(book).one("main")
    assert main["data-feed"] == "news"
    assert main["data-position"] == str(book.position)
    assert main["data-live"] == "/feeds/news/live"
    assert main["data-pinned"] == "2"
    assert main["data-state"] == "live"
    assert main["data-order"] == "newest"
    assert {"data-oldest", "data-newest", "data-key", "data-summary"}.isdisjoint(main)
    assert "data-start" in main
    assert (main["data-total"], main["data-ahead"]) == ("1", "0")


def test_the_parts_of_the_feed_have_their_place(book):
    publish(book)
    page = feed_page(book)
    assert "News Update Live News Feed As it happens." in page.text
    assert page.all("p", class_="section", data_fact="section")
    assert page.one("span", role="status")
    assert page.one("p", aria_live="polite")
    assert page.all("script", type="module", src="/static/main.js")


def test_a_feed_without_facts_has_a_page():
    fold = empty_fold("quake")
    page = Document(html.feed_page(fold, fold.page(), likes={}))
    assert "quake" in page.text
    assert "No stories yet." in page.text
    assert "All times: UTC" in page.text


def test_an_upcoming_feed_says_when_it_begins_in_its_own_zone(book):
    upcoming = {"state": FeedState.UPCOMING, "zone": "Asia/Seoul"}
    book.append(Op.FEED, facts=Facts(starts="2021-04-20T05:00:00Z", **upcoming))
    fold = fold_of(book)
    listed = Document(html.feeds_page([fold]))
    for page in (feed_page(book), listed):
        assert "Begins April 20, 2021, 14:00 KST" in page.text
        assert page.one("time", datetime="2021-04-20T14:00:00+09:00")


def test_a_feed_that_has_begun_does_not_say_when(book):
    book.append(Op.FEED, facts=Facts(starts="2021-04-20T05:00:00Z", state=FeedState.LIVE))
    (begins,) = feed_page(book).all("p", class_="starts")
    assert "hidden" in begins
    assert "Begins" not in Document(html.feeds_page([fold_of(book)])).text


@pytest.mark.parametrize("starts", ["", "soon"])
def test_a_start_that_is_no_moment_is_not_told(book, starts):
    book.append(Op.FEED, facts=Facts(starts=starts, state=FeedState.UPCOMING))
    assert "Begins" not in feed_page(book).text


def test_pinned_stories_stand_first_and_each_story_stands_once(book):
    for _ in range(4):
        publish(book)
    book.append(Op.PIN, 3)
    book.append(Op.PIN, 2)
    assert feed_page(book, limit=2).numbers == [2, 3, 5, 4]


def test_the_newest_stories_lead_to_the_older_ones(book):
    for _ in range(4):
        publish(book)
    page = feed_page(book, limit=2)
    assert page.one("main")["data-oldest"] == "4"
    assert page.one("a", rel="next")["href"] == "/feeds/news?before=4"
    assert "hidden" not in page.one("nav", aria_label="Older stories")


def test_the_last_page_leads_nowhere(book):
    publish(book)
    assert "hidden" in feed_page(book).one("nav", aria_label="Older stories")


def test_a_page_of_older_stories_leads_to_both_sides_and_leaves_pinned_ones_out(book):
    for _ in range(6):
        publish(book)
    book.append(Op.PIN, 4)
    page = feed_page(book, before=6, limit=3)
    assert page.numbers == [5, 3]
    main = page.one("main")
    assert (main["data-newest"], main["data-oldest"]) == ("5", "3")
    assert (main["data-total"], main["data-ahead"]) == ("6", "2")
    assert "data-start" not in main
    assert page.one("a", rel="prev")["href"] == "/feeds/news?after=5"
    assert page.one("a", rel="start")["href"] == "/feeds/news"
    assert page.one("a", rel="next")["href"] == "/feeds/news?before=3"
    assert "Newest stories" in page.text


def test_a_page_below_the_first_story_says_so(book):
    publish(book)
    page = feed_page(book, before=1)
    assert page.numbers == []
    assert "There are no older stories." in page.text
    assert page.one("main")["data-newest"] == "0"
    assert page.one("a", rel="prev")["href"] == "/feeds/news?after=0"


def test_where_all_of_a_page_is_pinned_the_older_ones_still_have_their_address(book):
    for _ in range(4):
        publish(book)
    for number in (4, 5, 2):
        book.append(Op.PIN, number)
    page = feed_page(book, limit=2)
    assert page.numbers == [2, 5, 4]
    assert page.one("main")["data-oldest"] == "4"
    assert page.one("a", rel="next")["href"] == "/feeds/news?before=4"


def test_the_oldest_first_leads_on_to_newer_ones(book):
    for _ in range(4):
        publish(book)
    book.append(Op.PIN, 5)
    page = feed_page(book, order=Order.OLDEST, limit=2)
    assert page.numbers == [5, 2, 3]
    assert page.one("main")["data-newest"] == "3"
    assert page.one("a", rel="next")["href"] == "/feeds/news?order=oldest&after=3"
    assert "hidden" not in page.one("nav", aria_label="Newer stories")
    assert "hidden" in page.one("nav", aria_label="Older stories")


def test_an_ended_feed_writes_the_order_that_is_not_its_usual_one_into_addresses(book):
    for _ in range(3):
        publish(book)
    book.append(Op.FEED, facts=Facts(state=FeedState.ENDED))
    oldest = feed_page(book, order=Order.OLDEST, limit=2)
    assert oldest.one("a", rel="next")["href"] == "/feeds/news?after=3"
    newest = feed_page(book, order=Order.NEWEST, limit=2)
    assert newest.one("a", rel="next")["href"] == "/feeds/news?order=newest&before=3"


def test_the_other_views_are_a_link_away_and_the_shown_one_is_marked(book):
    publish(book, marks=(Mark.KEY,))
    page = feed_page(book, order=Order.OLDEST, key=True)
    hrefs = ("/feeds/news?order=newest&key=1", "/feeds/news?order=oldest")
    links = [page.one("a", href=href) for href in hrefs]
    assert not [link for link in links if "aria-current" in link]
    (order, selection) = page.all("a", aria_current="true")
    assert order["href"] == selection["href"] == "/feeds/news?order=oldest&key=1"


def test_without_key_events_nobody_is_offered_them_alone(book):
    publish(book)
    page = feed_page(book)
    assert "hidden" in page.one("p", class_="selection")
    assert "hidden" in page.one("nav", class_="key-events")
    assert "hidden" not in feed_page(book, key=True).one("p", class_="selection")


def test_key_events_lead_to_their_stories_here_or_elsewhere(book):
    publish(book, "Far", marks=(Mark.KEY,), language="de")
    publish(book, "Near", marks=(Mark.KEY,))
    publish(book, "Gone", marks=(Mark.KEY,))
    book.append(Op.KILL, 4)
    page = feed_page(book, limit=2)
    assert [item["data-number"] for item in page.all("li") if "data-number" in item] == ["3", "2"]
    assert page.one("a", href="#story-3")
    assert page.one("a", href="/feeds/news/stories/2", lang="de")


def test_a_key_event_says_its_date_where_that_is_not_the_newest_day(book):
    for headline in ("Yesterday", "Today"):
        publish(book, headline, marks=(Mark.KEY,))
    day = 24 * 3600 * 1000
    book.entries[2:] = [replace(entry, at=entry.at + day) for entry in book.entries[2:]]
    items = feed_page(book).text
    assert re.search(
        r"Key events \d\d:\d\d \S+ Today \w+ \d+, \d{4}, \d\d:\d\d \S+ Yesterday", items
    )


def test_the_list_of_key_events_has_the_newest(book):
    for _ in range(html.KEY_EVENTS + 1):
        publish(book, marks=(Mark.KEY,))
    fold = fold_of(book)
    numbers = [number for number, _ in html.key_events(fold)]
    assert (numbers[0], numbers[-1]) == (html.KEY_EVENTS + 2, 3)


def test_the_summary_stands_in_its_box_and_not_in_the_list(book):
    publish(book, "What we know by noon", marks=(Mark.SUMMARY,))
    publish(book, "What we know by one", marks=(Mark.SUMMARY,))
    publish(book, "Another")
    book.append(Op.PIN, 3)
    page = feed_page(book)
    assert page.numbers == [3, 4, 2]
    assert page.text.index("What we know by one") < page.text.index("What we know by noon")
    main = page.one("main")
    assert (main["data-summary"], main["data-total"]) == ("3", "2")
    owned = [tag for parent, tag in page.children if parent.get("role") == "feed"]
    assert owned == ["article", "article"]
    older = feed_page(book, before=4)
    assert older.numbers == [2]
    assert "hidden" in older.one("section", class_="summary")


def test_a_feed_without_a_summary_has_an_empty_box(book):
    publish(book)
    assert "hidden" in feed_page(book).one("section", class_="summary")


def test_likes_stand_with_their_stories(book):
    publish(book)
    publish(book)
    page = feed_page(book, likes={2: 3})
    assert "3 readers like this" in page.text
    assert "Be the first to like this" in page.text


def test_the_date_stands_between_two_days_within_the_first_story_of_the_second(book):
    day = 24 * 3_600_000
    for _ in range(5):
        publish(book)
    # By number: pinned, and of the day before yesterday, yesterday (twice) and today.
    ages = {2: 3, 3: 2, 4: 1, 5: 1, 6: 0}
    book.append(Op.PIN, 2)
    entries = [
        replace(entry, at=entry.at - ages.get(entry.number, 0) * day) for entry in book.entries
    ]
    fold = apply_all(empty_fold(), entries)
    page = Document(html.feed_page(fold, fold.page(), likes={}))
    shown = ["hidden" not in attrs for attrs in page.all("p", class_="new-day")]
    assert dict(zip(page.numbers, shown, strict=True)) == {
        2: False,
        6: False,
        5: True,
        4: False,
        3: True,
    }
    assert "Wednesday, October 8, 2025 October 8, 2025" in page.text
    assert "Tuesday, October 7, 2025" in page.text


def test_a_feed_owns_only_articles(book):
    publish(book)
    publish(book)
    page = feed_page(book)
    owned = [tag for parent, tag in page.children if parent.get("role") == "feed"]
    assert owned == ["article", "article"]


def test_a_feed_without_stories_is_no_feed_to_screen_readers(book):
    assert not feed_page(book).all("div", role="feed")


def test_a_storys_page_shows_it_alone_and_follows_it(book):
    publish(book, "Talks begin")
    publish(book, "Another")
    fold = fold_of(book)
    page = Document(html.story_page(fold, fold.stories[2], likes={2: 1}))
    assert page.numbers == [2]
    assert page.one("main")["data-only"] == "2"
    assert "Talks begin – Live News Feed" in page.text
    assert "1 reader likes this" in page.text


def test_a_withdrawn_storys_page_says_so_and_does_not_name_it(book):
    publish(book, "A libel")
    book.append(Op.KILL, 2, note="It was forged.")
    fold = fold_of(book)
    page = Document(html.withdrawn_page(fold, fold.stories[2]))
    assert "Story withdrawn" in page.text
    assert "It was forged." in page.text
    assert "libel" not in page.text


def test_the_list_of_feeds_names_each_with_its_newest_story(book):
    publish(book, "Talks begin")
    publish(book, "A libel")
    book.append(Op.KILL, 3)
    page = Document(html.feeds_page([fold_of(book), empty_fold("quake")]))
    assert page.all("a", href="/feeds/news")
    assert page.all("a", href="/feeds/quake")
    assert "Talks begin" in page.text
    assert "libel" not in page.text


def test_without_feeds_the_list_says_how_to_make_one():
    assert "publisher feed create" in Document(html.feeds_page([])).text


def test_an_error_says_what_happened_and_leads_on():
    page = Document(html.error_page(404, 'There is no feed "<nwes>".', words_in("ar")))
    assert page.one("html")["lang"] == "ar"
    assert "غير موجود" in page.text
    assert 'There is no feed "<nwes>".' in page.text
    assert page.all("a", href="/feeds")
