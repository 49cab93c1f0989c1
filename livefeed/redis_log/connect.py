"""Connections to Redis with every default said, and Redis's errors in our words.

redis-py repeats a command after a time-out, writes too; a repeated append would be protected by
its id, but nobody would know how often it ran. So nothing is repeated here: who wants another
attempt makes it, with the same id.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

import redis
import redis.asyncio
from redis import exceptions as foreign
from redis.asyncio.connection import parse_url as parse_url_async
from redis.backoff import NoBackoff
from redis.connection import parse_url
from redis.maint_notifications import MaintNotificationsConfig
from redis.retry import Retry

from livefeed.errors import LivefeedError, LogUnusable, RedisFull, Unreachable, UsageError

PATIENCE = 5.0  # seconds that a silent Redis is waited for
_CONNECTIONS = 20  # at most, for each client; more would be a leak
_READ_AT_ONCE = 64 * 1024  # bytes

# How Python says that redis-py's connections take no such option.
_UNKNOWN_OPTION = re.compile(r"unexpected keyword argument '(\w+)'")
_ENCRYPTED = (redis.SSLConnection, redis.asyncio.SSLConnection)

Client = redis.Redis | redis.asyncio.Redis


def connect(url: str, *, patience: float = PATIENCE) -> redis.Redis:
    """A client for `redis://`, `rediss://` or `unix://`; it connects with its first command.

    Raises:
        UsageError: for another kind of address.
    """
    options = _options(url, parse_url, patience)
    options["retry"] = Retry(NoBackoff(), 0)
    pool = redis.ConnectionPool(**options)
    with _usable(url):  # a connection, unconnected, only to see whether it takes the options
        pool.connection_class(**pool.connection_kwargs)
    return redis.Redis.from_pool(pool)


def connect_async(url: str, *, patience: float = PATIENCE) -> redis.asyncio.Redis:
    """The same for asyncio, but without a time limit on commands: see `in_time`.

    Raises:
        UsageError: for another kind of address.
    """
    options = _options(url, parse_url_async, patience)
    # Given one, redis-py sends within `asyncio.wait_for`, which in Python 3.11 swallows a
    # cancellation that comes when the sending is done: a task that cannot be ended.
    options["socket_timeout"] = None
    options["retry"] = redis.asyncio.retry.Retry(NoBackoff(), 0)
    pool = redis.asyncio.ConnectionPool(**options)
    with _usable(url):
        pool.connection_class(**pool.connection_kwargs)
    return redis.asyncio.Redis.from_pool(pool)


def _options(
    url: str, parse: Callable[[str], Mapping[str, Any]], patience: float
) -> dict[str, Any]:
    with _usable(url):
        if _has_unescaped_password(url):
            raise ValueError("in a password, / is written %2F, ? is %3F and # is %23")
        options: dict[str, Any] = dict(parse(url))
    if "path" not in options:
        options["socket_keepalive"] = True
    # TLS 1.3 sends session tickets behind the handshake, which redis-py takes for a stray answer of
    # Redis ("Connection not ready"). A first command of its own (CLIENT SETNAME) reads them.
    encrypted = issubclass(options.get("connection_class", object), _ENCRYPTED)
    return options | {
        "client_name": "livefeed" if encrypted else None,
        "protocol": 2,
        "decode_responses": False,
        "socket_timeout": patience,
        "socket_connect_timeout": patience,
        "socket_read_size": _READ_AT_ONCE,
        "retry_on_timeout": False,
        "retry_on_error": [],
        "health_check_interval": 0,
        "max_connections": _CONNECTIONS,
        "driver_info": None,
        "maint_notifications_config": MaintNotificationsConfig(enabled=False),
    }


@contextmanager
def _usable(url: str) -> Iterator[None]:
    """What redis-py cannot make of an address, in our words.

    Raises:
        UsageError: it is none, or has an option that redis-py does not know.
    """
    try:
        yield
    except (ValueError, TypeError) as error:  # the latter for an unknown option
        unknown = _UNKNOWN_OPTION.search(str(error))
        why = f"it has no option {unknown[1]}" if unknown else str(error)
        raise UsageError(
            f"{shown(url)} is not an address of Redis: {why}",
            hint="Addresses are redis://host:port/0, rediss://host:port/0 or unix:///path.",
        ) from error


def _has_unescaped_password(url: str) -> bool:
    """Whether a password seems to end early, at a sign that means something in an address."""
    parts = urlsplit(url)
    return parts.scheme != "unix" and "@" in f"{parts.path}{parts.query}{parts.fragment}"


def shown(url: str) -> str:
    """The address as people may see it: without user, password and options."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
        if "://" not in url or _has_unescaped_password(url):
            return "the address given"
    except ValueError:
        return "the address given"
    if parts.scheme == "unix":
        return f"unix://{unquote(parts.path)}"
    return f"{parts.scheme}://{parts.hostname or 'localhost'}{port}{parts.path}"


def address(client: Client) -> str:
    """Where a client connects to, as people may see it."""
    options = client.connection_pool.connection_kwargs
    if path := options.get("path"):
        return f"unix://{path}"
    host, port = options.get("host", "localhost"), options.get("port", 6379)
    encrypted = issubclass(client.connection_pool.connection_class, _ENCRYPTED)
    return f"{'rediss' if encrypted else 'redis'}://{host}:{port}/{options.get('db', 0)}"


