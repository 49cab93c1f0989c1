"""A process between livefeed and its embedded server, so that the server dies with livefeed.

Run as `python -I keeper.py PROGRAM ARGUMENT…`. It starts the program and ends it when its own
standard input ends, which the kernel sees to however livefeed ended, SIGKILL included. (Linux's
parent-death signal alone follows the thread that started the child, and other systems have none;
here it only covers the death of this process.) Its exit status is the program's.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable

_GRACE = 20  # seconds to flush and close the append-only file
_PR_SET_PDEATHSIG = 1  # from <sys/prctl.h>


def main(command: list[str]) -> int:
    """Run `command` until it ends or standard input does; the inherited lock goes on to it."""
    child = subprocess.Popen(  # noqa: S603 - the caller's own program
        command,
        stdin=subprocess.DEVNULL,
        close_fds=False,
        preexec_fn=_dying_with_me(),  # noqa: PLW1509 - there is no other thread yet
    )
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    threading.Thread(target=_end_with_input, args=(child,), daemon=True).start()
    return child.wait()


def _end_with_input(child: "subprocess.Popen[bytes]") -> None:
    # Not `sys.stdin`: Python's exit would stumble over its lock, held by this thread.
    while os.read(0, 1024):
        pass
    child.terminate()
    try:
        child.wait(_GRACE)
    except subprocess.TimeoutExpired:
        child.kill()


def _dying_with_me() -> Callable[[], object] | None:
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) and 1)
