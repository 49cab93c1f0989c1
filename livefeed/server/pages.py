"""The pages and documents of the feeds, each rendered once per change and not once per visitor.

What is rendered is kept by the feed (`livefeed.server.prepared`), which a withdrawal empties.
"""

from collections.abc import Callable, Hashable

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from livefeed.entry import Entry, Op
from livefeed.fold import SNAPSHOT_STORIES, Fold
from livefeed.render import html
from livefeed.render.structured_data import Site
from livefeed.server.answers import HTML, JSON, answer, error_document
from livefeed.server.coding import Coding, coded
from livefeed.server.embedding import Embedding
from livefeed.server.feed import Feed
from livefeed.server.feeds import Feeds
from livefeed.server.histories import Form, Histories
from livefeed.server.negotiation import etag, prefers_json
from livefeed.server.not_served import NotServed
from livefeed.story import story_document
from livefeed.view import Order, View, usual_order
from livefeed.wire import messages

_MOST_STORIES = 200
_LONGEST_NUMBER = 15  # digits
_BY_KIND = "accept, accept-encoding"


class Pages:
    """Answers for `/`, `/feeds` and everything below, out of memory."""

    def __init__(
        self,
        feeds: Feeds,
        histories: Histories,
        embedding: Embedding,
        *,
        build_mark: str,
        site: Site,
    ) -> None:
        self._feeds = feeds
        self._histories = histories
        self._build_mark = build_mark
        self._site = site
        self._embedding = embedding

    async def home(self, _request: Request) -> Response:
        """The only feed, or the list of all."""
        feeds = self._feeds.all()
        where = f"/feeds/{feeds[0].name}" if len(feeds) == 1 else "/feeds"
        return RedirectResponse(where, headers={"cache-control": "no-cache"})

    async def feeds(self, request: Request) -> Response:
        """The list of all feeds. It is not kept, since any feed may withdraw a headline in it."""
        folds = [feed.fold for feed in self._feeds.all()]
        tag = etag(*(fold.position for fold in folds), mark=self._build_mark)
        return answer(request, tag, HTML, lambda coding: coded(_feeds_page(folds), coding))

    async def feed(self, request: Request) -> Response:
        """A feed's page: a view of it, and of that so many stories from a bound on."""
        feed = await self._feed(request)
        view = _view(request, usual_order(feed.fold.facts))

        def render() -> bytes:
            page = feed.fold.page(view)
            likes = feed.likes.counts
            return html.feed_page(feed.fold, page, likes=likes, site=self._site).encode()

        return self._answer(request, feed, HTML, ("feed", view), render)

    async def embed(self, request: Request) -> Response:
        """Where a feed's page begins, to stand in other sites' pages."""
        feed = await self._feed(request)

        def render() -> bytes:
            page = feed.fold.page(View(order=usual_order(feed.fold.facts)))
            return html.embed_page(feed.fold, page, likes=feed.likes.counts).encode()

        response = self._answer(request, feed, HTML, ("embed",), render)
        response.headers.update(self._embedding.framed)
        return response

    async def stories(self, request: Request) -> Response:
        """The same as data: what a snapshot holds, or the stories of a view."""
        feed = await self._feed(request)
        view = _view(request, Order.NEWEST)
        limit = min(_number_in_query(request, "limit") or SNAPSHOT_STORIES, _MOST_STORIES)

        def render() -> bytes:
            document = messages.snapshot_document(feed.fold, view, limit=limit)
            return msgspec.json.encode(document)

        return self._answer(request, feed, JSON, ("stories", view, limit), render)

    async def story(self, request: Request) -> Response:
        """A story's page, or its ninjs document."""
        feed = await self._feed(request)
        return self._story(request, feed, _story(request, feed), _kind(request))

    async def revisions(self, request: Request) -> Response:
        """How a story changed: a page, or data. It is read from the log when it is asked for."""
        feed, kind = await self._feed(request), _kind(request)
        number = _story(request, feed).number
        form = Form.JSON if kind == JSON else Form.HTML
        made = await self._histories.of(feed, number, form)
        entry = _story(request, feed)  # as it stands by now
        if made is None:
            return self._story(request, feed, entry, kind)

        def render() -> bytes:
            return made if kind == JSON else self._revisions_page(feed, entry, made.decode())

        response = self._answer(request, feed, kind, ("revisions", kind, number), render)
        response.headers["vary"] = _BY_KIND
        return response

    async def live(self, _request: Request) -> Response:
        """What somebody gets who asks for the live socket without a WebSocket."""
        raise NotServed(426, "is-websocket", headers={"upgrade": "websocket"})

    async def _feed(self, request: Request) -> Feed:
        name = request.path_params["feed"]
        audience = await self._feeds.find(name)
        if audience is None:
            raise NotServed(404, "no-feed", name=name[:64])
        audience.visited = True
        request.state.language = audience.feed.fold.facts.language  # should anything be refused
        return audience.feed

    def _story(self, request: Request, feed: Feed, entry: Entry, kind: str) -> Response:
        def render() -> bytes:
            return _ninjs(entry) if kind == JSON else self._story_page(feed, entry)

        status = 410 if entry.story is None else 200
        key = ("story", kind, entry.number)
        response = self._answer(request, feed, kind, key, render, status=status)
        response.headers["vary"] = _BY_KIND
        return response

    def _story_page(self, feed: Feed, entry: Entry) -> bytes:
        if entry.story is None:
            return html.withdrawn_page(feed.fold, entry).encode()
        likes = feed.likes.counts
        return html.story_page(feed.fold, entry, likes=likes, site=self._site).encode()

    def _revisions_page(self, feed: Feed, entry: Entry, history: str) -> bytes:
        likes = feed.likes.counts
        page = html.revisions_page(feed.fold, entry, history, likes=likes, site=self._site)
        return page.encode()

    def _answer(
        self,
        request: Request,
        feed: Feed,
        kind: str,
        key: Hashable,
        render: Callable[[], bytes],
        *,
        status: int = 200,
    ) -> Response:
        """What is rendered once per change. The build's templates have no part in documents."""
        tag = etag(feed.position, mark=self._build_mark if kind == HTML else "")
        return answer(request, tag, kind, _prepared(feed, key, render), status=status)


