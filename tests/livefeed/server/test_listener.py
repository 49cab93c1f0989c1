"""The listening socket, and what is said if there is none."""

import socket
from contextlib import ExitStack, suppress

import pytest

from livefeed.errors import LivefeedError
from livefeed.server.listener import address_of, listen, listen_in_parallel, listen_often


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


def test_a_listener_takes_from_one_queue_by_many_descriptors_until_all_are_closed():
    with listen("127.0.0.1", 0) as listener, ExitStack() as stack:
        again = [stack.enter_context(other) for other in listen_often(listener)]
        address = listener.getsockname()
        assert {other.getsockname() for other in again} == {address}
        for taker in (listener, *again):
            with socket.create_connection(address):
                taker.accept()[0].close()
        listener.close()
        socket.create_connection(address).close()
        stack.close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address)


def served_by(listeners, port, connections=200):
    """How many of these connections each listener gets."""
    clients = [socket.create_connection(("127.0.0.1", port)) for _ in range(connections)]
    counts = [accepted(listener) for listener in listeners]
    for client in clients:
        client.close()
    return counts


def accepted(listener):
    count = 0
    with suppress(BlockingIOError):
        while True:
            listener.accept()[0].close()
            count += 1
    return count


def test_each_of_several_sockets_on_one_port_gets_its_share_and_none_is_lost():
    first = listen("127.0.0.1", 0)
    listeners = listen_in_parallel(first, 4)
    counts = served_by(listeners, first.getsockname()[1])
    for listener in listeners:
        listener.close()
    assert sum(counts) == 200
    assert min(counts) > 20  # fewer are less likely than one in a million


def test_a_port_that_several_sockets_share_is_taken_for_everybody_else():
    first = listen("127.0.0.1", 0)
    listeners = listen_in_parallel(first, 2)
    port = first.getsockname()[1]
    first.close()
    with pytest.raises(LivefeedError, match=f"port {port} of 127.0.0.1 is taken"):
        listen("127.0.0.1", port)
    listeners[1].close()


def test_every_socket_of_several_has_the_kernels_care():
    first = listen("127.0.0.1", 0)
    other = listen_in_parallel(first, 2)[1]
    first.close()
    with other, socket.create_connection(other.getsockname()), other.accept()[0] as connection:
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 60_000


def test_every_connection_inherits_the_kernels_care():
    with listen("127.0.0.1", 0) as listener:
        client = socket.create_connection(listener.getsockname())
        connection, _ = listener.accept()
        with client, connection:
            assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
            assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) <= 256 * 1024
            assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) <= 64 * 1024
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 60_000
