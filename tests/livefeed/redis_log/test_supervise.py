"""An embedded server that is started again when it dies."""

import os
import signal

from livefeed.errors import Unreachable
from livefeed.redis_log import embedded
from livefeed.redis_log.connect import connect, our_errors
from livefeed.redis_log.supervise import kept_running
from servers import eventually


def answers(url: str) -> bool:
    try:
        with connect(url) as client, our_errors(url):
            return bool(client.ping())
    except Unreachable:
        return False


def test_a_killed_server_comes_back_with_what_it_had(tmp_path):
    server = embedded.start(tmp_path)
    with kept_running(server):
        with connect(server.url) as client:
            client.set("kept", "yes")
        killed = server.pid
        os.kill(killed, signal.SIGKILL)
        eventually(lambda: server.pid != killed and answers(server.url))
        with connect(server.url) as client:
            assert client.get("kept") == b"yes"
    assert not server.running


def test_at_the_end_it_is_stopped_and_not_started_again(tmp_path):
    server = embedded.start(tmp_path)
    with kept_running(server):
        pid = server.pid
    assert not server.running
    assert server.pid == pid
    embedded.start(tmp_path).stop()


def test_a_server_that_cannot_start_again_is_tried_until_it_can(tmp_path, caplog):
    server = embedded.start(tmp_path)
    with kept_running(server):
        manifest = next((tmp_path / "appendonlydir").glob("*.manifest"))
        whole = manifest.read_bytes()
        manifest.write_bytes(b"damaged\n")
        killed = server.pid
        os.kill(killed, signal.SIGKILL)
        eventually(lambda: "ended at once" in caplog.text)
        manifest.write_bytes(whole)
        eventually(lambda: server.pid != killed and answers(server.url))
