"""How long an end may take before it is hurried."""

from livefeed.server.limits import Limits

# Beside the goodbye: pages that are being sent, the followers' end, the interpreter's.
_MARGIN_SECONDS = 5.0


def ending_seconds(limits: Limits) -> float:
    """After so long a server that was told to end hangs."""
    return limits.goodbye_seconds + _MARGIN_SECONDS
