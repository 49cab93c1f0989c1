"""Fixtures: real servers on unix sockets."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from servers import REDIS_7, Server, valkey_program

# On a busy machine any example may take long: that is no property of the code.
settings.register_profile(
    "livefeed", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("livefeed")


@pytest.fixture(scope="session")
def valkey() -> Iterator[Server]:
    """A server of the program that livefeed embeds, shared by all tests."""
    with Server(valkey_program()) as server:
        yield server


@pytest.fixture(scope="session")
def redis7() -> Iterator[Server]:
    """A server of Debian's Redis 7, shared by all tests."""
    with Server(REDIS_7) as server:
        yield server


@pytest.fixture(params=["valkey", "redis7"])
def log_server(request: pytest.FixtureRequest) -> Server:
    """Each server in turn, with an empty database."""
    server: Server = request.getfixturevalue(request.param)
    with server.client() as client:
        client.flushall()
        for user in set(client.acl_users()) - {"default"}:
            client.acl_deluser(user)
    return server


@pytest.fixture
def log_url(log_server: Server) -> str:
    """The address of each server in turn, its database empty."""
    return log_server.url


@pytest.fixture(params=["valkey", "redis7"])
def own_server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server for one test, which may kill it: each append is on disk before it is answered."""
    program = {"valkey": valkey_program(), "redis7": REDIS_7}[request.param]
    with Server(program, appendonly="yes", appendfsync="always") as server:
        yield server
