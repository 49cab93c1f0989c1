"""Processes of this machine, by what the kernel tells of them."""

from contextlib import suppress
from pathlib import Path


def alive(pid: int) -> bool:
    """Whether it runs; one that only waits to be asked how it ended does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def children(pid: int, of: str) -> list[int]:
    """The children of a process whose command has the word `of`."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in found if of in _command(int(child))]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def has_connection_from(pid: int, port: int) -> bool:
    """Whether a process has the other end of a TCP connection from this port of 127.0.0.1."""
    return bool(_inodes_of_connections_from(pid, port) & _inodes(pid))


def _inodes_of_connections_from(pid: int, port: int) -> set[str]:
    lines = Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]
    remote = f"0100007F:{port:04X}"
    # Earlier connections from the same port linger without an inode.
    return {fields[9] for fields in map(str.split, lines) if fields[2] == remote} - {"0"}


def _inodes(pid: int) -> set[str]:
    found = set()
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            found.add(str(file.readlink()).removeprefix("socket:[").removesuffix("]"))
    return found
