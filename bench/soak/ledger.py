"""What is true of the feed, as the only desk that publishes to it knows from its receipts.

Every text has a token of its own. A token dies with the entry that withdraws its text (a hold, a
kill, a redaction, and for earlier texts the release that brings back only the last one), and lives
again with a release. So what anybody is sent can be judged by bytes alone, in every encoding: once
a reader was told of a position, no token may come that is dead there.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from livefeed.entry import CARRIES_STORY, Op
from livefeed.redis_log.append import Receipt

_TOKEN = re.compile(rb"token-(\d+)-")


@dataclass(slots=True)
class _Story:
    """A story's entries as they came: seq, op and revision; and by token when it lives and dies."""

    entries: list[tuple[int, Op]] = field(default_factory=list)
    live: list[int] = field(default_factory=list)  # tokens that are neither withdrawn nor held
    held: int = 0  # the token that a release brings back


def tokens_in(message: bytes) -> set[int]:
    """The tokens of all texts in a message of any encoding."""
    return {int(token) for token in _TOKEN.findall(message)}


@dataclass(slots=True)
class Ledger:
    """`tags` by seq, of all that was appended; `tokens` counts the texts that were made.

    Readers may have an entry before its receipt is at the desk: `known` is how far the ledger goes,
    and nothing behind it can be judged yet.
    """

    tags: dict[int, str] = field(default_factory=dict)
    known: int = 0
    tokens: int = 0
    _stories: dict[int, _Story] = field(default_factory=dict)
    # By token: seq and whether it lives from there on.
    _turns: dict[int, list[tuple[int, bool]]] = field(default_factory=dict)

    def new_token(self) -> tuple[int, str]:
        """A token's number, and how it stands in a text."""
        self.tokens += 1
        return self.tokens, f"token-{self.tokens}-"

    def note(self, receipt: Receipt, token: int | None = None, *, redacts: bool = False) -> None:
        """An entry was appended, with the text that has this token."""
        self.tags[receipt.seq] = receipt.position.tag
        if receipt.number and receipt.op not in {Op.PIN, Op.UNPIN}:
            self._note_story(receipt, token, redacts=redacts)
        self.known = receipt.seq

    def _note_story(self, receipt: Receipt, token: int | None, *, redacts: bool) -> None:
        story = self._stories.setdefault(receipt.number, _Story())
        story.entries.append((receipt.seq, receipt.op))
        if receipt.op is Op.HOLD and story.live:
            story.held = story.live[-1]
        if receipt.op in {Op.HOLD, Op.KILL} or redacts:
            self._kill(story, receipt.seq)
        alive = story.held if receipt.op is Op.RELEASE else token
        if receipt.op in CARRIES_STORY and alive is not None:
            story.live.append(alive)
            self._turns.setdefault(alive, []).append((receipt.seq, True))

    def newest(self, number: int, seq: int) -> int | None:
        """The seq of the entry that the story stands at, for whoever has come as far as `seq`."""
        story = self._stories.get(number)
        until = [at for at, _ in story.entries if at <= seq] if story else []
        return until[-1] if until else None

    def dead(self, tokens: Iterable[int], told: int, until: int) -> Iterator[int]:
        """Those that were withdrawn at `told` and not released by `until`.

        What was made later was not withdrawn; and an article is sent as it stands when it is sent,
        also along with an older entry.
        """
        for token in tokens:
            turns = self._turns.get(token, [])
            before = [alive for at, alive in turns if at <= told]
            since = [alive for at, alive in turns if told < at <= until]
            if before and not before[-1] and not any(since):
                yield token

    def _kill(self, story: _Story, seq: int) -> None:
        for token in story.live:
            self._turns[token].append((seq, False))
        story.live.clear()
