"""The rules of ninjs over several fields."""

from typing import Any

import pytest

from livefeed.ninjs import ContactInfo, Dates, Place, RightsInfo

NOON = "2021-04-20T12:00:00Z"


@pytest.mark.parametrize("given", [{}, {"value": "a", "address": {}}])
def test_a_contact_has_a_value_or_an_address(given: dict[str, Any]) -> None:
    ContactInfo(value="")
    with pytest.raises(ValueError, match="exactly one of value and address"):
        ContactInfo(**given)


@pytest.mark.parametrize("given", [{}, {"linked_rights": "urn:a:b", "encoded_rights": "x"}])
def test_rights_are_linked_or_encoded(given: dict[str, Any]) -> None:
    RightsInfo(encoded_rights="x")
    with pytest.raises(ValueError, match="exactly one of linkedRights and encodedRights"):
        RightsInfo(**given)


@pytest.mark.parametrize(
    "given",
    [
        {"start_date": NOON},
        {"expected_end_date": "2021"},
        {"start_date": NOON, "end_date": NOON},
        {"start_date": NOON, "end_date": NOON, "expected_end_date": "2021"},
    ],
)
def test_dates_tell_a_start_or_an_end_in_one_way(given: dict[str, Any]) -> None:
    Dates(**given)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"expected_duration": "PT1H"},
        {"start_date": NOON, "expected_start_date": "2021"},
        {
            "start_date": NOON,
            "expected_start_date": "2021",
            "end_date": NOON,
            "expected_end_date": "2021",
        },
    ],
)
def test_dates_that_tell_neither_start_nor_end_in_one_way_are_refused(
    given: dict[str, Any],
) -> None:
    with pytest.raises(ValueError, match="startDate or expectedStartDate"):
        Dates(**given)


def test_a_place_keeps_its_geojson_with_what_is_foreign_in_it() -> None:
    point = {"type": "Point", "coordinates": [1, 2], "name": "x"}
    assert Place(geo_json=point).geo_json == point
    with pytest.raises(ValueError, match="no GeoJSON"):
        Place(geo_json={"type": "Point"})
