"""What a command loads: people wait for it."""

import json
import subprocess
import sys

import pytest

_RUN = """
import json, sys
from publisher.cli import main
try:
    main({words!r})
except SystemExit as end:
    print(json.dumps([end.code or 0, sorted(sys.modules)]), file=sys.stderr)
"""


def loaded(*words, **variables):
    """The modules that a command loads, with its exit code."""
    done = subprocess.run(
        [sys.executable, "-c", _RUN.format(words=list(words))],
        capture_output=True,
        text=True,
        check=True,
        env=variables,
        timeout=60,
    )
    code, modules = json.loads(done.stderr.splitlines()[-1])
    return code, set(modules)


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["push", "--help"], ["feed", "-h"]])
def test_help_loads_nothing_heavy(words):
    code, modules = loaded(*words)
    assert code == 0
    heavy = {"redis", "msgpack", "msgspec", "nh3", "markdown_it", "yaml", "asyncio", "jinja2"}
    assert modules.isdisjoint(heavy)


def test_wrong_usage_is_told_at_once():
    code, modules = loaded("psuh", "story.md")
    assert code == 2
    assert modules.isdisjoint({"redis", "msgspec", "nh3"})


def test_a_push_by_flags_loads_no_parser_of_files(valkey_editor):
    url = valkey_editor.environment["LIVEFEED_REDIS_URL"]
    code, modules = loaded("push", "--headline", "x", "--body", "y", LIVEFEED_REDIS_URL=url)
    assert code == 0
    assert "redis" in modules
    assert modules.isdisjoint({"nh3", "markdown_it", "yaml", "jinja2", "starlette", "rich"})


def test_a_ninjs_document_loads_no_parser_of_markdown(valkey_editor):
    url = valkey_editor.environment["LIVEFEED_REDIS_URL"]
    body = {"contentType": "text/html", "value": "<p>x</p>"}
    document = {"headlines": [{"value": "x"}], "bodies": [body]}
    file = valkey_editor.folder / valkey_editor.file("story.json", json.dumps(document))
    code, modules = loaded("push", str(file), LIVEFEED_REDIS_URL=url)
    assert code == 0
    assert "nh3" in modules
    assert modules.isdisjoint({"markdown_it", "yaml", "starlette"})


def test_the_publisher_never_loads_the_server(valkey_editor):
    url = valkey_editor.environment["LIVEFEED_REDIS_URL"]
    for words in (["list"], ["feed", "list"], ["push", "--headline", "x"]):
        code, modules = loaded(*words, LIVEFEED_REDIS_URL=url)
        assert code == 0
        assert not any(name.startswith(("livefeed.server", "uvicorn")) for name in modules)
