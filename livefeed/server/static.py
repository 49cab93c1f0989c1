"""The page's style sheet and scripts: nothing else of `web/`, whole, never a byte range.

They are sent without their comments, compressed where the browser takes that, made once a file.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from livefeed.server.answers import answer
from livefeed.server.coding import Coding, coded
from livefeed.server.lean import lean_script, lean_style
from livefeed.server.not_served import NotServed

_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
_LEAN: dict[str, Callable[[str], str]] = {".css": lean_style, ".js": lean_script}
_NOT_THE_PAGE = frozenset({"node_modules", "templates"})


@dataclass(frozen=True, slots=True)
class _Content:
    changed: int  # the file's st_mtime_ns
    bodies: dict[Coding, bytes]
    etag: str  # weak: of all codings


class Static:
    """The files of `folder` by their path below it. Which there are is decided at the start."""

    def __init__(self, folder: Path) -> None:
        self._files = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
        self._contents: dict[str, _Content] = {}

    async def answer(self, request: Request) -> Response:
        """Answer `/static/{path}`."""
        return self._answer(request, request.path_params["path"])

    async def embed(self, request: Request) -> Response:
        """Answer `/embed.js`, which any site may have, so that it can say why there is no feed."""
        response = self._answer(request, "embed.js")
        response.headers["access-control-allow-origin"] = "*"
        return response

    def _answer(self, request: Request, name: str) -> Response:
        if name not in self._files:
            raise NotServed(404, "no-file")
        content = self._content(name)
        # Names never change, so browsers ask each time whether their copy still stands.
        media_type = _TYPES[self._files[name].suffix]
        return answer(request, content.etag, media_type, content.bodies.__getitem__)

    def _content(self, name: str) -> _Content:
        """The file as it is now: whoever works on the page sees a change by loading it again."""
        changed = self._files[name].stat().st_mtime_ns
        content = self._contents.get(name)
        if content is None or content.changed != changed:
            content = self._contents[name] = _read(self._files[name], changed)
        return content


def _read(path: Path, changed: int) -> _Content:
    data = _LEAN[path.suffix](path.read_text(encoding="utf-8")).encode()
    etag = f'W/"{hashlib.sha256(data).hexdigest()[:16]}"'
    return _Content(changed, {coding: coded(data, coding, once=True) for coding in Coding}, etag)


def _files(folder: Path) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if path.suffix in _TYPES
        and path.is_file()
        and not _NOT_THE_PAGE & set(path.relative_to(folder).parts)
    ]