@asynccontextmanager
async def in_time(client: redis.asyncio.Redis) -> AsyncIterator[None]:
    """A time limit on commands, and our errors: within it, a silent Redis is Unreachable.

    A command that is cut off takes its connection with it, so that its answer reaches nobody else.
    """
    limit: float = client.connection_pool.connection_kwargs["socket_connect_timeout"]
    with our_errors(address(client)):
        async with asyncio.timeout(limit):
            yield


def run(client: redis.Redis, *command: str | bytes | int) -> Any:  # noqa: ANN401 - as Redis answers
    """One command's answer; in a pipeline it is noted only."""
    return client.execute_command(*command)  # type: ignore[no-untyped-call]


def run_async(client: redis.asyncio.Redis, *command: str | bytes | int) -> Any:  # noqa: ANN401
    """One command's answer, to be awaited; in a pipeline it is noted only."""
    return client.execute_command(*command)  # type: ignore[no-untyped-call]


@contextmanager
def our_errors(where: str) -> Iterator[None]:
    """Translate redis-py's errors into ours; `where` is the address as people may see it.

    Raises:
        Unreachable: Redis is down, silent, loading, read-only or refuses us.
        RedisFull: Redis has no memory left.
        LogUnusable: any other answer that a log of ours does not give, such as WRONGTYPE.
    """
    try:
        yield
    except (foreign.RedisError, OSError) as error:
        raise translated(error, where) from error


# The first that fits wins, so the narrow stand before the wide.
_REFUSALS: tuple[tuple[type[Exception], str, str], ...] = (
    (
        foreign.AuthenticationError,
        "refuses the user or the password",
        "Check them in LIVEFEED_REDIS_URL or --redis: redis://user:password@host:port/0.",
    ),
    (
        foreign.NoPermissionError,
        "does not permit this user what livefeed needs",
        "Its ACL must allow the commands of livefeed's script on livefeed:* (ACL SETUSER).",
    ),
    (
        foreign.ReadOnlyError,
        "is a read-only replica",
        "Give the address of its primary.",
    ),
    (foreign.BusyLoadingError, "is still loading its data", "Try again in a moment."),
    (
        foreign.MaxConnectionsError,
        "has no connection left for us",
        "Raise maxclients, or look for a client that leaks connections.",
    ),
    (
        foreign.TimeoutError,
        "does not answer",
        "Is it stopped, overloaded, or behind a firewall? Try `redis-cli ping` on its machine.",
    ),
    (
        TimeoutError,
        "does not answer",
        "Is it stopped, overloaded, or behind a firewall? Try `redis-cli ping` on its machine.",
    ),
    (
        foreign.InvalidResponse,
        "does not speak Redis's protocol",
        "Check the port: something else listens there.",
    ),
    (
        foreign.ConnectionError,
        "cannot be reached",
        "Is it running? Check the address; for the embedded one start `livefeed serve`.",
    ),
    (
        OSError,
        "cannot be reached",
        "Is it running? Check the address; for the embedded one start `livefeed serve`.",
    ),
)
# How Redis 7 and Valkey say NOPERM of a command within a script.
_FORBIDDEN_IN_SCRIPT = re.compile("user executing the script can't|ACL failure in script")
# Answers, though redis-py counts them among the errors of the connection.
_ANSWERS = (foreign.AuthenticationError, foreign.BusyLoadingError, foreign.MaxConnectionsError)
# Answers that redis-py has no class for, by their first word.
_UNREADY = {
    "BUSY": "is busy with another script",
    "MISCONF": "cannot write to its disk and takes no changes",
    "NOREPLICAS": "has too few replicas and takes no changes",
    "MASTERDOWN": "is a replica that lost its primary",
    "CLUSTERDOWN": "is a cluster that is down",
    "TRYAGAIN": "is a cluster that is moving these keys",
    "UNKILLABLE": "is busy with another script",
}


def refused(error: Exception) -> bool:
    """Whether Redis answered with an error that it gives before it does anything."""
    if isinstance(error, _ANSWERS):
        return True
    told = isinstance(error, foreign.ResponseError)
    return told and not isinstance(translated(error, ""), LogUnusable)


def translated(error: Exception, where: str) -> LivefeedError:
    """The error of ours that says what `error` of redis-py says."""
    if _FORBIDDEN_IN_SCRIPT.search(str(error)):
        error = foreign.NoPermissionError(str(error))
    for kind, what, hint in _REFUSALS:
        if isinstance(error, kind):
            return Unreachable(f"Redis at {where} {what}{_reason(error)}", hint=hint)
    if isinstance(error, foreign.OutOfMemoryError):
        return RedisFull(
            f"Redis at {where} has no memory left; nothing was published",
            hint="Raise its maxmemory, or free memory. A kill or hold still goes through.",
        )
    if (word := _word(error)) in _UNREADY:
        return Unreachable(f"Redis at {where} {_UNREADY[word]}", hint="Look into its log.")
    return LogUnusable(
        f"Redis at {where} answered: {error}",
        hint="Is the address right? docs/protocol.md has the keys of livefeed and their types.",
    )


def _word(error: Exception) -> str:
    """The first word of an error, which is its kind."""
    return getattr(error, "status_code", None) or str(error).partition(" ")[0]


def _reason(error: Exception) -> str:
    """What the system said, without the address (which may be long) that redis-py puts before."""
    cause = error.__cause__ or error.__context__
    text = cause.strerror if isinstance(cause, OSError) and cause.strerror else ""
    return f": {text}" if text else ""
