"""The settings: one table of name, default and help, read once at the edge and passed down.

Each is an environment variable with a flag named like its last word. A flag wins over the
variable, the variable over the default. An empty variable counts as absent.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from livefeed.errors import UsageError


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table. `default` is text, as the variable would have it."""

    variable: str
    default: str
    help: str

    @property
    def flag(self) -> str:
        """The command line's name for it."""
        return "--" + self.name

    @property
    def name(self) -> str:
        """The last word: `port` of `LIVEFEED_PORT`."""
        return self.variable.removeprefix("LIVEFEED_").removesuffix("_URL").lower()


TABLE = (
    Setting(
        "LIVEFEED_REDIS_URL",
        "",
        "Where Redis or Valkey is: redis://, rediss:// or unix://. Without it, `livefeed serve` "
        "starts an embedded Valkey on the data folder, and the publisher finds it there.",
    ),
    Setting(
        "LIVEFEED_DATA",
        "$XDG_DATA_HOME/livefeed",
        "The embedded Valkey's data folder.",
    ),
    Setting("LIVEFEED_HOST", "127.0.0.1", "The address that the server listens on."),
    Setting("LIVEFEED_PORT", "8000", "The port that the server listens on."),
    Setting(
        "LIVEFEED_WORKERS",
        "1",
        "How many processes serve the readers on that port, each with a core of its own to use.",
    ),
    Setting(
        "LIVEFEED_DRAIN",
        "10",
        "Over how many seconds a server that is told to end (SIGTERM) sends its readers away.",
    ),
    Setting("LIVEFEED_FEED", "news", "The publisher's default feed."),
    Setting(
        "LIVEFEED_ORIGINS",
        "",
        "Other sites whose pages may show the feeds, such as https://example.org, separated by "
        "commas; * for all. The server's own pages always may.",
    ),
    Setting(
        "LIVEFEED_SITE",
        "",
        "Where the public finds the pages, such as https://live.example.org: what they tell search "
        "engines and messengers of their own addresses. Without it they tell none.",
    ),
    Setting(
        "LIVEFEED_PUBLISHER", "", "Who publishes the feeds, as search engines and messengers say."
    ),
    Setting("LIVEFEED_LOG", "info", "How much the server logs: debug, info, warning or error."),
)
_MOST_WORKERS = 256
_MOST_DRAIN = 3600
# A scheme, a host and perhaps a port, which is all that a browser says of a page.
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://(?:[a-z0-9._-]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_LOG_LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings, parsed. `redis_url` None means the embedded server on `data`."""

    redis_url: str | None
    data: Path
    host: str
    port: int
    workers: int
    drain: float
    feed: str
    origins: tuple[str, ...]
    log: str
    site: str
    publisher: str


def read(environ: Mapping[str, str], flags: Mapping[str, object] | None = None) -> Settings:
    """The settings from an environment and the flags that were given (by name; None: not given).

    Raises:
        UsageError: names the setting whose value is none.
    """
    text = {setting.name: _text(setting, environ, flags or {}) for setting in TABLE}
    return Settings(
        redis_url=text["redis"] or None,
        data=_folder(text["data"], environ),
        host=text["host"],
        port=_port(text["port"]),
        workers=_workers(text["workers"]),
        drain=_drain(text["drain"]),
        feed=text["feed"],
        origins=_origins(text["origins"]),
        log=_one_of("LIVEFEED_LOG", text["log"].lower(), _LOG_LEVELS),
        site=_site(text["site"]),
        publisher=text["publisher"],
    )


def environment_of(settings: Settings) -> dict[str, str]:
    """The variables from which another process reads these same settings."""
    text = {
        "redis": settings.redis_url or "",
        "data": str(settings.data),
        "host": settings.host,
        "port": str(settings.port),
        "workers": str(settings.workers),
        "drain": f"{settings.drain:f}",
        "feed": settings.feed,
        "origins": ",".join(settings.origins),
        "log": settings.log,
        "site": settings.site,
        "publisher": settings.publisher,
    }
    return {setting.variable: text[setting.name] for setting in TABLE}


def _text(setting: Setting, environ: Mapping[str, str], flags: Mapping[str, object]) -> str:
    given = flags.get(setting.name)
    return str(given) if given is not None else environ.get(setting.variable) or setting.default


def _folder(text: str, environ: Mapping[str, str]) -> Path:
    home = environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(text.replace("$XDG_DATA_HOME", home)).expanduser()


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65_535:
        raise UsageError(f"LIVEFEED_PORT is {text!r}; a port is a number from 0 to 65535")
    return int(text)


def _workers(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= _MOST_WORKERS:
        raise UsageError(
            f"LIVEFEED_WORKERS is {text!r}; a number of processes is one from 1 to {_MOST_WORKERS}"
        )
    return int(text)


def _drain(text: str) -> float:
    digits = text.replace(".", "", 1)
    if not digits.isascii() or not digits.isdigit() or float(text) > _MOST_DRAIN:
        raise UsageError(
            f"LIVEFEED_DRAIN is {text!r}; a time is a number of seconds from 0 to {_MOST_DRAIN}"
        )
    return float(text)


def _origins(text: str) -> tuple[str, ...]:
    parts = (part for part in text.split(",") if part.strip())
    return tuple(_origin("LIVEFEED_ORIGINS", part) for part in parts)


def _site(text: str) -> str:
    origin = _origin("LIVEFEED_SITE", text.removesuffix("/")) if text else ""
    if origin and not origin.startswith(("https://", "http://")):
        raise UsageError(f"LIVEFEED_SITE has {text!r}; pages are at https://live.example.org")
    return origin


def _origin(variable: str, text: str) -> str:
    """One origin as browsers write it: in lower case, without the port that goes without saying."""
    origin = text.strip().lower()
    if origin != "*" and not _ORIGIN.fullmatch(origin):
        raise UsageError(
            f"{variable} has {text.strip()!r}; an origin is like https://example.org, with "
            "nothing behind the host but perhaps a port"
        )
    return origin.removesuffix(_DEFAULT_PORTS.get(origin.partition("://")[0], ""))


def _one_of(variable: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise UsageError(f"{variable} is {value!r}; it may be {', '.join(allowed)}")
    return value
