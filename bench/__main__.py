"""All claims, one after the other: `python -m bench`."""

from bench import alerts, burst, compressed, connecting, idle, resume_storm, slow_readers
from bench.claim import main

CLAIMS = (
    alerts.CLAIM,
    burst.CLAIM,
    compressed.CLAIM,
    connecting.CLAIM,
    idle.CLAIM,
    slow_readers.CLAIM,
    resume_storm.CLAIM,
)

if __name__ == "__main__":
    main(*CLAIMS)
