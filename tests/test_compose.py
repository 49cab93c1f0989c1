"""`docker-compose.yml`: the commands that the tests run, on files that exist, and a real nginx."""

import asyncio
import re
import shutil
import subprocess
from pathlib import Path

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
    assert re.findall(r"server (server-\d):8000;", CONFIG) == servers
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


@pytest.fixture
def nginx(tmp_path):
    """The compose file's nginx before two real servers, on a port of its own."""
    with Newsroom(tmp_path / "data") as one, Newsroom(tmp_path / "other") as other:
        port = free_port()
        config = tmp_path / "nginx.conf"
        config.write_text(_on_this_machine(CONFIG, port, [one.port, other.port], tmp_path))
        program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin")
        assert program, "nginx is missing: apt-get install nginx-light"
        command = [program, "-p", str(tmp_path), "-e", str(tmp_path / "errors"), "-c", str(config)]
        running = subprocess.Popen([*command, "-g", "daemon off;"])
        try:
            eventually(lambda: _answers(port))
            yield port
        finally:
            running.terminate()
            running.wait(10)


def _on_this_machine(config: str, port: int, servers: list[int], folder: Path) -> str:
    for number, server in enumerate(servers, start=1):
        config = config.replace(f"server-{number}:8000", f"127.0.0.1:{server}")
    config = config.replace("listen 8080", f"listen 127.0.0.1:{port}")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    folders = "".join(f"    {kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    return f"pid {folder}/pid;\n" + config.replace("http {\n", "http {\n" + folders)


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
    except httpx.TransportError:
        return False


async def test_a_socket_and_a_page_pass_through_nginx(nginx):
    address = f"127.0.0.1:{nginx}"
    async with (
        connect(f"ws://{address}/feeds/news/live", origin=f"http://{address}") as socket,
        asyncio.timeout(20),
    ):
        assert '"hello"' in await socket.recv()
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"http://{address}/feeds/news")).status_code == 200
