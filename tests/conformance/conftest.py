"""The official ninjs schema and its examples, in the folder that NINJS names.

They are not part of this repository; without the variable nothing here is collected, and a run of
this folder alone fails for that.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

FOLDER = Path(os.environ.get("NINJS", ""))
collect_ignore_glob = [] if os.environ.get("NINJS") else ["test_*.py"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each official example."""
    if "example" in metafunc.fixturenames:
        examples = sorted((FOLDER / "examples").glob("*.json"))
        if not examples:
            raise pytest.UsageError(f"NINJS: there are no examples/*.json in {FOLDER}")
        metafunc.parametrize("example", examples, ids=[path.stem for path in examples])


@pytest.fixture(scope="session")
def official() -> Draft202012Validator:
    """The schema's validator. It checks dates, and looks for GeoJSON's schema here, not online."""
    checker = FormatChecker(formats=["date-time"])
    assert "date-time" in checker.checkers, "rfc3339-validator is missing"
    geojson = Resource.from_contents(_schema("GeoJSON-schema.json"))
    registry: Registry[Any] = Registry().with_resource(
        "https://geojson.org/schema/GeoJSON.json", geojson
    )
    schema = _schema("ninjs-schema_3.1.json")
    return Draft202012Validator(schema, registry=registry, format_checker=checker)


def _schema(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))
