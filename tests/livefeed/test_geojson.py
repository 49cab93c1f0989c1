"""What counts as GeoJSON."""

from typing import Any

import pytest

from livefeed.geojson import geojson

POINT = {"type": "Point", "coordinates": [126.6, 37.5]}
FEATURE = {"type": "Feature", "properties": None, "geometry": POINT}
RING = [[0, 0], [0, 1], [1, 1], [0, 0]]


@pytest.mark.parametrize(
    "document",
    [
        POINT,
        {"type": "Point", "coordinates": [1, 2, 3], "bbox": [1, 2, 3, 4], "foreign": {"a": [1]}},
        {"type": "LineString", "coordinates": [[1, 2], [3, 4]]},
        {"type": "Polygon", "coordinates": [RING]},
        {"type": "MultiPoint", "coordinates": []},
        {"type": "MultiLineString", "coordinates": [[[1, 2], [3, 4]]]},
        {"type": "MultiPolygon", "coordinates": [[RING]]},
        {"type": "GeometryCollection", "geometries": [POINT]},
        FEATURE,
        {"type": "Feature", "id": "a", "properties": {"name": "x"}, "geometry": None},
        {"type": "Feature", "id": 1, "properties": {}, "geometry": POINT},
        {"type": "FeatureCollection", "features": [FEATURE]},
    ],
)
def test_each_kind_of_geojson_is_good(document: dict[str, Any]) -> None:
    geojson(document)


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"type": "Circle", "coordinates": [1, 2]},
        {"type": "Point"},
        {"type": "Point", "coordinates": [1]},
        {"type": "Point", "coordinates": [1, "2"]},
        {"type": "Point", "coordinates": [1, True]},
        {"type": "Point", "coordinates": [1, 2], "bbox": [1, 2, 3]},
        {"type": "LineString", "coordinates": [[1, 2]]},
        {"type": "Polygon", "coordinates": [RING[:3]]},
        {"type": "GeometryCollection", "geometries": [FEATURE]},
        {"type": "Feature", "geometry": POINT},
        {"type": "Feature", "properties": None, "geometry": {"type": "Feature"}},
        {"type": "Feature", "id": None, "properties": None, "geometry": None},
        {"type": "FeatureCollection", "features": [POINT]},
    ],
)
def test_what_is_no_geojson_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="is no GeoJSON: "):
        geojson(document)
