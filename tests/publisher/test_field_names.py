"""What the front matter calls the fields of ninjs."""

import pytest

from publisher.field_names import _MEANT, KEYS, key_for, meant_by


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("headlines[0].value", "headline"),
        ("headlines", "headline"),
        ("subjects[1].relevance", "subject.relevance"),
        ("people[0].name", "person"),
        ("places[0].geoJSON", "place.geoJSON"),
        ("bodies[0].value", "body"),
        ("contentCreated", "contentCreated"),
        ("eventDetails.dates", "eventDetails.dates"),
        ("associations[0].uri", "association.uri"),
    ],
)
def test_a_field_of_ninjs_has_its_name_in_the_front_matter(path, key):
    assert key_for(path) == key


def test_words_of_other_systems_mean_fields_that_there_are():
    assert set(_MEANT.values()) <= set(KEYS)
    assert set(_MEANT).isdisjoint(KEYS)
    assert (meant_by("Byline"), meant_by("headlin"), meant_by("zzz")) == ("by", "headline", None)
