"""Whether content was made by a machine, told by ninjs's `digitalSourceType`.

Its terms are IPTC's, at http://cv.iptc.org/newscodes/digitalsourcetype/. Cameras and people at a
screen are no machines here; what was made up or changed by an algorithm is.
"""

from typing import Literal

from livefeed.ninjs import DigitalSourceType

MachineMade = Literal["made", "partly"]

_TERMS: dict[str, MachineMade] = {
    "trainedalgorithmicmedia": "made",
    "algorithmicmedia": "made",
    "datadrivenmedia": "made",
    "virtualrecording": "made",
    "compositewithtrainedalgorithmicmedia": "partly",
    "compositesynthetic": "partly",
    "algorithmicallyenhanced": "partly",
}


def machine_made(source: DigitalSourceType | None) -> MachineMade | None:
    """Whether it was made by a machine, or partly; None where it was not, or nobody says."""
    term = term_of(source)
    return _TERMS.get(term.lower()) if term else None


def term_of(source: DigitalSourceType | None) -> str | None:
    """The term of a machine's part in it, without what stands in front of it in a URI or a code."""
    given = (source.uri, source.literal, source.name) if source else ()
    terms = (text.rstrip("/").replace(":", "/").rpartition("/")[2] for text in given if text)
    return next((term for term in terms if term.lower() in _TERMS), None)
