"""The command to type next, as it works when pasted: the program and the flags as they were."""

import os
import re
import shlex
import shutil
from collections.abc import Mapping, Sequence

# Where an address may hold a password: before an @, or among its options.
_SECRET = re.compile("://.*[@?]")
_CARRIED = ("feed", "data", "redis")


def program(argv0: str) -> str:
    """The program's name as an editor would type it."""
    name = os.path.basename(argv0)  # noqa: PTH119 - a Path would drop a leading `./`
    if name == "__main__.py":
        return "python -m publisher"
    return name if not os.path.dirname(argv0) or shutil.which(name) == argv0 else argv0  # noqa: PTH120 - likewise


def next_command(argv0: str, flags: Mapping[str, str | None], words: Sequence[str]) -> str:
    """`publisher --feed quake correct 12 FILE`, from the flags that were given this time.

    An address may hold a password, which does not belong on a screen; it stays a word to fill in.
    """
    carried = [
        f"--{name} {'URL' if _SECRET.search(value) else shlex.quote(value)}"
        for name in _CARRIED
        if (value := flags.get(name))
    ]
    return " ".join((program(argv0), *carried, *words))
