"""The listening socket, and what is said if there is none."""

import socket

import pytest

from livefeed.errors import LivefeedError
from livefeed.server.listener import address_of, listen


def test_a_free_port_is_listened_on():
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        assert address_of(listener) == f"http://127.0.0.1:{port}"
        socket.create_connection(("127.0.0.1", port)).close()


def test_for_all_addresses_the_page_is_on_localhost():
    with listen("0.0.0.0", 0) as listener:
        assert address_of(listener).startswith("http://localhost:")


def test_ipv6_addresses_are_written_in_brackets():
    with listen("::1", 0) as listener:
        assert address_of(listener).startswith("http://[::1]:")


def test_a_taken_port_says_so_and_what_to_do():
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(LivefeedError, match=f"port {port} of 127.0.0.1 is taken") as error:
            listen("127.0.0.1", port)
        assert "--port" in error.value.hint


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_an_address_of_another_machine_says_so(host):
    with pytest.raises(LivefeedError, match=f"cannot listen on {host}"):
        listen(host, 0)


def test_every_connection_inherits_the_kernels_care():
    with listen("127.0.0.1", 0) as listener:
        client = socket.create_connection(listener.getsockname())
        connection, _ = listener.accept()
        with client, connection:
            assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
            assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) <= 256 * 1024
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 60_000
