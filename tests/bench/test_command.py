"""`livefeed bench`, as an operator calls it."""

import json
import os
import signal
import subprocess
import sys

import pytest

from bench import __main__ as command
from bench import machine
from bench.__main__ import CLAIMS
from bench.claim import Claim, Figure
from bench.programs import CannotCompile, program
from bench.readers import Readers
from checkout import BIN, environment
from servers import eventually


def livefeed_bench(*words, **env):
    return subprocess.run(
        [BIN / "livefeed", "bench", *words],
        capture_output=True,
        text=True,
        env=environment(**env),
        timeout=100,
        check=False,
    )


def test_the_list_has_every_claim_and_what_it_says():
    told = livefeed_bench("--list")
    assert told.returncode == 0
    for claim in CLAIMS:
        assert any(
            line.split(maxsplit=1) == [claim.name, claim.says] for line in told.stdout.split("\n")
        )


def test_it_measures_the_claims_that_are_named_shows_how_far_it_is_and_where_the_rest_stands(
    tmp_path,
):
    done = livefeed_bench("connecting", "--quick", "--set", "readers=30", "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "| CPU a connection, 30 at once |" in done.stdout
    assert "connecting, round 1 of 1" in done.stderr
    assert str(tmp_path / "connecting.json") in done.stderr
    assert json.loads((tmp_path / "connecting.json").read_text())["scale"] == {"readers": 30}
    assert [file.name for file in tmp_path.iterdir()] == ["connecting.json"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["alert"], "no claim is called alert; there are alerts, "),
        (["--rounds", "0"], "at least one round"),
        (["--set", "readers=many", "connecting"], "readers=many"),
    ],
)
def test_wrong_usage_is_told_with_status_2(words, told):
    done = livefeed_bench(*words)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_its_help_has_its_own_options():
    told = livefeed_bench("--help")
    assert told.returncode == 0
    assert "--quick" in told.stdout


def example(**wrong):
    return Claim(
        name="example",
        says="An example.",
        figures=[Figure(name="CPU", unit="µs", value="ours")],
        measure=lambda _, __: {"ours": 1.0, **wrong},
        full=Readers(count=1),
        quick=Readers(count=1),
    )


@pytest.fixture
def unpinned():
    """The core that the bench took for itself is given back, and the signal."""
    before, handler = os.sched_getaffinity(0), signal.getsignal(signal.SIGTERM)
    yield
    os.sched_setaffinity(0, before)
    signal.signal(signal.SIGTERM, handler)


def test_ended_by_sigterm_it_ends_what_it_has_started(tmp_path):
    words = [BIN / "livefeed", "bench", "idle", "--set", "readers=30", "--out", tmp_path]
    with subprocess.Popen(
        words, env=environment(TMPDIR=str(tmp_path)), stderr=subprocess.PIPE
    ) as bench:
        eventually(lambda: list(tmp_path.glob("livefeed-*/data/valkey.sock")), within=30)
        bench.terminate()
        assert bench.wait(60) == 128 + signal.SIGTERM
    assert not list(tmp_path.glob("livefeed-*"))


@pytest.mark.parametrize(("wrong", "status"), [({}, 0), ({"repeated": 1.0}, 1), ({"lost": 2.0}, 1)])
@pytest.mark.usefixtures("unpinned")
def test_the_exit_status_is_1_if_a_story_went_wrong(monkeypatch, tmp_path, wrong, status):
    monkeypatch.setattr(command, "CLAIMS", (example(**wrong),))
    monkeypatch.setattr(sys, "argv", ["bench", "--rounds", "2", "--out", str(tmp_path)])
    assert command.main() == status


@pytest.mark.parametrize(
    ("system", "cores", "told"),
    [("darwin", 8, "Linux only"), ("linux", 1, "two cores")],
)
def test_a_machine_on_which_server_and_load_cannot_be_held_apart_is_refused(system, cores, told):
    with pytest.raises(machine.UnfitMachine, match=told) as refused:
        machine.refuse_if_unfit(system, cores)
    assert refused.value.hint


def test_a_kernel_that_does_not_count_is_refused(tmp_path):
    with pytest.raises(machine.UnfitMachine, match="does not count"):
        machine.refuse_if_unfit("linux", 2, tmp_path / "schedstat")


def test_more_readers_than_files_may_be_open_are_refused_before_any_comes():
    with pytest.raises(machine.UnfitMachine, match="100,000,000 readers"):
        machine.refuse_if_too_many(100_000_000)


def test_one_core_is_refused_by_the_command_too():
    if len(os.sched_getaffinity(0)) < 2:
        pytest.fail("the tests of the bench need two cores")
    command_line = ["taskset", "-c", "0", BIN / "livefeed", "bench", "--quick", "connecting"]
    done = subprocess.run(
        command_line, capture_output=True, text=True, env=environment(), check=False
    )
    assert done.returncode == 1
    assert "two cores" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["fanload", "floor"])
def test_the_programs_are_compiled_once(tmp_path, name):
    made = program(name, cache=tmp_path)
    before = made.stat().st_mtime_ns
    assert program(name, cache=tmp_path) == made
    assert made.stat().st_mtime_ns == before
    assert list(tmp_path.iterdir()) == [made]


def test_without_a_compiler_it_says_what_to_install(tmp_path):
    done = livefeed_bench("--quick", "connecting", PATH="/nowhere", XDG_CACHE_HOME=str(tmp_path))
    assert done.returncode == 1
    assert "no compiler" in done.stderr
    assert "apt-get install gcc" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("said", "package"),
    [
        ("fanload.c:33:10: fatal error: zlib.h: No such file or directory", "zlib1g-dev"),
        ("floor.c:24:10: fatal error: openssl/evp.h: No such file or directory", "libssl-dev"),
        ("/usr/bin/ld: cannot find -lcrypto: No such file or directory", "libssl-dev"),
        ("floor.c:20:10: fatal error: 'zlib.h' file not found", "zlib1g-dev"),
        ("floor.c:20:10: fatal error: stdio.h: No such file or directory", "libc6-dev"),
    ],
)
def test_without_a_header_it_says_what_to_install(tmp_path, monkeypatch, said, package):
    compiler = tmp_path / "cc"
    compiler.write_text(f'#!/bin/sh\necho "{said}" >&2\nexit 1\n')
    compiler.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(CannotCompile) as missing:
        program("floor", cache=tmp_path / "cache")
    assert package in missing.value.hint
    assert not list((tmp_path / "cache").iterdir())
