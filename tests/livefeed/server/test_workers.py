"""`livefeed serve --workers N`: whole servers on one port, kept and ended together."""

import asyncio
import os
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager

import httpx
import pytest

from checkout import BIN, environment
from newsroom import Newsroom
from processes import alive, children, has_connection_from
from servers import free_port
from serving import WAIT, Running, Visitor, eventually, visit
from silent import received, silent_reader

COUNT = 3


class Crew(Newsroom):
    """A newsroom whose server has several workers."""

    live = Running.live  # so that it can be visited

    def workers(self) -> list[int]:
        return children(self.pid, "livefeed.server.worker")

    def processes(self) -> list[int]:
        """Everything that the parent has started, and itself."""
        keepers = children(self.pid, "keeper.py")
        valkeys = [pid for keeper in keepers for pid in children(keeper, "valkey")]
        assert valkeys
        return [self.pid, *self.workers(), *keepers, *valkeys]

    def worker_of(self, visitor: Visitor) -> int:
        """The worker that has this reader; 0 if the kernel's list just then left it out."""
        port = visitor.connection.local_address[1]
        return next((pid for pid in self.workers() if has_connection_from(pid, port)), 0)

    def push(self, headline: str) -> int:
        published = self.editor.publish("push", "--headline", headline, "--body", "A text.")
        number: int = published["number"]
        return number


@pytest.fixture
def crew(tmp_path):
    with Crew(tmp_path / "data", "--workers", str(COUNT)) as crew:
        assert len(crew.workers()) == COUNT
        yield crew


@asynccontextmanager
async def readers_of_every_worker(crew: Crew) -> AsyncIterator[dict[int, Visitor]]:
    """One reader of each; the kernel chooses, so there are as many visits as it takes."""
    async with AsyncExitStack() as stack:
        readers: dict[int, Visitor] = {}
        for _ in range(200):
            reader = await stack.enter_async_context(visit(crew))
            await reader.greeted()
            if worker := crew.worker_of(reader):
                readers.setdefault(worker, reader)
            if len(readers) == COUNT:
                break
        assert sorted(readers) == sorted(crew.workers())
        yield readers


async def gone(pids: list[int]) -> None:
    await eventually(lambda: not [pid for pid in pids if alive(pid)])


async def test_a_story_reaches_the_readers_of_every_worker_on_the_one_port(crew):
    async with readers_of_every_worker(crew) as readers:
        number = await asyncio.to_thread(crew.push, "To everybody")
        for reader in readers.values():
            entry = await reader.next("entry")
            assert entry["number"] == number


async def test_a_killed_worker_is_replaced_and_its_readers_come_back_without_loss(crew):
    async with readers_of_every_worker(crew) as readers:
        victim, reader = next(iter(readers.items()))
        first = await asyncio.to_thread(crew.push, "Before")
        entry = await reader.next("entry")
        assert entry["number"] == first
        os.kill(victim, signal.SIGKILL)
        await reader.closed()
        missed = await asyncio.to_thread(crew.push, "Meanwhile")
        async with visit(crew, after=entry["position"]) as returned:
            assert (await returned.next("hello"))["resumed"]
            assert (await returned.next("entry"))["number"] == missed
        await eventually(lambda: len(crew.workers()) == COUNT)
        assert victim not in crew.workers()
        assert f"Worker {victim} ended (signal 9); another is started." in crew.output()
    async with readers_of_every_worker(crew):
        pass  # the new one has readers too


async def test_a_worker_that_is_told_to_end_says_goodbye_and_is_replaced(crew):
    async with readers_of_every_worker(crew) as readers:
        worker, reader = next(iter(readers.items()))
        os.kill(worker, signal.SIGTERM)
        await reader.next("bye")
        assert (await reader.closed())[0] == 1012
        await eventually(lambda: f"Worker {worker} ended (status 0)" in crew.output())
        await eventually(lambda: len(crew.workers()) == COUNT)


@contextmanager
def silent_readers(crew: Crew, count: int) -> Iterator[list[socket.socket]]:
    """Readers that do not answer a close, some of each worker's."""
    with ExitStack() as stack:
        yield [stack.enter_context(silent_reader(crew)) for _ in range(count)]


async def test_while_a_worker_sends_its_readers_away_another_one_takes_its_place(crew):
    leaving = crew.workers()[0]
    with silent_readers(crew, 20 * COUNT):
        os.kill(leaving, signal.SIGTERM)
        await eventually(lambda: len(crew.workers()) == COUNT + 1)
        assert f"Worker {leaving} was told to end; another is started." in crew.output()
        await eventually(lambda: f"Worker {leaving} ended (status 0)." in crew.output())
        assert len(crew.workers()) == COUNT


async def test_a_long_drain_of_the_workers_is_not_cut_short(tmp_path):
    with (
        Crew(tmp_path / "data", "--workers", str(COUNT), "--drain", "15") as crew,
        silent_readers(crew, 200 * COUNT) as readers,
    ):
        assert await asyncio.to_thread(crew.stop) == 0
        for reader in readers:
            await asyncio.to_thread(received, reader, b'"bye"', b"\x88")
        assert "is killed" not in crew.output()


