import subprocess
import sys

import pytest

import livefeed

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
