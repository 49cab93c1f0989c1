"""Where `web/` is: its templates, style sheet and scripts."""

from pathlib import Path

from livefeed.carried_folder import PACKAGE, carried_folder


def web_folder(package: Path = PACKAGE) -> Path:
    """The folder that holds `templates/`, `style.css` and `main.js`.

    Raises:
        LivefeedError: when the installation has none.
    """
    return carried_folder("_web", "web", "templates/feed.html", package)
