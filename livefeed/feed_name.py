"""A feed's name: what may stand in keys, channels and addresses without being quoted."""

import re

from livefeed.errors import UsageError

_RULE = re.compile(r"[a-z0-9-]{1,64}")


def is_feed_name(name: str) -> bool:
    """Whether a feed may have this name."""
    return _RULE.fullmatch(name) is not None


def check_feed_name(name: str) -> str:
    """The name itself.

    Raises:
        UsageError: where no feed can have this name.
    """
    if not is_feed_name(name):
        raise UsageError(
            f"{name[:80]!r} is not a feed's name",
            hint="A name has 1 to 64 of the characters a-z, 0-9 and -, such as election-night.",
        )
    return name