def _kind(request: Request) -> str:
    return JSON if prefers_json(request.headers.get("accept", "")) else HTML


def _ninjs(entry: Entry) -> bytes:
    if entry.story is None:
        return _withdrawn_document(entry)
    return msgspec.json.encode(story_document(entry.story))


def _withdrawn_document(entry: Entry) -> bytes:
    how = "held" if entry.op is Op.HOLD else "killed"
    told = {"number": entry.number, "note": entry.note, "substitute": entry.substitute}
    given = {name: value for name, value in told.items() if value is not None}
    return error_document("withdrawn", f"Story {entry.number} was {how}.", **given)


def _prepared(feed: Feed, key: Hashable, render: Callable[[], bytes]) -> Callable[[Coding], bytes]:
    """What is rendered, in each coding that somebody takes: made once until the next change."""
    return lambda coding: feed.prepared.now((key, coding), lambda: coded(render(), coding))


def _feeds_page(folds: list[Fold]) -> bytes:
    return html.feeds_page(folds).encode()


def _story(request: Request, feed: Feed) -> Entry:
    entry = feed.fold.stories.get(_number(request.path_params["number"]) or 0)
    if entry is None:
        raise NotServed(404, "no-story")
    return entry


def _view(request: Request, usual: Order) -> View:
    """What an address asks for. An order or a selection that is none is not asked for."""
    asked = request.query_params
    return View(
        order=Order(asked["order"]) if asked.get("order") in set(Order) else usual,
        key=asked.get("key") == "1",
        before=_number_in_query(request, "before"),
        after=0 if asked.get("after") == "0" else _number_in_query(request, "after"),
    )


def _number_in_query(request: Request, name: str) -> int | None:
    written = request.query_params.get(name)
    if written is None:
        return None
    if (number := _number(written)) is None:
        raise NotServed(400, "no-number", name=name)
    return number


def _number(written: str) -> int | None:
    if not written.isascii() or not written.isdigit() or len(written) > _LONGEST_NUMBER:
        return None
    return int(written) or None
