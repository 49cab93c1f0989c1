"""New publication ids."""

import subprocess
import sys
import time

from livefeed.publication_id import check_id
from livefeed.redis_log.new_id import new_id


def time_of(made):
    return int(made.replace("-", "")[:12], 16)


def test_each_is_another_one_of_this_time():
    before = time.time_ns() // 1_000_000
    one, other = new_id(), new_id()
    assert before <= time_of(one) <= time_of(other) <= time.time_ns() // 1_000_000
    assert check_id(one) != check_id(other)


def test_one_of_another_time_can_be_made():
    assert time_of(new_id(0x0192_3456_789A)) == 0x0192_3456_789A


def test_whoever_makes_one_does_not_load_redis():
    code = "import sys, livefeed.redis_log.new_id; sys.exit('redis' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
