"""One worker of `livefeed serve --workers N`: a whole server, which its parent starts and ends.

Run as `python -m livefeed.server.worker LISTENER CONTROL`, two sockets it inherits by number; its
settings are its environment's.
"""

import asyncio
import os
import signal
import socket
import sys
import threading
import time
from contextlib import suppress

from livefeed import settings as the_settings
from livefeed.server.control import BEAT, BEAT_SECONDS, GONE, HURRY, LEAVING, NOW, READY
from livefeed.server.limits import Limits
from livefeed.server.logs import log_to_stderr
from livefeed.server.run import make_server, serve, within_open_files
from livefeed.server.shutdown import Server


def main(listener: socket.socket, control: socket.socket) -> None:
    """Serve until the parent says so, or is no more."""
    settings = the_settings.read(os.environ)
    log_to_stderr(settings.log, one_of_several=True)
    limits = within_open_files(Limits())
    server = make_server(settings, limits)
    server.on_ready = lambda: _ready(server, control)
    server.on_leave = lambda: _say(control, LEAVING)
    obeying = (server, control, limits.ending_seconds(settings.drain))
    threading.Thread(target=_obey, args=obeying, daemon=True).start()
    serve(server, listener)


def _ready(server: Server, control: socket.socket) -> None:
    # Only now, for uvicorn sets its own first. A service manager's signal comes beside the parent's
    # word: two of them are nobody's wish that it be at once.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: server.end())
    _say(control, READY)
    _beat(control)


def _beat(control: socket.socket) -> None:
    """Say that the loop turns, from within it."""
    _say(control, BEAT)
    asyncio.get_running_loop().call_later(BEAT_SECONDS, _beat, control)


def _say(control: socket.socket, word: bytes) -> None:
    # A parent that is stopped is not waited for; that it died is noticed below.
    with suppress(OSError):
        control.send(word, socket.MSG_DONTWAIT)


def _obey(server: Server, control: socket.socket, patience: float) -> None:
    """Do what the parent says. A thread, so that a loop that hangs does not outlive the parent."""
    while True:
        said = _heard(control)
        # uvicorn looks at these ten times a second; from a signal or from here is one to it.
        server.force_exit = server.force_exit or said == NOW
        server.end(hurried=said == HURRY)
        if said == GONE:
            break
    time.sleep(patience)  # the process ends meanwhile, unless something hangs
    os._exit(1)


def _heard(control: socket.socket) -> bytes:
    try:
        return control.recv(1)
    except ConnectionResetError:  # the parent died with something of ours unread
        return GONE


if __name__ == "__main__":
    main(*(socket.socket(fileno=int(number)) for number in sys.argv[1:]))
