"""A mark of what the pages are made with, so that a deploy shows where no story came since."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

_MAKES_PAGES = frozenset({".html", ".css", ".js", ".py"})
_WORDS = "words/*.json"
_NOT_OURS = "node_modules"


def build_mark(*folders: Path, settings: Sequence[str] = ()) -> str:
    """Eight hex digits over the templates, scripts, styles, words and code in `folders`.

    `settings` are those that stand on pages.
    """
    digest = hashlib.sha256(repr(tuple(settings)).encode())
    for folder in folders:
        for name, path in sorted(_files(folder)):
            # Of the name and the content: their hashes are of one length, so that no two lists of
            # files run together to the same bytes.
            for part in (name.encode(), path.read_bytes()):
                digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()[:8]


def _files(folder: Path) -> list[tuple[str, Path]]:
    within = ((path.relative_to(folder), path) for path in folder.rglob("*"))
    return [
        (name.as_posix(), path)
        for name, path in within
        if (path.suffix in _MAKES_PAGES or name.match(_WORDS))
        and path.is_file()
        and _NOT_OURS not in name.parts
    ]
