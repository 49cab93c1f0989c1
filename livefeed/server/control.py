"""What a parent and a worker say to each other: one byte each, over a socket between the two.

The kernel closes a dead process's end, SIGKILL included, so each notices the other's death. A
worker that hangs is alive: its silence tells, for its event loop says something every second.
Signals would not do: a service manager sends its own to parent and workers alike, and a worker
that counted both would end at once, without a goodbye.
"""

READY = b"r"  # the worker: I accept connections
BEAT = b"b"  # the worker: my event loop turns
LEAVING = b"d"  # the worker: I accept nobody any more
LEAVE = b"l"  # the parent: drain, then end
HURRY = b"h"  # the parent: likewise, but somebody waits for it
NOW = b"n"  # the parent: end at once
GONE = b""  # the other one died

BEAT_SECONDS = 1.0
