"""Headers of every answer: a story's HTML could do no harm even if something got through."""

from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = {
    "default-src": "'none'",  # what is not named here is not loaded
    "script-src": "'self'",  # nothing inline, nothing from elsewhere
    "style-src": "'self'",
    "connect-src": "'self'",
    "img-src": "* data:",  # stories show pictures of any agency
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'self'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "livefeed",  # `web/page/markup.js`
}


def policy(**instead: str) -> str:
    """The content security policy, with these directives (`frame_ancestors=`) instead of ours."""
    changed = {name.replace("_", "-"): value for name, value in instead.items()}
    return "; ".join(f"{name} {value}" for name, value in {**_POLICY, **changed}.items())


HEADERS = {
    "content-security-policy": policy(),
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def with_headers(send: Send, add: Callable[[MutableHeaders], None]) -> Send:
    """`send` for an ASGI middleware: an answer's start has `add` called with its headers first."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            add(MutableHeaders(raw=message.setdefault("headers", [])))
        await send(message)

    return send_with_headers


class SecurityHeaders:
    """An ASGI middleware that adds them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; an answer's start gets the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        def add(headers: MutableHeaders) -> None:
            for name, value in HEADERS.items():
                headers.setdefault(name, value)

        await self._app(scope, receive, with_headers(send, add))
