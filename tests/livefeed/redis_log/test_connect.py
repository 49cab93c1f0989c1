import socket

import pytest
import redis
from redis import exceptions as foreign

from livefeed.errors import LivefeedError, LogUnusable, RedisFull, Unreachable, UsageError
from livefeed.redis_log.connect import (
    address,
    connect,
    connect_async,
    our_errors,
    shown,
    translated,
)

SECRET = "hunter2"


@pytest.mark.parametrize(
    ("url", "as_shown"),
    [
        (f"redis://editor:{SECRET}@wire.example:6380/2", "redis://wire.example:6380/2"),
        (f"rediss://:{SECRET}@wire.example", "rediss://wire.example"),
        (f"unix:///run/a%20b.sock?password={SECRET}", "unix:///run/a b.sock"),
        ("redis://wire.example:none", "the address given"),
        ("wire.example:6379", "the address given"),
        (f"editor:{SECRET}@wire.example:6379", "the address given"),
        (f"redis://editor:12/{SECRET}@wire.example:6379/0", "the address given"),
    ],
)
def test_an_address_is_shown_without_its_password(url, as_shown):
    assert shown(url) == as_shown


@pytest.mark.parametrize(
    "url", ["http://wire.example", "wire.example:6379", "redis://h:none", "redis+sentinel://h"]
)
def test_another_kind_of_address_is_wrong_usage(url):
    for make in (connect, connect_async):
        with pytest.raises(UsageError, match="is not an address of Redis") as refused:
            make(url)
        assert "unix:///path" in refused.value.hint


@pytest.mark.parametrize(
    "url",
    [
        f"redis://editor:12/{SECRET}@wire.example:6379/0",
        f"redis://:12#{SECRET}@wire.example",
        f"redis://:12?{SECRET}@wire.example",
    ],
)
def test_a_password_that_would_end_early_is_refused_unseen_with_how_to_write_it(url):
    for make in (connect, connect_async):
        with pytest.raises(UsageError, match="is written %2F") as refused:
            make(url)
        assert SECRET not in str(refused.value)
        assert "12" not in str(refused.value)


@pytest.mark.parametrize("address", ["redis://h", "rediss://h", "unix:///s"])
@pytest.mark.parametrize("option", ["tiemout", "timeout"])
def test_an_option_that_no_connection_has_is_wrong_usage(address, option):
    for make in (connect, connect_async):
        with pytest.raises(UsageError, match=f"it has no option {option}"):
            make(f"{address}?{option}=3")


@pytest.mark.parametrize(
    "url", ["redis://h", "unix:///s", "redis://h?retry_on_timeout=yes&protocol=3"]
)
def test_no_command_is_ever_repeated_by_the_library(url):
    for client in (connect(url), connect_async(url)):
        connection = client.connection_pool.make_connection()
        assert connection.retry.get_retries() == 0
        assert connection.retry_on_error == []
        assert connection.protocol == 2
        assert connection.socket_connect_timeout == 5.0
        assert connection.health_check_interval == 0


def test_a_client_knows_its_address_without_the_password():
    assert address(connect(f"redis://u:{SECRET}@h:1/3")) == "redis://h:1/3"
    assert address(connect("rediss://h")) == "rediss://h:6379/0"
    assert address(connect("unix:///run/x.sock")) == "unix:///run/x.sock"


def test_a_live_server_answers(log_url):
    with connect(log_url) as client:
        assert client.ping()


async def test_a_live_server_answers_asynchronously(log_url):
    async with connect_async(log_url) as client:
        assert await client.ping()


def failure_of(url, command=("PING",)) -> LivefeedError:
    with (
        connect(url, patience=0.2) as client,
        pytest.raises(LivefeedError) as failed,
        our_errors(address(client)),
    ):
        client.execute_command(*command)
    return failed.value


def test_no_server_is_out_of_reach():
    failed = failure_of("unix:///nowhere/s")
    assert isinstance(failed, Unreachable)
    assert failed.message == (
        "Redis at unix:///nowhere/s cannot be reached: No such file or directory"
    )
    assert "livefeed serve" in failed.hint


def test_a_refused_port_is_out_of_reach():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    failed = failure_of(f"redis://:{SECRET}@127.0.0.1:{port}/0")
    assert isinstance(failed, Unreachable)
    assert failed.message == (
        f"Redis at redis://127.0.0.1:{port}/0 cannot be reached: Connection refused"
    )


def test_a_silent_server_is_out_of_reach():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        failed = failure_of(f"redis://127.0.0.1:{listener.getsockname()[1]}")
    assert isinstance(failed, Unreachable)
    assert "does not answer" in failed.message


def test_a_wrong_password_is_said_and_not_shown(log_server):
    with log_server.client() as admin:
        admin.execute_command("ACL SETUSER editor reset on >right ~* &* +@all")
    failed = failure_of(f"unix://editor:{SECRET}@{log_server.socket}")
    assert isinstance(failed, Unreachable)
    assert "refuses the user or the password" in failed.message
    assert SECRET not in failed.message + failed.hint + repr(failed)


def test_a_missing_permission_is_said(log_server):
    with log_server.client() as admin:
        admin.execute_command("ACL SETUSER reader reset on >right ~* &* +ping")
    failed = failure_of(f"unix://reader:right@{log_server.socket}", ("GET", "livefeed:feeds"))
    assert isinstance(failed, Unreachable)
    assert "does not permit" in failed.message
    assert "ACL" in failed.hint


def test_a_key_of_another_type_is_the_operators(log_url):
    with connect(log_url) as client:
        client.set("livefeed:feeds", "text")
    failed = failure_of(log_url, ("SMEMBERS", "livefeed:feeds"))
    assert isinstance(failed, LogUnusable)
    assert "WRONGTYPE" in failed.message


@pytest.mark.parametrize(
    ("error", "kind", "says"),
    [
        (foreign.ReadOnlyError("You can't write"), Unreachable, "read-only replica"),
        (foreign.BusyLoadingError("loading"), Unreachable, "loading its data"),
        (foreign.MaxConnectionsError("max"), Unreachable, "no connection left"),
        (foreign.InvalidResponse("HTTP/1.1"), Unreachable, "does not speak"),
        (OSError(113, "No route to host"), Unreachable, "cannot be reached"),
        (foreign.OutOfMemoryError("command not allowed"), RedisFull, "no memory left"),
        (redis.ResponseError("BUSY Redis is busy"), Unreachable, "another script"),
        (redis.ResponseError("MISCONF Errors writing"), Unreachable, "cannot write to its disk"),
        (redis.ResponseError("NOREPLICAS Not enough"), Unreachable, "too few replicas"),
        (
            foreign.ClusterDownError("Hash slot", status_code="CLUSTERDOWN"),
            Unreachable,
            "cluster that is down",
        ),
        (redis.ResponseError("ERR something else"), LogUnusable, "ERR something else"),
    ],
)
def test_each_answer_of_redis_is_said_in_our_words(error, kind, says):
    ours = translated(error, "redis://h")
    assert isinstance(ours, kind)
    assert says in ours.message
    assert ours.hint
