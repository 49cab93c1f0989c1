"""Every error that livefeed raises, with whose fault it is.

    LivefeedError                 failed        something went wrong, nothing was published
    ├── UsageError                usage         the caller's options contradict each other
    ├── InvalidInput              invalid       the editor's: what was given cannot be published
    │   ├── StoryInvalid                        problems, each with its field and its line
    │   ├── UnknownFeed                         no feed of that name; names the nearest
    │   └── UnknownStory                        no story of that number; names the nearest
    ├── Conflict                  conflict      somebody else was there first
    │   ├── RevisionConflict                    the story changed between reading and writing
    │   ├── StateConflict                       a held or killed story does not take this
    │   ├── IdReused                            the publication id was used for another request
    │   ├── IdExpired                           the publication id is older than ids are kept
    │   └── FeedExists
    ├── Unreachable               unreachable   Redis is out of reach; known: nothing was published
    ├── OutcomeUnknown            unknown       the append may or may not have happened
    ├── LogUnusable               failed        the operator's: the keys are not a log of livefeed
    ├── RedisFull                 failed        the operator's: Redis has no memory left
    ├── DataFolderInUse           failed        the operator's: another server holds the folder
    ├── ServerProgramMissing      failed        the operator's: no Valkey or Redis to embed
    ├── BadMessage                failed        the peer's: bytes that are no entry of ours
    ├── BadHandshake              failed        the peer's: a header of a WebSocket's handshake
    └── MalformedPosition         failed        the peer's: text that is no position

`code` is what `--json` prints and what the exit code follows; `hint` is the next step.
"""

from dataclasses import dataclass
from typing import ClassVar


class LivefeedError(Exception):
    """The root. `message` says what happened and to which thing, `hint` what to do next."""

    code: ClassVar[str] = "failed"

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(LivefeedError):
    """The options given contradict each other, or one is malformed."""

    code = "usage"


class InvalidInput(LivefeedError):
    """What the editor gave cannot be published as it is."""

    code = "invalid"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a story.

    `field` is the ninjs property (`bodies[0].value`) or the front-matter key; `line` counts from 1
    in the file the editor gave, where that is known.
    """

    field: str
    message: str
    line: int | None = None

    def __str__(self) -> str:
        place = f"line {self.line}, " if self.line is not None else ""
        return f"{place}{self.field}: {self.message}"


class StoryInvalid(InvalidInput):
    """A story has problems; each is one line of the message."""

    def __init__(self, problems: list[Problem], *, hint: str = "") -> None:
        super().__init__("\n".join(map(str, problems)), hint=hint)
        self.problems = problems


class UnknownFeed(InvalidInput):
    """No feed has that name."""


class UnknownStory(InvalidInput):
    """The feed has no story of that number."""


class Conflict(LivefeedError):
    """Somebody else changed it, or the id was used for something else."""

    code = "conflict"


class RevisionConflict(Conflict):
    """The story is at another revision than the one the editor started from."""


class StateConflict(Conflict):
    """The story is held or killed, and that state does not take this operation."""


class IdReused(Conflict):
    """The publication id belongs to another request."""


class IdExpired(Conflict):
    """The publication id was made longer ago than ids are kept (24 h): perhaps the clock is off."""


class FeedExists(Conflict):
    """A feed of that name exists."""


class Unreachable(LivefeedError):
    """Redis is out of reach, refuses us or is read-only; nothing was published."""

    code = "unreachable"


class OutcomeUnknown(LivefeedError):
    """The connection went away in the middle of an append, and no retry got an answer."""

    code = "unknown"


class LogUnusable(LivefeedError):
    """A key of the feed has another type than a log of livefeed has, or its content is foreign."""


class RedisFull(LivefeedError):
    """Redis has no memory left and took nothing."""


class DataFolderInUse(LivefeedError):
    """Another embedded server runs on this data folder."""


class ServerProgramMissing(LivefeedError):
    """Neither the `embedded` extra nor a `valkey-server` or `redis-server` is installed."""


class BadMessage(LivefeedError):
    """Bytes on the channel or in the log that are no entry of a version we read."""


class BadHandshake(LivefeedError):
    """A header of a WebSocket's handshake is against the grammar: HTTP 400."""


class MalformedPosition(LivefeedError):
    """Text that is no position."""
