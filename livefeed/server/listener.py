"""The listening socket: what every connection inherits from it, and what is said if it fails."""

import errno
import socket
import sys

from livefeed.errors import LivefeedError

# The kernel finds dead readers, without a timer of ours: a phone in a tunnel is let go after a
# minute, with or without bytes on their way to it.
_UNANSWERED_MS = 60_000
_QUIET_SECONDS = 45
_PROBE_SECONDS = 5
_PROBES = 3
# A slow reader's share of the kernel's memory (it doubles this for its bookkeeping).
_SEND_BUFFER = 128 * 1024
# Nobody says much here, and what the kernel holds is read at once, whatever it is.
_RECEIVE_BUFFER = 32 * 1024
_ACCEPTED_IN_A_TURN = 16  # more save nothing that can be measured
# What the kernel takes of it beyond what is on its way. A slow line gets what is new, not what has
# waited longest, and is known to take something after a few seconds instead of a minute.
_UNSENT = 32 * 1024
BACKLOG = 4096  # a restart brings every reader back within seconds

# Linux has all of these, other systems some.
_TCP_OPTIONS = {
    "TCP_KEEPIDLE": _QUIET_SECONDS,
    "TCP_KEEPINTVL": _PROBE_SECONDS,
    "TCP_KEEPCNT": _PROBES,
    "TCP_USER_TIMEOUT": _UNANSWERED_MS,
    "TCP_NODELAY": 1,
    "TCP_NOTSENT_LOWAT": _UNSENT,
}


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; port 0 lets the system choose.

    Raises:
        LivefeedError: the port is taken, or the address is not this machine's.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise _cannot_listen(host, port, error) from error
    try:
        _configure(listener)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise _cannot_listen(host, port, error) from error
    return listener


def listen_often(listener: socket.socket) -> list[socket.socket]:
    """More descriptors of the same listening socket, for the loop to accept from besides it.

    In a turn uvloop accepts one connection of each descriptor. When thousands come at once, turns
    of one connection each take a fifth of all the time (docs/performance.md).
    """
    return [listener.dup() for _ in range(_ACCEPTED_IN_A_TURN - 1)]


def listen_in_parallel(first: socket.socket, count: int) -> list[socket.socket]:
    """`count` sockets on the port of `first`, which is one of them: one for each worker.

    On Linux each has a queue of its own, and the kernel spreads connections over them evenly
    (docs/decisions/0003). `first` was bound without sharing its port, so it is nobody else's.
    Other systems spread nothing, so there all workers accept from `first`.

    Raises:
        LivefeedError: the system gives no more sockets.
    """
    if sys.platform != "linux":
        return [first] * count
    first.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    return [first, *(_beside(first) for _ in range(count - 1))]


def instead_of(listener: socket.socket) -> socket.socket:
    """Closes a worker's listener; another one for it, which no connection waits at.

    Only when a worker listens on it does the kernel give it a share again. Elsewhere than on Linux
    it is the same one, which is all workers'.

    Raises:
        LivefeedError: the system gives no more sockets; the listener stays open.
    """
    if sys.platform != "linux":
        return listener
    other = _bound_beside(listener)
    listener.close()
    return other


def _beside(first: socket.socket) -> socket.socket:
    listener = _bound_beside(first)
    listener.listen(BACKLOG)
    return listener


def _bound_beside(first: socket.socket) -> socket.socket:
    address = first.getsockname()
    try:
        listener = socket.socket(first.family, first.type, first.proto)
        _configure(listener)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(address)
    except OSError as error:
        raise _cannot_listen(address[0], address[1], error) from error
    return listener


def address_of(listener: socket.socket) -> str:
    """The page's address, for people: what a browser on this machine can open."""
    host, port = listener.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _configure(listener: socket.socket) -> None:
    listener.setblocking(False)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
    for name, value in _TCP_OPTIONS.items():
        if hasattr(socket, name):
            listener.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _cannot_listen(host: str, port: int, error: OSError) -> LivefeedError:
    if error.errno == errno.EADDRINUSE:
        return LivefeedError(
            f"port {port} of {host} is taken",
            hint="Another livefeed, perhaps? Stop it, or choose another with --port.",
        )
    if error.errno == errno.EACCES:
        return LivefeedError(
            f"port {port} of {host} is reserved for the system", hint="Choose one above 1023."
        )
    return LivefeedError(
        f"cannot listen on {host}, port {port}: {error.strerror or error}",
        hint="LIVEFEED_HOST is an address of this machine, such as 127.0.0.1 or 0.0.0.0.",
    )
