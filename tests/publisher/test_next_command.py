import shutil
from pathlib import Path

import pytest

from publisher.next_command import next_command, program

HERE = {"feed": None, "redis": None, "data": None}


def test_a_next_command_repeats_the_flags_that_were_typed():
    flags = HERE | {"feed": "quake", "data": "./my data"}
    assert (
        next_command("publisher", flags, ["kill", "12"])
        == "publisher --feed quake --data './my data' kill 12"
    )


@pytest.mark.parametrize(
    "url",
    [
        "redis://editor:secret@redis.example:6379/0",
        "redis://redis.example:6379/0?password=secret",
        "unix:///run/redis.sock?password=secret",
    ],
)
def test_a_password_is_not_repeated(url):
    flags = HERE | {"redis": url}
    assert next_command("publisher", flags, ["show", "1"]) == "publisher --redis URL show 1"


def test_an_address_without_a_password_is_repeated():
    flags = HERE | {"redis": "unix:///run/redis.sock"}
    command = next_command("publisher", flags, ["show", "1"])
    assert command == "publisher --redis unix:///run/redis.sock show 1"


@pytest.mark.parametrize("argv0", [".venv/bin/publisher", "./publisher", "/opt/x/publisher"])
def test_a_program_that_was_called_by_its_path_keeps_it(argv0):
    assert program(argv0) == argv0


def test_a_program_on_the_path_is_called_by_its_name(tmp_path, monkeypatch):
    script = tmp_path / "publisher"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("publisher") == str(script)
    assert program(str(script)) == program("publisher") == "publisher"


def test_a_module_is_called_as_one():
    assert program(str(Path("publisher") / "__main__.py")) == "python -m publisher"
