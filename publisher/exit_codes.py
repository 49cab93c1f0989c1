"""What the shell is told: one exit code for each kind of error."""

DONE = 0
EXIT_CODES = {
    "failed": 1,  # nothing was published
    "usage": 2,
    "invalid": 3,
    "conflict": 4,
    "unreachable": 5,  # nothing was published
    "unknown": 6,  # the same --id again cannot publish twice
    "taken-back": 7,
}
