"""Where a feed's page leads: to the other views of it, and to what stands before and after it."""

from dataclasses import replace
from urllib.parse import urlencode

from livefeed.fold import Fold, Page
from livefeed.view import Order, View, usual_order


def address(fold: Fold, view: View, *, in_full: bool = False) -> str:
    """Where a view is. What anybody gets who asks for nothing stands in no address.

    But `in_full`: what is usual changes when the feed ends, and pages stay open.
    """
    asked = {
        "order": view.order if in_full or view.order is not usual_order(fold.facts) else None,
        "key": int(view.key) or None,
        "before": view.before,
        "after": view.after,
    }
    query = urlencode({name: value for name, value in asked.items() if value is not None})
    return f"/feeds/{fold.feed}" + (f"?{query}" if query else "")


def start(view: View) -> View:
    """The view from its beginning on."""
    return View(order=view.order, key=view.key)


def before(page: Page) -> View:
    """What stands above this page, in the view's order."""
    return _newer(page) if page.view.order is Order.NEWEST else _older(page)


def after(page: Page) -> View:
    """What stands below it."""
    return _older(page) if page.view.order is Order.NEWEST else _newer(page)


def ahead(page: Page) -> int:
    """How many stories of the view stand above this page."""
    return page.newer if page.view.order is Order.NEWEST else page.older


def behind(page: Page) -> int:
    """How many stand below it."""
    return page.older if page.view.order is Order.NEWEST else page.newer


def switches(view: View) -> dict[str, tuple[View, bool]]:
    """The views that a reader can choose, and whether it is this one: by order, by selection."""
    whole = start(view)
    orders = {order.value: (replace(whole, order=order), order is view.order) for order in Order}
    every = (replace(whole, key=False), not view.key)
    return {**orders, "all": every, "key": (replace(whole, key=True), view.key)}


def _newer(page: Page) -> View:
    return replace(start(page.view), after=page.newest)


def _older(page: Page) -> View:
    return replace(start(page.view), before=page.oldest)
