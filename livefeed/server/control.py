"""What a parent and a worker say to each other: one byte each, over a socket between the two.

The kernel closes a dead process's end, SIGKILL included, so each notices the other's death.
Signals would not do: a service manager sends its own to parent and workers alike, and a worker
that counted both would end at once, without a goodbye.
"""

READY = b"r"  # the worker: I accept connections
LEAVE = b"l"  # the parent: say goodbye, then end
NOW = b"n"  # the parent: end at once
GONE = b""  # the other one died
