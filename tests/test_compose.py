"""`docker-compose.yml`: the commands that the tests run, on files that exist, and a real nginx."""

import asyncio
import re
import shutil
import socketserver
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dns.message
import dns.rrset
import httpx
import pytest
import yaml
from websockets.asyncio.client import connect

from checkout import CHECKOUT
from livefeed.cli import main as livefeed
from livefeed.server.limits import Limits
from livefeed.settings import read
from newsroom import Newsroom
from servers import eventually, free_port

COMPOSE = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
CONFIG = (CHECKOUT / "deploy" / "nginx.conf").read_text(encoding="utf-8")


def test_two_servers_stand_behind_nginx_on_one_valkey():
    servers = [name for name in SERVICES if name.startswith("server-")]
    assert len(servers) == 2
    (name,) = re.findall(r"set \$servers (\S+);", CONFIG)
    assert all(SERVICES[server]["networks"]["default"]["aliases"] == [name] for server in servers)
    assert set(SERVICES["nginx"]["depends_on"]) == set(servers)
    addresses = {SERVICES[name]["environment"]["LIVEFEED_REDIS_URL"] for name in servers}
    assert addresses == {"redis://valkey:6379/0"}
    assert SERVICES["publisher"]["environment"] == SERVICES[servers[0]]["environment"]


def test_the_servers_have_time_to_send_their_readers_away():
    patience = Limits().ending_seconds(read({}).drain)
    assert int(SERVICES["server-1"]["stop_grace_period"].removesuffix("s")) > patience


def test_every_service_that_another_waits_for_can_be_healthy():
    awaited = {name for service in SERVICES.values() for name in service.get("depends_on", {})}
    assert awaited <= {name for name in SERVICES if "healthcheck" in SERVICES[name]}


def test_the_servers_command_is_one_that_livefeed_takes():
    program, *words = SERVICES["server-1"]["command"]
    assert program == "livefeed"
    context = livefeed.make_context(program, list(words), resilient_parsing=False)
    name, command, rest = livefeed.resolve_command(context, words)
    assert name == "serve"
    assert command.make_context(name, rest, parent=context).params["host"] == "0.0.0.0"


def test_files_that_are_mounted_or_copied_exist():
    mounted = [volume.split(":")[0] for volume in SERVICES["nginx"]["volumes"]]
    copies = re.findall(r"^COPY (.+) \S+$", (CHECKOUT / "Dockerfile").read_text(), re.MULTILINE)
    for name in [*mounted, *" ".join(copies).split()]:
        assert (CHECKOUT / name).exists(), name
    allowed = (CHECKOUT / ".dockerignore").read_text().split()
    assert {f"!{name}" for name in " ".join(copies).split()} <= set(allowed)


def test_valkey_writes_each_story_to_the_disk_and_drops_none():
    command = SERVICES["valkey"]["command"]
    assert command[command.index("--appendfsync") + 1] == "always"
    assert command[command.index("--maxmemory-policy") + 1] == "noeviction"
    assert SERVICES["valkey"]["volumes"] == ["valkey:/data"]


class NameServer(socketserver.UDPServer):
    """Docker's DNS as nginx sees it: every name has these `addresses`."""

    addresses: tuple[str, ...] = ()


class _Question(socketserver.BaseRequestHandler):
    server: NameServer

    def handle(self) -> None:
        asked, socket = self.request
        question = dns.message.from_wire(asked)
        answer = dns.message.make_response(question)
        name = question.question[0].name
        if self.server.addresses:
            answer.answer = [dns.rrset.from_text(name, 600, "IN", "A", *self.server.addresses)]
        socket.sendto(answer.to_wire(), self.client_address)


@pytest.fixture
def names() -> Iterator[NameServer]:
    with NameServer(("127.0.0.1", 0), _Question) as server:
        answering = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        answering.start()
        yield server
        server.shutdown()
        answering.join()


class Proxy:
    """The compose file's nginx on a port of its own, which finds servers by their `names`."""

    def __init__(self, names: NameServer, folder: Path) -> None:
        self.address = f"127.0.0.1:{free_port()}"
        self._names = names
        self._folder = folder
        self._servers_port = free_port()

    @contextmanager
    def server(self, host: str) -> Iterator[None]:
        """A server there; each has a feed of its own."""
        with Newsroom(self._folder / host, "--host", host, port=self._servers_port):
            yield

    @contextmanager
    def running(self) -> Iterator[None]:
        program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin")
        assert program, "nginx is missing: apt-get install nginx-light"
        folder = str(self._folder)
        config = self._folder / "nginx.conf"
        config.write_text(self._config())
        command = [program, "-p", folder, "-e", f"{folder}/errors", "-c", str(config)]
        running = subprocess.Popen([*command, "-g", "daemon off;"])
        try:
            eventually(lambda: self.asked("/readyz") is not None)  # that there is no server
            yield
        finally:
            running.terminate()
            running.wait(10)

    def asked(self, path: str) -> int | None:
        """The status of its answer, if it answers."""
        try:
            return httpx.get(f"http://{self.address}{path}").status_code
        except httpx.TransportError:
            return None

    def serves_everybody(self) -> bool:
        """Whether nobody is without a server, whichever of nginx's workers has the connection."""
        return all(self.asked("/feeds/news") == 200 for _ in range(30))

    def _config(self) -> str:
        """The file's, with what differs on this machine."""
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        folders = "".join(f"    {kind}_temp_path {self._folder}/{kind};\n" for kind in kinds)
        here = {
            "listen 8080": f"listen {self.address}",
            "127.0.0.11": f"127.0.0.1:{self._names.server_address[1]}",
            "$servers:8000": f"$servers:{self._servers_port}",
            "http {\n": "http {\n" + folders,
        }
        config = CONFIG
        for theirs, ours in here.items():
            assert theirs in config
            config = config.replace(theirs, ours)
        return f"pid {self._folder}/pid;\n" + config


@pytest.fixture
def nginx(names, tmp_path):
    proxy = Proxy(names, tmp_path)
    with proxy.running():
        yield proxy


async def test_a_socket_and_a_page_pass_through_nginx(nginx, names):
    names.addresses = ("127.0.0.2", "127.0.0.3")
    with nginx.server("127.0.0.2"), nginx.server("127.0.0.3"):
        async with (
            connect(
                f"ws://{nginx.address}/feeds/news/live", origin=f"http://{nginx.address}"
            ) as live,
            asyncio.timeout(20),
        ):
            assert '"hello"' in await live.recv()
        assert await asyncio.to_thread(nginx.asked, "/feeds/news") == 200


def test_while_one_server_is_away_everybody_goes_to_the_other(nginx, names):
    names.addresses = ("127.0.0.2", "127.0.0.3")
    with nginx.server("127.0.0.3"):
        assert nginx.serves_everybody()


def test_a_server_that_is_made_anew_is_found_at_its_new_address(nginx, names):
    for address in ("127.0.0.2", "127.0.0.3"):
        names.addresses = (address,)
        with nginx.server(address):
            eventually(nginx.serves_everybody)
