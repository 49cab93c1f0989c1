"""Where the server's logs go: to standard error, as text, for whoever keeps it."""

import logging
import sys

_LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_WORKERS_LINE = "%(asctime)s %(levelname)s [%(process)d] %(name)s: %(message)s"


def log_to_stderr(level: str, *, one_of_several: bool = False) -> None:
    """Log from `level` on; one of several processes also says which it is."""
    logging.basicConfig(
        level=level.upper(),
        stream=sys.stderr,
        format=_WORKERS_LINE if one_of_several else _LINE,
    )
    if level == "info":  # uvicorn's tell of its own life; ours has the page's address
        logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
