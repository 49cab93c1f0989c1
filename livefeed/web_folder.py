"""Where `web/` is: its templates, style sheet and scripts.

A wheel carries the folder as `livefeed/_web`; a checkout, and an editable install of one, have it
beside the package. The wheel's is looked for first, since beside an installed package a folder
`web` is somebody else's.
"""

from pathlib import Path

from livefeed.errors import LivefeedError


def web_folder(package: Path = Path(__file__).parent) -> Path:
    """The folder that holds `templates/`, `style.css` and `main.js`.

    Raises:
        LivefeedError: when the installation has none.
    """
    places = (package / "_web", package.parent / "web")
    for folder in places:
        if (folder / "templates" / "feed.html").is_file():
            return folder
    looked = " and ".join(map(str, places))
    raise LivefeedError(
        f"the page's files are missing: looked for {looked}",
        hint="install livefeed again, or run it from a complete checkout",
    )
