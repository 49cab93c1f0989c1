"""The folder of an embedded server: its lock, its socket, its log file. Knows no redis.

data/lock           locked as long as a server lives; names the process that started it
data/valkey.sock    the socket; where its path is too long, the file `address` names another
data/valkey.log     what the server says
data/appendonlydir  the append-only file
"""

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO
from urllib.parse import quote

from livefeed.errors import DataFolderInUse

_LONGEST_SOCKET_PATH = 103  # bytes: macOS's limit; Linux has 107
_LARGEST_LOG_FILE = 1024 * 1024  # bytes; then it begins anew at the next start
_FREE_WITHIN = 30.0  # seconds that a server without its owner has to end


def url_of(data_folder: Path) -> str:
    """Where the server of `data_folder` listens, or would."""
    folder = data_folder.resolve()
    with suppress(FileNotFoundError):
        return url_to((folder / "address").read_text().strip())
    return url_to(str(folder / "valkey.sock"))


def url_to(socket: str) -> str:
    """The address of the server at this socket."""
    return f"unix://{quote(socket)}"


def locked(folder: Path) -> IO[str]:
    """The folder's lock, with our process id in it.

    Where its owner was killed, its server still writes what it has and ends: that is waited for.

    Raises:
        DataFolderInUse: another server runs on this folder.
    """
    lock = (folder / "lock").open("a+")
    deadline = time.monotonic() + _FREE_WITHIN
    while not _take(lock):
        if _owner_lives(lock) or time.monotonic() > deadline:
            lock.close()
            raise DataFolderInUse(
                f"Another server runs on the data folder {folder}",
                hint="Stop it first, or give another folder with --data.",
            )
        time.sleep(0.01)
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _take(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _owner_lives(lock: IO[str]) -> bool:
    lock.seek(0)
    owner = lock.read()
    if not owner.isdecimal():  # it has taken the lock this very moment
        return True
    try:
        os.kill(int(owner), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def socket_path(folder: Path) -> Path:
    """A path short enough for a socket; a publisher finds it through the file `address`."""
    forget_short_socket(folder)
    own = folder / "valkey.sock"
    if _fits(own):
        return own
    short = Path(tempfile.mkdtemp(prefix="livefeed-", dir=_short_base())) / "s"
    (folder / "address").write_text(f"{short}\n")
    return short


def forget_short_socket(folder: Path) -> None:
    """Take away a socket that lay elsewhere, and the word of where."""
    address = folder / "address"
    with suppress(OSError):
        socket = Path(address.read_text().strip())
        address.unlink()
        socket.unlink(missing_ok=True)
        socket.parent.rmdir()


def _short_base() -> str:
    usual = tempfile.gettempdir()
    fits = _fits(Path(usual, "livefeed-12345678", "s"))
    return usual if fits else "/tmp"  # noqa: S108 - mkdtemp makes a private folder there


def _fits(path: Path) -> bool:
    return len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH


@contextmanager
def log_file(folder: Path) -> Iterator[IO[bytes]]:
    """What the server says is written here."""
    path = folder / "valkey.log"
    too_large = path.exists() and path.stat().st_size > _LARGEST_LOG_FILE
    with path.open("wb" if too_large else "ab") as log:
        yield log


def last_words(folder: Path) -> str:
    """The last line that a server said."""
    lines = (folder / "valkey.log").read_text(errors="replace").split("\n")
    words = [line.strip() for line in lines if line.strip()]
    return words[-1] if words else "it said nothing"
