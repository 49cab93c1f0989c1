"""Feeds are made and changed: their facts, and whether their event is still to come or over."""

from collections.abc import Mapping
from dataclasses import replace

from livefeed.entry import FeedState, Op
from livefeed.errors import FeedExists, UsageError
from livefeed.feed_name import check_feed_name
from livefeed.request import Request
from publisher import dry_run, receipt
from publisher.desk import Desk
from publisher.feed_facts import feed_facts
from publisher.open_log import OpenLog, open_log
from publisher.sending import send


def create(desk: Desk, name: str, facts: Mapping[str, str | None], *, upcoming: bool) -> None:
    """Make a feed and answer.

    Raises:
        FeedExists: if there is one of that name.
    """
    state = FeedState.UPCOMING if upcoming else FeedState.LIVE
    request = _request(_at_feed(desk, name), facts, state)
    _publish(_at_feed(desk, name), request, made=True)


def edit(desk: Desk, name: str | None, facts: Mapping[str, str | None], state: str | None) -> None:
    """Change a feed's facts and answer.

    Raises:
        UnknownFeed: with the nearest that there is.
    """
    at_feed = _at_feed(desk, name)
    _publish(at_feed, _request(at_feed, facts, FeedState(state) if state else None))


def _at_feed(desk: Desk, name: str | None) -> Desk:
    """The desk, at the feed that is named behind the verb or by `--feed`."""
    typed = desk.flags.get("feed")
    if name and typed and name != typed:
        raise UsageError(f"The name {name!r} and --feed {typed} say two feeds; give one of them")
    if name is None or name == desk.feed:
        return replace(desk, feed=check_feed_name(desk.feed))
    return replace(desk, feed=check_feed_name(name), flags={**desk.flags, "feed": name})


def _request(desk: Desk, facts: Mapping[str, str | None], state: FeedState | None) -> Request:
    return Request(
        feed=desk.feed,
        op=Op.FEED,
        id=desk.publication_id,
        editor=desk.editor,
        facts=feed_facts(facts, state),
    )


def _publish(desk: Desk, request: Request, *, made: bool = False) -> None:
    with open_log(desk) as log:
        if desk.dry_run:
            _check(desk, log, made=made)
            dry_run.show(desk, request, None)
            return
        log.wait()
        send(
            desk.publication_id,
            lambda: log.create(request) if made else log.append(request, None),
            lambda appended: receipt.answer_feed(desk, appended, made=made),
        )


def _check(desk: Desk, log: OpenLog, *, made: bool) -> None:
    if not made:
        log.check_feed()
    elif desk.feed in log.feeds():
        raise FeedExists(f"There is a feed {desk.feed!r} already")
