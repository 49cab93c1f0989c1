import json
import re

import pytest
from msgspec.structs import replace

from builders import empty_fold
from documents import Document, article, feed_page, fold_of, publish
from livefeed.entry import Facts, FeedState, Mark, Op
from livefeed.fold import apply_all
from livefeed.render import html
from livefeed.render.words import words_in
from livefeed.view import Order


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
