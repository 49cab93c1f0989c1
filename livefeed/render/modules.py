"""Which modules a script brings with it: a page names all of them, so that a browser asks at once.

Without that it learns of each module only from the one that imports it, a journey each.
"""

import re
from pathlib import Path, PurePosixPath

_IMPORT = re.compile(r"^(?:im|ex)port\s(?:[^;'\"]*?\sfrom\s)?'(\.{1,2}/[^']+)'", re.MULTILINE)


def modules(folder: Path, script: str) -> list[str]:
    """The paths of all modules below `folder` that `script` needs, itself left out."""
    found: dict[str, None] = {}
    left = [script]
    while left:
        name = left.pop()
        for address in _IMPORT.findall((folder / name).read_text(encoding="utf-8")):
            module = _joined(name, address)
            if module != script and module not in found:
                found[module] = None
                left.append(module)
    return sorted(found)


def _joined(name: str, address: str) -> str:
    """Where `address` leads from the module `name`."""
    parts: list[str] = []
    for part in (PurePosixPath(name).parent / address).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)
