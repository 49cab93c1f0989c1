"""The two programs in C, the load and the floor: compiled when they are needed, kept in a cache.

The cache's name has a hash of the source and of how it is compiled, so that a program is made anew
when either changes, and never otherwise.
"""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from livefeed.errors import LivefeedError

_FLAGS = ("-O2", "-Wall", "-Wextra")
_LIBRARIES = {"fanload": ("-lz",), "floor": ("-lcrypto", "-lz")}
# What a compiler misses, and the Debian package that has it; others name theirs much alike.
_PACKAGES = {
    "zlib.h": "zlib1g-dev",
    "-lz": "zlib1g-dev",
    "openssl/": "libssl-dev",
    "-lcrypto": "libssl-dev",
}
_MISSING = re.compile(r"fatal error: '?([\w/.]+)|cannot find (-l\w+)")


class CannotCompile(LivefeedError):
    """There is no compiler, or it misses something."""


def program(name: str, *, cache: Path | None = None) -> Path:
    """The program `name`, compiled.

    Raises:
        CannotCompile: with what to install.
    """
    source = Path(__file__).with_name(f"{name}.c")
    command = [_compiler(), *_FLAGS, str(source), *_LIBRARIES[name]]
    what = hashlib.sha256(source.read_bytes() + " ".join(command).encode()).hexdigest()[:12]
    made = (cache or _cache()) / f"{name}-{what}"
    if not made.exists():
        made.parent.mkdir(parents=True, exist_ok=True)
        _compile(command, made)
    return made


def _compile(command: list[str], target: Path) -> None:
    """Nobody ever sees half a program, whoever compiles at the same time."""
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        made = Path(folder) / "program"
        done = subprocess.run(
            [*command, "-o", str(made)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise _cannot(target.name, done.stderr)
        made.replace(target)


def _compiler() -> str:
    for name in ("cc", "gcc", "clang"):
        if found := shutil.which(name):
            return found
    raise CannotCompile(
        "the bench's load and floor are written in C, and there is no compiler (cc)",
        hint="Install one: apt-get install gcc libc6-dev zlib1g-dev libssl-dev, or what your "
        "system calls them.",
    )


def _cannot(name: str, said: str) -> CannotCompile:
    found = _MISSING.search(said)
    missing = next(filter(None, found.groups())) if found else ""
    for part, package in _PACKAGES.items():
        if missing.startswith(part):
            return CannotCompile(
                f"{name} cannot be compiled: {missing} is missing",
                hint=f"Install it: apt-get install {package}, or what your system calls it.",
            )
    if missing:
        return CannotCompile(
            f"{name} cannot be compiled: {missing} is missing",
            hint="Install the C library's headers: apt-get install libc6-dev.",
        )
    return CannotCompile(f"{name} cannot be compiled: {said.strip()[:1000]}")


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "livefeed" / "bench"
