"""How an HTTP answer is made: its ETag and 304, its coding, and what an error looks like."""

from collections.abc import Callable, Mapping

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from livefeed.errors import LivefeedError
from livefeed.render import html
from livefeed.render.words import words_in
from livefeed.server.coding import Coding
from livefeed.server.negotiation import coding_for, is_known, prefers_json
from livefeed.server.not_served import RETRY, NotServed
from livefeed.server.security import HEADERS

HTML = "text/html; charset=utf-8"
JSON = "application/json"
# A copy may be kept, and is asked about each time: a killed story is gone with the next look.
_REVALIDATED = {"cache-control": "no-cache"}
_CODES = {400: "usage", 404: "not-found", 410: "withdrawn", 503: "unreachable"}


def answer(
    request: Request,
    tag: str,
    media_type: str,
    body: Callable[[Coding], bytes],
    *,
    status: int = 200,
) -> Response:
    """304 where the browser has this already, else `body` in a coding that the browser takes."""
    headers = {"etag": tag, "vary": "accept-encoding", **_REVALIDATED}
    if status == 200 and is_known(tag, request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    headers["content-type"] = media_type
    coding = coding_for(request.headers.get("accept-encoding", ""))
    if coding is not Coding.PLAIN:
        headers["content-encoding"] = coding
    return Response(body(coding), status, headers)


def error_document(code: str, message: str, **more: object) -> bytes:
    """An error as data, in the shape that the publisher prints too."""
    return msgspec.json.encode({"error": {"code": code, "message": message, **more}})


async def on_http_error(request: Request, error: Exception) -> Response:
    """A page, or a document, for an HTTP error."""
    if not isinstance(error, HTTPException):
        raise TypeError(f"no HTTP error: {error!r}") from error
    words = words_in(getattr(request.state, "language", None))
    told = error.told_in(words) if isinstance(error, NotServed) else error.detail
    page = html.error_page(error.status_code, told, words)
    return _error(request, error.status_code, error.detail, page, error.headers or {})


async def on_our_error(request: Request, error: Exception) -> Response:
    """What readers are told while the log is out of reach: nothing of where it is."""
    if not isinstance(error, LivefeedError):
        raise TypeError(f"no error of ours: {error!r}") from error
    return _fault(request, 503, "out-of-reach", RETRY)


async def on_crash(request: Request, error: Exception) -> Response:  # noqa: ARG001 - Starlette's signature
    """A fault of ours, told without its details (the log has them)."""
    # This answer is made outside of every middleware, so it brings the headers itself.
    return _fault(request, 500, "went-wrong", HEADERS)


def _fault(request: Request, status: int, key: str, headers: Mapping[str, str]) -> Response:
    words = words_in(None)  # the feed's is out of reach as well
    message = words.say(key)
    return _error(request, status, message, html.error_page(status, message, words), headers)


def _error(
    request: Request, status: int, message: str, page: str, headers: Mapping[str, str]
) -> Response:
    as_data = _wants_data(request)
    body = error_document(_CODES.get(status, "failed"), message) if as_data else page.encode()
    kind = {"content-type": JSON if as_data else HTML, "vary": "accept"}
    return Response(body, status, {**_REVALIDATED, **headers, **kind})


def _wants_data(request: Request) -> bool:
    of_data = request.scope["path"].endswith("/stories")
    return of_data or prefers_json(request.headers.get("accept", ""))
