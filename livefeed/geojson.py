"""GeoJSON (RFC 7946), as far as it decides whether an object is one.

A place keeps its GeoJSON as it was given, foreign members included, since those have a meaning to
somebody. The types here only judge it.
"""

from typing import Annotated, Any

import msgspec

Position = Annotated[list[float], msgspec.Meta(min_length=2)]
Line = Annotated[list[Position], msgspec.Meta(min_length=2)]
Ring = Annotated[list[Position], msgspec.Meta(min_length=4)]


class _Object(msgspec.Struct, tag_field="type"):
    bbox: Annotated[list[float], msgspec.Meta(min_length=4)] | msgspec.UnsetType = msgspec.UNSET


class _Point(_Object, tag="Point", kw_only=True):
    coordinates: Position


class _LineString(_Object, tag="LineString", kw_only=True):
    coordinates: Line


class _Polygon(_Object, tag="Polygon", kw_only=True):
    coordinates: list[Ring]


class _MultiPoint(_Object, tag="MultiPoint", kw_only=True):
    coordinates: list[Position]


class _MultiLineString(_Object, tag="MultiLineString", kw_only=True):
    coordinates: list[Line]


class _MultiPolygon(_Object, tag="MultiPolygon", kw_only=True):
    coordinates: list[list[Ring]]


_Simple = _Point | _LineString | _Polygon | _MultiPoint | _MultiLineString | _MultiPolygon


class _GeometryCollection(_Object, tag="GeometryCollection", kw_only=True):
    geometries: list[_Simple]


class _Feature(_Object, tag="Feature", kw_only=True):
    id: float | str | msgspec.UnsetType = msgspec.UNSET
    properties: dict[str, Any] | None
    geometry: _Simple | _GeometryCollection | None


class _FeatureCollection(_Object, tag="FeatureCollection", kw_only=True):
    features: list[_Feature]


_ANY = _Simple | _GeometryCollection | _Feature | _FeatureCollection


def geojson(document: dict[str, Any]) -> None:
    """Check that an object is GeoJSON; raises ValueError saying where it is not."""
    try:
        msgspec.convert(document, _ANY)
    except msgspec.ValidationError as problem:
        message = str(problem).replace("`", "").replace("$.", "").replace("Object ", "")
        raise ValueError(f"is no GeoJSON: {message[:1].lower()}{message[1:]}") from None
