"""Where Redis is: an address that was given, or the embedded server on a data folder.

A flag wins over a variable, so `--data ./data` is obeyed where LIVEFEED_REDIS_URL is set.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from livefeed import settings
from livefeed.errors import UsageError


@dataclass(frozen=True, slots=True)
class RedisAddress:
    """`given` is an address; None means the embedded server on `data`.

    `chosen` says whether the editor chose either; else the folder is the one that everybody has.
    """

    given: str | None
    data: Path
    chosen: bool = True

    def url(self) -> str:
        """The address to connect to.

        Raises:
            LivefeedError: if no embedded server ever ran on the data folder.
        """
        if self.given:
            return self.given
        from livefeed.redis_log.data_folder import url_of  # noqa: PLC0415 - not for `--help`

        return url_of(self.data)

    def where_from(self) -> str:
        """Why this address was tried, where nobody chose it; else nothing."""
        if self.chosen:
            return ""
        here = Path("data")
        meant = f"--data ./{here}" if (here / "appendonlydir").exists() else "--data or --redis"
        return f"No address was given, so it is the one on {self.data}. Did you mean {meant}?"


def redis_address(
    chosen: settings.Settings, flags: Mapping[str, str | None], *, named: bool
) -> RedisAddress:
    """What the settings and the flags `--redis` and `--data` say.

    `named` says whether a variable names the data folder.

    Raises:
        UsageError: if both flags were given.
    """
    if flags.get("redis") and flags.get("data"):
        raise UsageError("Both --redis and --data say where; give one of them")
    by_folder = bool(flags.get("data"))
    given = None if by_folder else chosen.redis_url
    return RedisAddress(given, chosen.data, chosen=bool(given or by_folder or named))
