"""This checkout: where it is, its programs, and an environment that nothing outside has set."""

import os
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent


def environment(**more: str) -> dict[str, str]:
    """This environment without settings of livefeed from outside."""
    own = {k: v for k, v in os.environ.items() if not k.startswith("LIVEFEED_")}
    return {**own, **more}
