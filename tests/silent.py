"""Who connects to a server and says nothing, or nothing more: plain sockets."""

import socket
from typing import Protocol

from serving import WAIT

HANDSHAKE = (
    b"GET /feeds/news/live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class Addressed(Protocol):
    """Any server with an address."""

    url: str


def connected(server: Addressed) -> socket.socket:
    """A connection."""
    host, port = server.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=WAIT)


def silent_reader(server: Addressed) -> socket.socket:
    """A reader of the feed `news` that does not even answer a close."""
    connection = connected(server)
    connection.sendall(HANDSHAKE)
    received(connection, b"HTTP/1.1 101", b'"hello"')
    return connection


def received(connection: socket.socket, *parts: bytes) -> bytes:
    """What came, once all these parts of it have."""
    said = b""
    while not all(part in said for part in parts):
        chunk = connection.recv(65_536)
        assert chunk, said
        said += chunk
    return said
