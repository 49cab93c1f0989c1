"""The page's style sheet and scripts: nothing else of `web/`, whole, never a byte range."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from livefeed.server.negotiation import is_known

_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
_NOT_THE_PAGE = frozenset({"node_modules", "templates"})


@dataclass(frozen=True, slots=True)
class _Content:
    changed: int  # the file's st_mtime_ns
    data: bytes
    etag: str


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
            raise HTTPException(404, "There is no such file.")
        content = self._content(name)
        # Names never change, so browsers ask each time whether their copy still stands.
        headers = {"etag": content.etag, "cache-control": "no-cache"}
        if is_known(content.etag, request.headers.get("if-none-match", "")):
            return Response(status_code=304, headers=headers)
        headers["content-type"] = _TYPES[self._files[name].suffix]
        return Response(content.data, headers=headers)

    def _content(self, name: str) -> _Content:
        """The file as it is now: whoever works on the page sees a change by loading it again."""
        changed = self._files[name].stat().st_mtime_ns
        content = self._contents.get(name)
        if content is None or content.changed != changed:
            data = self._files[name].read_bytes()
            etag = f'"{hashlib.sha256(data).hexdigest()[:16]}"'
            content = self._contents[name] = _Content(changed, data, etag)
        return content


def _files(folder: Path) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if path.suffix in _TYPES
        and path.is_file()
        and not _NOT_THE_PAGE & set(path.relative_to(folder).parts)
    ]
