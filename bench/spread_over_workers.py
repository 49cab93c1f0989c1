"""One listening socket for all workers, or one each: who gets connections, who loses them.

    python bench/spread_over_workers.py

Each worker is an event loop as the server's (uvloop) that spends a quarter of a millisecond on a
connection, as a reader's handshake does. Prints, for each way, how 2,000 connections spread, in a
burst and one after the other, and what becomes of 200 connections when one of two workers stops
taking them, is killed a second later, and is replaced half a second after that.
"""

import asyncio
import os
import resource
import signal
import socket
import time
from collections import Counter

import uvloop

CONNECTIONS = 2000
HANDSHAKE_SECONDS = 0.00025
ROUNDS = 3
WAYS = ("one socket", "one each", "one each, the parent's too")


def listeners(way: str, count: int) -> list[socket.socket]:
    """The sockets of `count` workers, on a free port."""
    first = listening(way, 0)
    if way == "one socket":
        return [first] * count
    port = first.getsockname()[1]
    return [first, *(listening(way, port) for _ in range(count - 1))]


def listening(way: str, port: int) -> socket.socket:
    """A listening socket, which others may have beside it if each worker is to have one."""
    listener = socket.socket()
    listener.setblocking(False)
    if way != "one socket":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(4096)
    return listener


class Greeting(asyncio.Protocol):
    """Tells a client which process it got."""

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Be busy for as long as a handshake takes, then tell."""
        until = time.perf_counter() + HANDSHAKE_SECONDS
        while time.perf_counter() < until:
            pass
        transport.write(b"%d\n" % os.getpid())


def start(listener: socket.socket, others: list[socket.socket]) -> int:
    """A worker on `listener`; its process id once it accepts."""
    ready, tell = os.pipe()
    pid = os.fork()
    if not pid:
        for other in others:
            if other is not listener:
                other.close()
        uvloop.run(serve(listener, tell))
    os.close(tell)
    os.read(ready, 1)
    os.close(ready)
    return pid


async def serve(listener: socket.socket, tell: int) -> None:
    """Accept until the end of the process."""
    await asyncio.get_running_loop().create_server(Greeting, sock=listener, backlog=4096)
    os.write(tell, b"r")
    await asyncio.Event().wait()


def end(pids: list[int]) -> None:
    """End these workers."""
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


async def visit(port: int, kept: list[asyncio.StreamWriter]) -> str:
    """Which worker a new connection got, or what became of it."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        kept.append(writer)
        return (await reader.readline()).decode().strip() or "closed"
    except ConnectionError:
        return "reset"


async def spread(port: int, at_once: int) -> Counter[str]:
    """How many connections each worker got."""
    turn, kept = asyncio.Semaphore(at_once), []

    async def one() -> str:
        async with turn:
            got = await visit(port, kept)
            if at_once == 1:
                await asyncio.sleep(0.001)
            return got

    return Counter(await asyncio.gather(*(one() for _ in range(CONNECTIONS))))


def show_spread(way: str, count: int, at_once: int) -> None:
    """One round, as shares of what each would have if all had the same."""
    sockets = listeners(way, count)
    pids = [start(listener, sockets) for listener in sockets]
    got = asyncio.run(spread(sockets[0].getsockname()[1], at_once))
    end(pids)
    shares = sorted(got.get(str(pid), 0) * count / CONNECTIONS for pid in pids)
    how = "one by one" if at_once == 1 else f"{at_once} at once"
    told = " ".join(f"{share:.2f}" for share in shares)
    print(f"{way}, {count} workers, {how}: {told} of the fair share", flush=True)


async def killed(way: str) -> str:
    """What becomes of connections while one of two workers hangs, dies and is replaced."""
    sockets = listeners(way, 2)
    victim, other = [start(listener, sockets) for listener in sockets]
    port = sockets[0].getsockname()[1]
    if way == "one each":  # only the workers have them
        for listener in sockets:
            listener.close()
    os.kill(victim, signal.SIGSTOP)
    kept: list[asyncio.StreamWriter] = []
    visits = [asyncio.create_task(visit(port, kept)) for _ in range(200)]
    await asyncio.sleep(1)
    at_once = sum(task.done() for task in visits)
    end([victim])
    await asyncio.sleep(0.5)
    if way == "one each":
        sockets[0] = listening(way, port)
    last = start(sockets[0], sockets)
    done, waiting = await asyncio.wait(visits, timeout=5)
    lost = sum(not task.result().isdigit() for task in done) + len(waiting)
    end([other, last])
    for task in waiting:
        task.cancel()
    return f"{at_once} served at once, {200 - at_once - lost} after the restart, {lost} lost"


def main() -> None:
    """Every way in turn, so that a change of the machine's mood meets all of them."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    for _ in range(ROUNDS):
        for count in (2, 4):
            for at_once in (500, 1):
                for way in WAYS[:2]:
                    show_spread(way, count, at_once)
    for _ in range(ROUNDS):
        for way in WAYS:
            print(f"{way}, a worker killed: {asyncio.run(killed(way))}", flush=True)


if __name__ == "__main__":
    main()
