"""Folders of the project that a wheel carries within the package: the page's, and the bench's.

A wheel has them as `livefeed/_…`; a checkout, and an editable install of one, beside the package.
The wheel's is looked for first, since beside an installed package a folder of that name is
somebody else's.
"""

from pathlib import Path

from livefeed.errors import LivefeedError

PACKAGE = Path(__file__).parent


def carried_folder(in_wheel: str, in_checkout: str, holds: str, package: Path = PACKAGE) -> Path:
    """The first of both places that has the file `holds`; relative to `package` and to its parent.

    Raises:
        LivefeedError: when the installation has none.
    """
    places = (package / in_wheel, package.parent / in_checkout)
    for folder in places:
        if (folder / holds).is_file():
            return folder
    looked = " and ".join(map(str, places))
    raise LivefeedError(
        f"files of livefeed are missing: looked for {holds} in {looked}",
        hint="install livefeed again, or run it from a complete checkout",
    )
