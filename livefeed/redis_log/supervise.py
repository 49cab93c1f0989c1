"""An embedded server that is started again when it dies: killed, out of memory, or a full disk.

Every acknowledged entry is on the disk, so a server that comes back knows all of them; readers keep
their page meanwhile and publishers try again under the same id.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from livefeed.errors import LivefeedError
from livefeed.redis_log.embedded import Embedded

log = logging.getLogger(__name__)
_PAUSE_SECONDS = 1.0  # before another start where one failed


@contextmanager
def kept_running(embedded: Embedded) -> Iterator[None]:
    """Start `embedded` again whenever it ends within the block; stop it at the end."""
    ending = threading.Event()
    turn = threading.Lock()
    watcher = threading.Thread(target=_watch, args=(embedded, ending, turn), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ending.set()
        with turn:
            embedded.stop()
        watcher.join()


def _watch(embedded: Embedded, ending: threading.Event, turn: threading.Lock) -> None:
    while True:
        embedded.wait()
        with turn:
            if ending.is_set():
                return
            log.warning("The embedded server ended; it is started again.")
            failed = _launch(embedded)
        if failed and ending.wait(_PAUSE_SECONDS):
            return


def _launch(embedded: Embedded) -> bool:
    try:
        embedded.launch()
    except LivefeedError as error:
        log.error("%s %s", error, error.hint)  # noqa: TRY400 - the operator's, not a crash of ours
        return True
    return False
