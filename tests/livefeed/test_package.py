import json
import subprocess
import sys
import zipfile

import pytest

import livefeed
from checkout import CHECKOUT, environment

LOADED = """
import sys, livefeed
heavy = {"redis", "starlette", "uvicorn", "asyncio", "msgspec"}
print(" ".join(sorted(heavy & set(sys.modules))))
"""


def test_importing_the_package_loads_neither_redis_nor_a_server():
    run = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""


@pytest.mark.parametrize("name", livefeed.__all__)
def test_each_public_name_is_there(name):
    found = getattr(livefeed, name)
    assert found.__name__ == name
    assert found.__doc__
    assert name in dir(livefeed)


def test_another_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'unfollow'"):
        livefeed.unfollow  # noqa: B018 - the access is what is tested


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with what a wheel of this checkout installs."""
    wheels, folder = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    made = [*pip, "wheel", "--no-deps", "--wheel-dir", wheels, CHECKOUT]
    subprocess.run(made, check=True, capture_output=True, timeout=100)
    (wheel,) = wheels.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder)
    return folder


def test_a_wheel_has_the_page_and_the_bench_and_no_test(installed):
    names = {path.relative_to(installed).as_posix() for path in installed.rglob("*")}
    assert {"livefeed/_web/templates/feed.html", "livefeed/_bench/bench/fanload.c"} <= names
    assert {name.split("/")[0] for name in names if "dist-info" not in name} == {
        "livefeed",
        "publisher",
    }
    assert not [name for name in names if name.endswith(".pyc")]


def test_the_bench_of_a_wheel_runs_wherever_it_is_called(installed, tmp_path):
    (tmp_path / "bench.py").write_text("raise SystemExit('somebody else’s')")
    command = "from livefeed.cli import main; main()"
    words = ["bench", "connecting", "--quick", "--set", "readers=20"]
    done = subprocess.run(
        [sys.executable, "-P", "-c", command, *words],
        cwd=tmp_path,
        env=environment(PYTHONPATH=str(installed), XDG_CACHE_HOME=str(tmp_path / "cache")),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "| CPU a connection, 20 at once |" in done.stdout
    written = tmp_path / "livefeed-bench" / "bench-quick" / "connecting.json"
    assert json.loads(written.read_text())["machine"]["commit"] == "no checkout"
