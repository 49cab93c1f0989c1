import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from livefeed.errors import DataFolderInUse, LivefeedError, ServerProgramMissing
from livefeed.redis_log import embedded
from livefeed.redis_log.connect import connect
from livefeed.redis_log.data_folder import url_of
from servers import eventually


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def config(server: embedded.Embedded, name: str) -> str:
    with connect(server.url) as client:
        return client.config_get(name)[name]


def test_it_writes_each_append_to_disk_and_listens_on_no_port(tmp_path):
    with embedded.start(tmp_path / "data") as server:
        assert config(server, "port") == "0"
        assert config(server, "appendonly") == "yes"
        assert config(server, "appendfsync") == "always"
        assert config(server, "maxmemory-policy") == "noeviction"


def test_what_was_written_is_there_again_after_a_stop(tmp_path):
    with embedded.start(tmp_path) as server, connect(server.url) as client:
        client.set("a", "1")
    assert not alive(server.pid)
    with embedded.start(tmp_path) as server, connect(server.url) as client:
        assert client.get("a") == b"1"


def test_a_killed_server_is_launched_again_with_all_that_it_answered(tmp_path):
    with embedded.start(tmp_path) as server:
        with connect(server.url) as client:
            client.set("a", "1")
        os.kill(server.pid, signal.SIGKILL)
        eventually(lambda: not server.running)
        assert "stopped" in repr(server)
        server.launch()
        assert "running" in repr(server)
        with connect(server.url) as client:
            assert client.get("a") == b"1"


def test_launching_a_running_server_changes_nothing(tmp_path):
    with embedded.start(tmp_path) as server:
        before = server.pid
        server.launch()
        assert server.pid == before


def test_a_second_server_on_the_folder_is_refused(tmp_path):
    with embedded.start(tmp_path), pytest.raises(DataFolderInUse, match="Another server") as no:
        embedded.start(tmp_path)
    assert "--data" in no.value.hint


def test_the_folder_is_free_after_a_stop(tmp_path):
    embedded.start(tmp_path).stop()
    embedded.start(tmp_path).stop()


def test_the_publisher_finds_it_through_the_folder(tmp_path):
    with embedded.start(tmp_path / "with space") as server:
        assert url_of(tmp_path / "with space") == server.url
        with connect(url_of(tmp_path / "with space")) as client:
            assert client.ping()


def test_a_long_path_gets_a_short_socket_that_the_publisher_finds(tmp_path):
    folder = tmp_path / ("d" * 120)
    with embedded.start(folder) as server:
        socket = Path(unquote(urlsplit(server.url).path))
        assert len(os.fsencode(socket)) < 108
        assert url_of(folder) == server.url
        with connect(url_of(folder)) as client:
            assert client.ping()
    assert not socket.parent.exists()
    assert url_of(folder) != server.url


def test_the_socket_is_its_owners_only(tmp_path):
    with embedded.start(tmp_path / "data"):
        assert (tmp_path / "data" / "valkey.sock").stat().st_mode & 0o077 == 0
        assert (tmp_path / "data").stat().st_mode & 0o077 == 0


PARENT = """
import sys, threading
from pathlib import Path
from livefeed.redis_log import embedded

def run():
    server = embedded.start(Path(sys.argv[1]))
    print(server.pid, server._keeper.pid, flush=True)
    kept.append(server)

kept = []
thread = threading.Thread(target=run)
thread.start()
thread.join()
sys.stdin.read()
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_it_dies_with_its_parent_and_not_with_the_thread_that_started_it(tmp_path, end):
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        pids = [int(word) for word in parent.stdout.readline().split()]
        assert len(pids) == 2
        with connect(url_of(tmp_path)) as client:
            assert client.ping()
        assert all(alive(pid) for pid in pids)
        parent.send_signal(end)
    eventually(lambda: not any(alive(pid) for pid in pids))
    embedded.start(tmp_path).stop()


def test_after_a_crash_it_starts_at_once_on_the_same_folder(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        pid = int(parent.stdout.readline().split()[0])
        os.kill(pid, signal.SIGSTOP)  # so that it is still there when the next one starts
        parent.kill()
    continuing = threading.Timer(0.3, os.kill, (pid, signal.SIGCONT))
    continuing.start()
    embedded.start(tmp_path).stop()
    assert not alive(pid)
    continuing.join()


def test_of_another_users_server_it_says_that_it_is_there(tmp_path, monkeypatch):
    def forbidden(*_):
        raise PermissionError

    with embedded.start(tmp_path):
        monkeypatch.setattr(os, "kill", forbidden)
        with pytest.raises(DataFolderInUse):
            embedded.start(tmp_path)
        monkeypatch.undo()


def test_a_lock_taken_this_moment_is_in_use(tmp_path):
    with embedded.start(tmp_path):
        (tmp_path / "lock").write_text("")
        with pytest.raises(DataFolderInUse):
            embedded.start(tmp_path)


def test_it_dies_with_its_keeper(tmp_path):
    server = embedded.start(tmp_path)
    server._keeper.kill()
    eventually(lambda: not alive(server.pid))
    server.stop()


def test_the_folder_stays_locked_while_an_orphaned_server_lives(tmp_path):
    server = embedded.start(tmp_path)
    try:
        os.kill(server.pid, signal.SIGSTOP)  # so that it cannot end when asked
        server._keeper.kill()
        server._lock.close()
        with pytest.raises(DataFolderInUse):
            embedded.start(tmp_path)
    finally:
        os.kill(server.pid, signal.SIGCONT)
        server.stop()
    eventually(lambda: not alive(server.pid))


def test_a_server_that_does_not_come_up_is_quoted(tmp_path):
    (tmp_path / "appendonlydir").write_text("no folder")
    with pytest.raises(LivefeedError, match="ended at once") as failed:
        embedded.start(tmp_path)
    assert "appendonlydir" in failed.value.message or "AOF" in failed.value.message
    assert "valkey.log" in failed.value.hint
    (tmp_path / "appendonlydir").unlink()
    embedded.start(tmp_path).stop()


def test_without_a_program_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(embedded.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ServerProgramMissing, match="version 7 or later") as missing:
        embedded.start(tmp_path / "data")
    assert "livefeed[embedded]" in missing.value.hint
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "script", ["echo Redis server v=6.2.1 sha=0", "echo what is this", "exit 1"]
)
def test_an_old_or_foreign_program_is_not_taken(tmp_path, monkeypatch, script):
    program = tmp_path / "redis-server"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(embedded.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ServerProgramMissing):
        embedded.server_program()


def test_a_server_on_the_path_serves_where_the_wheel_is_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded.importlib.util, "find_spec", lambda _: None)
    assert embedded.server_program().endswith("-server")
    with embedded.start(tmp_path) as server:
        assert server.running


def test_its_log_file_begins_anew_once_it_is_large(tmp_path):
    (tmp_path / "valkey.log").write_bytes(b"x" * (1024 * 1024 + 1))
    embedded.start(tmp_path).stop()
    assert (tmp_path / "valkey.log").stat().st_size < 1024 * 1024
