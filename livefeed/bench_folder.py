"""Where the package `bench` is, which is no part of livefeed: what `livefeed bench` runs."""

from pathlib import Path

from livefeed.carried_folder import PACKAGE, carried_folder


def bench_folder(package: Path = PACKAGE) -> Path:
    """The folder to import `bench` from.

    Raises:
        LivefeedError: when the installation has none.
    """
    return carried_folder("_bench", "", "bench/__main__.py", package)