async def test_a_worker_that_hangs_is_killed_and_replaced(crew):
    async with readers_of_every_worker(crew) as readers:
        hanging, reader = next(iter(readers.items()))
        os.kill(hanging, signal.SIGSTOP)
        await reader.closed()
        await eventually(lambda: len(set(crew.workers()) - {hanging}) == COUNT)
    assert f"Worker {hanging} does not answer; it is killed." in crew.output()
    assert f"Worker {hanging} ended (signal 9); another is started." in crew.output()
    async with readers_of_every_worker(crew):
        pass  # the new one has readers too


async def test_who_waits_for_a_worker_that_dies_is_served_by_the_next_one(crew):
    victim = crew.workers()[0]
    os.kill(victim, signal.SIGSTOP)
    async with httpx.AsyncClient(timeout=60) as client, asyncio.TaskGroup() as group:
        asked = [group.create_task(client.get(f"{crew.url}/healthz")) for _ in range(40)]
        await eventually(lambda: sum(task.done() for task in asked) >= 10)
        os.kill(victim, signal.SIGKILL)
    assert {task.result().status_code for task in asked} == {200}


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_all_workers_with_a_bye_to_every_reader(crew, how):
    processes = crew.processes()
    async with readers_of_every_worker(crew) as readers:
        ending = asyncio.create_task(asyncio.to_thread(crew.stop, how))
        for reader in readers.values():
            assert (await reader.next("bye"))["retry_ms"] > 0
            assert (await reader.closed())[0] == 1012
        assert await ending == 0
    await gone(processes)
    assert "livefeed.server.workers" not in crew.output()  # nothing went wrong


async def test_a_service_manager_that_signals_every_process_cuts_no_goodbye_short(crew):
    workers = crew.workers()
    async with readers_of_every_worker(crew) as readers:
        os.kill(crew.pid, signal.SIGTERM)
        for _ in range(2):
            for worker in workers:
                os.kill(worker, signal.SIGTERM)
        for reader in readers.values():
            await reader.next("bye")
            assert (await reader.closed())[0] == 1012
    assert await asyncio.to_thread(crew.stop) == 0


async def test_a_second_signal_ends_all_at_once_even_who_hangs(crew):
    processes, hanging = crew.processes(), crew.workers()[0]
    async with readers_of_every_worker(crew) as readers:
        os.kill(hanging, signal.SIGSTOP)
        os.kill(crew.pid, signal.SIGTERM)
        for worker, reader in readers.items():
            if worker != hanging:
                await reader.next("bye")
        assert await asyncio.to_thread(crew.stop, signal.SIGINT) == 0
    await gone(processes)
    assert f"Worker {hanging} does not end; it is killed." in crew.output()


async def test_the_death_of_the_parent_leaves_no_process_and_every_reader_has_its_bye(crew):
    processes = crew.processes()
    async with readers_of_every_worker(crew) as readers:
        crew.kill()
        for reader in readers.values():
            await reader.next("bye")
    await gone(processes)


@pytest.fixture
def breakable(tmp_path, monkeypatch):
    """A module that every worker needs, and no parent: written, it ends each new worker."""
    folder = tmp_path / "modules"
    folder.mkdir()
    monkeypatch.setenv("PYTHONPATH", str(folder))
    return folder / "uvicorn.py"


async def test_who_dies_again_and_again_is_started_less_and_less_often_until_it_lives(
    breakable, tmp_path
):
    with Crew(tmp_path / "data", "--workers", "2") as crew:
        breakable.write_text("raise SystemExit(7)")
        os.kill(crew.workers()[0], signal.SIGKILL)
        await eventually(lambda: "(status 7); another is started in 1 s." in crew.output())
        assert "(status 7); another is started in 0.5 s." in crew.output()
        assert everybody_is_served(crew)
        breakable.unlink()
        await eventually(lambda: len(crew.workers()) == 2)


def everybody_is_served(crew: Crew) -> bool:
    """Whether nobody waits for a worker that is away."""
    asked = (httpx.get(f"{crew.url}/healthz", timeout=WAIT) for _ in range(60))
    return all(answer.status_code == 200 for answer in asked)


def refused(*options: str) -> subprocess.CompletedProcess[str]:
    """How a server ends that does not start."""
    return subprocess.run(
        [BIN / "livefeed", "serve", *options],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=60,
        check=False,
    )


def test_workers_that_cannot_start_end_the_server(breakable, tmp_path):
    breakable.write_text("raise SystemExit(7)")
    options = ("--data", str(tmp_path / "data"), "--port", str(free_port()), "--workers", "2")
    done = refused(*options)
    assert done.returncode == 1
    assert "before all workers were ready" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_port_of_workers_is_taken_for_everybody_else(crew, workers, tmp_path):
    other = tmp_path / "other"
    done = refused("--data", str(other), "--port", str(crew.port), "--workers", workers)
    assert done.returncode == 1
    assert f"port {crew.port} of 127.0.0.1 is taken" in done.stderr
    assert not other.exists()
