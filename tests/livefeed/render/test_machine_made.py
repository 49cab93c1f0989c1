import pytest

from livefeed.ninjs import DigitalSourceType
from livefeed.render.machine_made import machine_made, term_of

IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"


@pytest.mark.parametrize(
    ("source", "made"),
    [
        (None, None),
        (DigitalSourceType(), None),
        (DigitalSourceType(uri=f"{IPTC}trainedAlgorithmicMedia"), "made"),
        (DigitalSourceType(uri=f"{IPTC}algorithmicMedia/"), "made"),
        (DigitalSourceType(uri=f"{IPTC}compositeWithTrainedAlgorithmicMedia"), "partly"),
        (DigitalSourceType(literal="digsrctype:trainedAlgorithmicMedia"), "made"),
        (DigitalSourceType(name="TrainedAlgorithmicMedia"), "made"),
        (DigitalSourceType(uri=f"{IPTC}digitalCapture", name="Photograph"), None),
        (DigitalSourceType(literal="something of our own"), None),
    ],
)
def test_what_an_algorithm_made_or_changed_is_told_from_what_people_did(source, made):
    assert machine_made(source) == made


def test_the_term_is_as_iptc_writes_it():
    source = DigitalSourceType(uri=f"{IPTC}trainedAlgorithmicMedia", name="Generated")
    assert term_of(source) == "trainedAlgorithmicMedia"
