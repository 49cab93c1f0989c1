"""The profile runs, and sorts what the samplers tell."""

import subprocess
import sys
from collections import Counter

import pytest

from bench.profile import by_perf, by_py_spy, summary
from checkout import CHECKOUT, environment

PERF = """\
 4711
\tffffffff81a3 tcp_sendmsg_locked ([kernel.kallsyms])
\tffffffff81a2 tcp_sendmsg ([kernel.kallsyms])
\t    7f11 uv__write+0x1f (/venv/uvloop/loop.cpython-311-x86_64-linux-gnu.so)

 4711
\t    7f12 _PyEval_EvalFrameDefault (/usr/lib/libpython3.11.so.1.0)

 4712
\tffffffff81a4 iowrite16 ([kernel.kallsyms])
\tffffffff81a5 __x64_sys_fdatasync ([kernel.kallsyms])

"""
PY_SPY = """\
main (livefeed/cli.py:7);Runner.run (asyncio/runners.py:118) 3
main (livefeed/cli.py:7);Runner.run (asyncio/runners.py:118);apply (livefeed/fold.py:70) 2
main (livefeed/cli.py:7);Runner.run (asyncio/runners.py:118);apply (livefeed/fold.py:72) 5
"""


def test_samples_of_perf_are_told_apart_by_what_led_into_the_kernel():
    found = by_perf(PERF.splitlines(), valkey=[4712])
    assert found.groups == Counter({"kernel: send": 1, "Python": 1, "Valkey": 1})
    assert found.functions["kernel: send", "tcp_sendmsg_locked"] == 1


def test_samples_of_py_spy_are_summed_by_function():
    found = by_py_spy(PY_SPY.splitlines())
    assert found.functions["livefeed", "apply (livefeed/fold.py)"] == 7
    told = summary(found)
    assert told.startswith("10 samples\n 70.0%  livefeed\n")


def test_no_samples_make_an_empty_summary():
    assert summary(by_py_spy([])) == "0 samples\n"


@pytest.mark.parametrize("load", ["fanout"])
def test_a_profile_has_both_parts_or_says_what_to_install(tmp_path, load):
    options = [load, "--seconds", "1", "--out", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "bench.profile", *options],
        cwd=CHECKOUT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = (tmp_path / f"profile-{load}.txt").read_text()
    assert told.strip() == done.stdout.strip()
    for name in ("perf", "py-spy"):
        assert f"{name}, " in told or f"{name} is not installed" in told
