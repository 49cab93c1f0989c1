"""Open files: as many readers as the system gives room for."""

import subprocess
import sys

PROGRAM = """
import resource
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (64, {hard}))
from livefeed.server.open_files import raise_limit
print(raise_limit(), resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


def test_the_limit_is_raised_to_the_hard_one_and_leaves_room_for_others():
    program = PROGRAM.format(hard=1000)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["744", "1000"]


def test_there_is_always_room_for_one_reader():
    program = PROGRAM.format(hard=100)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["1", "100"]
