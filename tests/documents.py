"""Pages and articles as tests read them, and the feed that they are of."""

from html.parser import HTMLParser

from builders import empty_fold, make_story
from livefeed.entry import Facts, FeedState, Op
from livefeed.fold import apply_all
from livefeed.render import html
from livefeed.render.article import article as article_of
from livefeed.view import View

FACTS = Facts(
    title="Live News Feed",
    section="News Update",
    description="As it happens.",
    zone="Asia/Seoul",
    state=FeedState.LIVE,
)


SIGNS = {"same": "", "removed": "-", "added": "+"}


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


def publish(book, headline="A headline", body="A body.", *, marks=None, **more):
    return book.append(Op.PUBLISH, story=make_story(headline, body, **more), marks=marks)


def fold_of(book, **more):
    return apply_all(empty_fold(**more), book.entries)


def article(book, number, **more):
    fold = fold_of(book)
    return Document(article_of(fold, fold.stories[number], **more))


def feed_page(book, *, likes=None, **page):
    fold = fold_of(book)
    limit = page.pop("limit", 50)
    return Document(html.feed_page(fold, fold.page(View(**page), limit=limit), likes=likes or {}))


def written(paragraph):
    """Differences: `Talks begin on [-Thursday] [+Friday].`"""
    return "".join(
        " " * part.spaced
        + (part.text if part.kind == "same" else f"[{SIGNS[part.kind]}{part.text}]")
        for part in paragraph
    )
