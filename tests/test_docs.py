"""The docs are true: their commands run, their code runs, their tables match the code.

A fenced block is run by its language: `console` (lines that begin with `$ `, in order, in a
checkout of its own), `python` (against a running server), `json` (it parses), `markdown` (it is a
story that validates, saved under the name that the text after it tells). `make run` is the server
that the commands after it talk to.
"""

import asyncio
import contextlib
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect

from checkout import CHECKOUT, environment
from livefeed.redis_log.data_folder import url_of
from livefeed.settings import TABLE
from newsroom import Newsroom
from servers import eventually, free_port

DOCS = sorted([*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/**/*.md")])
RUN_ELSEWHERE = {"make test-core"}  # each is a target of the same run that this test belongs to
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#([^)\s]+))?\)")


@dataclass(frozen=True)
class Block:
    doc: Path
    language: str
    text: str
    after: str


def blocks(doc: Path) -> list[Block]:
    text = doc.read_text(encoding="utf-8")
    found = _FENCE.finditer(text)
    return [Block(doc, m[1], m[2], text[m.end() : m.end() + 200]) for m in found]


def commands(page: list[Block]) -> list[str]:
    lines = [
        line for block in page if block.language == "console" for line in block.text.split("\n")
    ]
    return [line[2:] for line in lines if line.startswith("$ ")]


def of_language(*languages: str) -> list[Block]:
    return [block for doc in DOCS for block in blocks(doc) if block.language in languages]


def test_every_code_block_is_of_a_language_that_is_checked():
    known = {"console", "python", "json", "markdown"}
    known |= {"html", "css", "http"}  # in a browser: tests/web/browser/embedding.test.js
    assert {block.language for doc in DOCS for block in blocks(doc)} <= known


@pytest.fixture
def checkout(tmp_path):
    """This checkout's files beside a data folder of their own."""
    # Else `make run` would install this package anew, from the wrong folder.
    installed = subprocess.run(["make", "-q", ".venv/bin/.installed"], cwd=CHECKOUT, check=False)
    assert installed.returncode == 0, "pyproject.toml changed: make .venv/bin/.installed"
    for name in ("Makefile", "pyproject.toml", "constraints.txt", "examples", ".venv"):
        (tmp_path / name).symlink_to(CHECKOUT / name)
    return tmp_path


@pytest.mark.parametrize(
    "doc", [doc for doc in DOCS if commands(blocks(doc))], ids=lambda doc: doc.name
)
def test_the_commands_of_a_page_run_in_their_order(doc, checkout):
    port = free_port()
    env = environment(LIVEFEED_PORT=str(port))
    with contextlib.ExitStack() as running:
        if "make run" not in commands(blocks(doc)):
            running.enter_context(Newsroom(checkout / "data", port=port))
        for block in blocks(doc):
            if block.language == "markdown":
                _save(block, checkout)
            for command in commands([block]):
                if command == "make run":
                    running.enter_context(_make_run(checkout, env))
                elif command not in RUN_ELSEWHERE:
                    _run(command.replace(":8000", f":{port}"), checkout, env)


def _save(story: Block, folder: Path) -> None:
    name = re.search(r"`([\w.-]+\.md)`", story.after)
    assert name, "the text after a story names its file"
    (folder / name[1]).write_text(story.text, encoding="utf-8")


@contextlib.contextmanager
def _make_run(checkout: Path, env: dict[str, str]) -> Iterator[None]:
    printed = checkout / "printed"
    with printed.open("wb") as output:
        running = subprocess.Popen(
            ["make", "run"],
            cwd=checkout,
            env=env,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    page = f"http://127.0.0.1:{env['LIVEFEED_PORT']}"
    eventually(lambda: running.poll() is not None or page in printed.read_text(), within=60)
    assert running.poll() is None, printed.read_text()
    try:
        yield
    finally:
        os.killpg(running.pid, signal.SIGINT)
        status = running.wait(30)
    assert status in (0, -signal.SIGINT), printed.read_text()  # make's own word for Ctrl-C


async def test_the_push_line_that_make_run_prints_works_as_pasted_on_two_open_pages(checkout):
    env = environment(LIVEFEED_PORT=str(free_port()))
    live = f"ws://127.0.0.1:{env['LIVEFEED_PORT']}/feeds/news/live"
    with _make_run(checkout, env):
        printed = (checkout / "printed").read_text(encoding="utf-8")
        push = re.search(r"Push to it: (.+)", printed)
        assert push, printed
        async with asyncio.timeout(60), connect(live) as one, connect(live) as other:
            for reader in (one, other):
                assert json.loads(await reader.recv())["type"] == "hello"
            await asyncio.to_thread(_run, push[1], checkout, env)
            for reader in (one, other):
                assert await _headline(reader) == "It works"


async def _headline(reader: ClientConnection) -> str:
    """Of the first entry that a reader is sent."""
    while (message := json.loads(await reader.recv()))["type"] != "entry":
        pass
    headline: str = message["story"]["headlines"][0]["value"]
    return headline


def _run(command: str, folder: Path, env: dict[str, str]) -> None:
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("block", of_language("python"), ids=lambda block: block.doc.name)
def test_a_python_example_runs(block, tmp_path):
    with Newsroom(tmp_path / "data") as newsroom:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", block.text],
            env=environment(LIVEFEED_REDIS_URL=url_of(newsroom.data)),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("block", of_language("json"), ids=lambda block: block.doc.name)
def test_a_json_example_parses(block):
    assert json.loads(block.text)


def test_the_readme_has_every_setting_as_the_table_has_it():
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    for setting in TABLE:
        default = f"`{setting.default}`" if setting.default else ""
        cells = (f"`{setting.variable}`", f"`{setting.flag}`", default, setting.help)
        row = "| " + " | ".join(cells) + " |"
        assert row.replace("|  |", "| |") in readme, setting.variable


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.name)
def test_links_within_the_project_lead_somewhere(doc):
    for target, anchor in _LINK.findall(doc.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        linked = doc.parent / target
        assert linked.exists(), target
        assert not anchor or anchor in _anchors(linked), f"{target}#{anchor}"


def _anchors(doc: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", doc.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings}


def test_the_first_commands_of_the_readme_are_the_two_that_it_takes():
    console = [b for b in blocks(CHECKOUT / "README.md") if b.language == "console"]
    assert commands(console[:1]) == ["make run"]
    assert shlex.split(commands(console[1:])[0])[0] == ".venv/bin/publisher"
