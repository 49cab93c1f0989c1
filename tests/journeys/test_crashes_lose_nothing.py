"""Whatever is killed amid a stream of pushes: no acknowledged story is lost, none is doubled."""

import asyncio
import base64
import contextlib
import json
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from checkout import BIN, environment
from livefeed.redis_log.connect import connect as connect_to_redis
from livefeed.redis_log.data_folder import url_of
from newsroom import Newsroom
from servers import eventually, free_port


@pytest.fixture
def newsroom(tmp_path) -> Iterator[Newsroom]:
    with Newsroom(tmp_path / "data") as newsroom:
        yield newsroom


class Pushes(threading.Thread):
    """An editor's script: pushes one story after the other, and repeats what got no answer."""

    def __init__(self, newsroom: Newsroom) -> None:
        super().__init__()
        self.newsroom = newsroom
        self.acknowledged: list[dict] = []
        self.failed = 0
        self.enough = threading.Event()

    def run(self) -> None:
        count = 0
        while not self.enough.is_set():
            count += 1
            self._push(f"Story number {count}")

    def _push(self, headline: str) -> None:
        words = ("push", "--headline", headline, "--body", "A text.", "--json", "--timeout", "1")
        identity: tuple[str, ...] = ()
        while True:
            done = self.newsroom.editor.run(*words, *identity)
            answer = json.loads(done.stdout)
            if done.returncode == 0:
                self.acknowledged.append({**answer, "headline": headline})
                return
            assert done.returncode in (5, 6), done.stdout + done.stderr
            self.failed += 1
            identity = ("--id", answer["error"]["id"])


def valkey_pid(newsroom: Newsroom) -> int:
    client = connect_to_redis(url_of(newsroom.data))
    pid: int = client.info("server")["process_id"]
    client.close()
    return pid


def headlines(newsroom: Newsroom) -> list[tuple[int, str]]:
    answer = httpx.get(f"{newsroom.url}/feeds/news/stories?limit=1000").json()
    return [(s["number"], s["story"]["headlines"][0]["value"]) for s in answer["stories"]]


def wait_for_three_more(pushes: Pushes) -> None:
    seen = len(pushes.acknowledged)
    eventually(lambda: len(pushes.acknowledged) >= seen + 3, within=60)


@pytest.mark.parametrize("victim", ["valkey", "server"])
def test_no_acknowledged_story_is_missing_or_stands_twice(newsroom, victim):
    pushes = Pushes(newsroom)
    pushes.start()
    for _ in range(3):
        wait_for_three_more(pushes)
        if victim == "valkey":
            os.kill(valkey_pid(newsroom), signal.SIGKILL)
        else:
            newsroom.kill()
            newsroom.start()
    wait_for_three_more(pushes)
    pushes.enough.set()
    pushes.join(60)
    expected = sorted((a["number"], a["headline"]) for a in pushes.acknowledged)
    eventually(lambda: len(headlines(newsroom)) >= len(expected))
    assert sorted(headlines(newsroom)) == expected


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def refused_server(data: Path, port: int) -> str:
    """What a server says that does not start."""
    done = subprocess.run(
        [BIN / "livefeed", "serve", "--data", str(data), "--port", str(port)],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_second_server_on_one_data_folder_refuses_at_once(newsroom):
    assert str(newsroom.data) in refused_server(newsroom.data, free_port())


def test_a_taken_port_is_a_clear_error_at_once_and_starts_no_valkey(newsroom, tmp_path):
    other = tmp_path / "other"
    told = refused_server(other, newsroom.port)
    assert f"port {newsroom.port} of 127.0.0.1 is taken" in told
    assert not other.exists()


def test_ctrl_c_ends_server_and_valkey_and_a_second_start_finds_the_stories(newsroom):
    pushed = newsroom.editor.publish("push", "--headline", "Kept", "--body", "A text.")
    pid = valkey_pid(newsroom)
    assert newsroom.stop(signal.SIGINT) == 0
    assert not _alive(pid)
    newsroom.start()
    assert headlines(newsroom) == [(pushed["number"], "Kept")]


def test_the_servers_death_takes_its_valkey_with_it(newsroom):
    pid = valkey_pid(newsroom)
    newsroom.kill()
    eventually(lambda: not _alive(pid))


async def test_ctrl_c_says_goodbye_to_readers_and_waits_for_none_that_does_not_read(newsroom):
    deaf = socket.create_connection(("127.0.0.1", newsroom.port))
    key = base64.b64encode(bytes(16)).decode()
    lines = ("GET /feeds/news/live HTTP/1.1", "Host: x", "Upgrade: websocket")
    more = ("Connection: Upgrade", f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13")
    deaf.sendall("\r\n".join([*lines, *more, "\r\n"]).encode())
    async with asyncio.timeout(30), connect(newsroom.live_url) as reader:
        assert json.loads(await reader.recv())["type"] == "hello"
        ended = asyncio.create_task(asyncio.to_thread(newsroom.stop, signal.SIGINT))
        messages = [json.loads(message) for message in await _until_closed(reader)]
        assert await ended == 0
    deaf.close()
    assert messages[-1]["type"] == "bye"
    assert messages[-1]["retry_ms"] > 0
    assert reader.close_code == 1012


async def _until_closed(reader: ClientConnection) -> list[str | bytes]:
    messages: list[str | bytes] = []
    with contextlib.suppress(ConnectionClosed):
        while True:
            messages.append(await reader.recv())
    return messages
