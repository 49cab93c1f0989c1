"""The bench runs and judges rightly. How fast anything is, no test says."""

import json
import math
import subprocess
import sys

import pytest

from bench.__main__ import CLAIMS
from bench.claim import Claim, Figure, run, scaled, table
from bench.readers import WRONGS, Load, LoadFailed, Readers, misordered, wrong
from bench.servers import Floor, Livefeed
from checkout import CHECKOUT
from livefeed.errors import UsageError

NAMES = [claim.name for claim in CLAIMS]


@pytest.fixture(scope="module", params=NAMES)
def quick(request, tmp_path_factory):
    """Each claim in turn: what a quick round of it wrote, and what it printed."""
    folder = tmp_path_factory.mktemp("bench")
    command = [sys.executable, "-m", "bench", request.param, "--quick", "--out", folder]
    done = subprocess.run(
        command, cwd=CHECKOUT, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads((folder / f"{request.param}.json").read_text()), done.stdout


def test_a_quick_round_of_each_claim_reports_all_its_figures(quick):
    result, printed = quick
    claim = next(claim for claim in CLAIMS if claim.name == result["claim"])
    assert len(result["rounds"]) == 1
    assert len(result["figures"]) == len(claim.figures)
    for figure in result["figures"]:
        assert f"| {figure['name']} |" in printed
        spreads = [figure["value"], *([figure["ratio"]] if figure["against"] else [])]
        for spread in spreads:
            assert 0 <= spread["min"] <= spread["median"] <= spread["max"] < math.inf


def test_no_claim_loses_repeats_or_reorders_a_story(quick):
    result, _ = quick
    assert result["wrong"] == dict.fromkeys(WRONGS, 0)


def test_every_file_with_a_claim_belongs_to_the_whole_bench():
    files = (CHECKOUT / "bench").glob("*.py")
    assert sorted(file.stem for file in files if "\nCLAIM = " in file.read_text()) == sorted(NAMES)


def test_the_load_finds_stories_that_are_lost_repeated_or_out_of_order():
    with Floor() as server, Load(server, Readers(count=3, expect=4, quiet=0.3)) as load:
        load.all_up()
        for marker in (0, 2, 1, 1):
            server.publish(marker)
        found = wrong(load.result())
    assert found == {"lost": 3, "repeated": 3, "out_of_order": 3, "unreadable": 0, "cut_off": 0}


def test_where_several_desks_publish_the_order_is_that_of_the_log():
    readers = Readers(count=3, expect=4, any_order=True)
    with Floor() as server, Load(server, readers) as load:
        load.all_up()
        for marker in (0, 2, 1, 3):
            server.publish(marker)
        found = load.result()
    assert wrong(found) == dict.fromkeys(WRONGS, 0)
    assert misordered(found, [0, 2, 1, 3]) == 0
    assert misordered(found, [0, 1, 2, 3]) == 3


def test_a_floor_whose_reader_takes_nothing_loses_nothing_and_sends_each_story_by_itself():
    # 400 stories are more than the kernel holds for a reader.
    readers = Readers(count=4, expect=400, slow=1, slow_seconds=1)
    with Floor() as server, Load(server, readers) as load:
        load.all_up()
        for marker in range(400):
            server.publish(marker)
        found = load.result()
    assert wrong(found) == dict.fromkeys(WRONGS, 0)
    assert (found["good"]["complete"], found["slow"]["complete"]) == (3, 1)


@pytest.mark.parametrize("encoding", ["json", "html"])
@pytest.mark.parametrize("deflate", [False, True])
def test_the_load_knows_the_stories_in_each_encoding(encoding, deflate):
    readers = Readers(count=3, expect=5, deflate=deflate, tell=True)
    with Livefeed(encoding) as server, Load(server, readers) as load:
        load.all_up()
        for marker in range(5):
            server.publish(marker)
            load.everywhere(marker)
        found = load.result()
    assert wrong(found) == dict.fromkeys(WRONGS, 0)
    assert found["good"]["complete"] == 3


def test_the_load_tells_when_something_comes_after_a_silence():
    with Floor() as server, Load(server, Readers(count=2, tell=True)) as load:
        load.all_up()
        server.publish(None)
        load._next("HEARD")
        load.let_go()
        load.result()
    assert len(load.heard) >= 1


def test_the_load_reads_compressed_stories():
    readers = Readers(count=3, expect=5, deflate=True)
    with Floor("deflate") as server, Load(server, readers) as load:
        load.all_up()
        for marker in range(5):
            server.publish(marker)
        found = load.result()
    assert wrong(found) == dict.fromkeys(WRONGS, 0)
    assert found["good"]["deflate"] == 3
    assert found["good"]["complete"] == 3


def test_a_stopped_reader_has_everything_once_it_reads_again():
    readers = Readers(count=4, expect=3, slow=1, slow_seconds=0.5)
    with Floor() as server, Load(server, readers) as load:
        load.all_up()
        for marker in range(3):
            server.publish(marker)
        found = load.result()
    assert (found["good"]["complete"], found["slow"]["complete"]) == (3, 1)
    assert found["slow"]["p50_us"] > found["good"]["p50_us"]


def test_stopped_readers_come_back_and_stop_again_until_their_time_is_over():
    readers = Readers(count=4, expect=3, slow=2, slow_seconds=1, return_every=0.2, quiet=0.5)
    with Floor() as server, Load(server, readers) as load:
        load.all_up()
        for marker in range(3):
            server.publish(marker)
        found = load.result()
    assert wrong(found) == dict.fromkeys(WRONGS, 0)
    assert found["good"]["complete"] == 2
    assert found["returns"] >= 2
    assert found["slow"]["alive"] == 2


def test_a_ratio_is_taken_within_each_round():
    rounds = iter([{"ours": 10.0, "floor": 5.0}, {"ours": 40.0, "floor": 10.0}])
    claim = Claim(
        name="example",
        says="An example.",
        figures=[Figure(name="CPU", unit="µs", value="ours", against="floor")],
        measure=lambda _, __: next(rounds),
        full=Readers(count=1),
        quick=Readers(count=1),
    )
    result = run(claim, claim.full, rounds=2)
    assert result["figures"][0]["ratio"] == {"min": 2.0, "median": 3.0, "max": 4.0}
    assert "| CPU | 10–**25**–40 µs | 2–**3**–4 × floor | – |" in table([result])


def test_what_was_wrong_stands_below_the_table():
    claim = Claim(
        name="example",
        says="An example.",
        figures=[],
        measure=lambda _, __: {"lost": 2.0},
        full=Readers(count=1),
        quick=Readers(count=1),
    )
    assert "WRONG in example: {'lost': 2.0" in table([run(claim, claim.full, rounds=1)])


def test_what_is_not_installed_is_left_out_and_said_so():
    claim = Claim(
        name="example",
        says="An example.",
        figures=[Figure(name="CPU", unit="µs", value="ours", against="theirs")],
        measure=lambda _, __: {"ours": 10.0},
        full=Readers(count=1),
        quick=Readers(count=1),
        missing=lambda: "theirs is not installed",
    )
    told = table([run(claim, claim.full, rounds=1)])
    assert "| CPU | 10–**10**–10 µs | – | – |" in told
    assert "example: theirs is not installed" in told


def test_a_scale_takes_the_changes_that_are_its_own():
    assert scaled(Readers(count=1), ["count=7", "slow_seconds=2", "stories=9"]) == Readers(
        count=7, slow_seconds=2.0
    )
    with pytest.raises(UsageError, match="count=many"):
        scaled(Readers(count=1), ["count=many"])


def test_the_load_gives_up_where_no_story_comes():
    with Floor() as server, Load(server, Readers(count=2, expect=3, tell=True, quiet=0.2)) as load:
        load.all_up()
        with pytest.raises(LoadFailed, match="ended while ALL was waited for"):
            load.everywhere(0)
