"""Open files: each connection is one, so a process takes as many as the system gives it."""

import resource

_OTHERS = 256  # files that are no connection: Redis, logs, the listeners


def raise_limit() -> int:
    """Raise this process's limit to the hard one; how many connections that has room for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        soft = hard
    return max(soft - _OTHERS, 1)
