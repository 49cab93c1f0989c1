"""The desk: one editor who publishes, corrects, redacts, holds, releases and kills, by chance.

A quiet trickle, and now and then a burst. Every change is repeated under its id until its outcome
is known, so a Valkey that is killed in between costs time and nothing else.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator

import msgspec
import redis

from bench.soak.ledger import Ledger
from bench.stories import prose
from livefeed.entry import CARRIES_STORY, Entry, Op
from livefeed.errors import Unreachable
from livefeed.redis_log.append import Receipt, append
from livefeed.redis_log.new_id import new_id
from livefeed.redis_log.read import read_held, read_story
from livefeed.request import Request
from livefeed.story import Story

_PATIENCE = 60.0  # seconds until an append gives up: a Valkey is back after one
_PAUSE = 0.05
_AT_WORK = 40  # stories that changes are made to: the newest
_WEIGHTS = {
    Op.PUBLISH: 60,
    Op.UPDATE: 8,
    Op.CORRECT: 8,
    Op.REFILE: 4,
    Op.HOLD: 5,
    Op.RELEASE: 4,
    Op.KILL: 4,
    Op.PIN: 2,
    Op.UNPIN: 1,
}
_REDACTS = 0.4  # of the corrections


class Desk:
    """`work` publishes until it is told to stop; `counts` has the changes by their operation.

    The feed keeps the newest `keep` stories: older ones are nobody's work any more.
    """

    def __init__(
        self, log: redis.Redis, feed: str, ledger: Ledger, chance: random.Random, *, keep: int
    ) -> None:
        self.counts: dict[str, int] = {}
        self._log = log
        self._feed = feed
        self._ledger = ledger
        self._keep = keep
        self._chance = chance
        self._stories: Iterator[Story] = prose()
        self._live: list[int] = []
        self._held: list[int] = []

    def work(self, stop: threading.Event, *, rate: float, burst: int, burst_every: float) -> None:
        """`rate` changes a second, and `burst` stories at once every so many seconds."""
        next_burst = time.monotonic() + burst_every
        while not stop.wait(self._chance.expovariate(rate)):
            self.change()
            if time.monotonic() > next_burst:
                next_burst += burst_every
                for _ in range(burst):
                    self._publish()

    def change(self) -> None:
        """One change, of those that are possible now."""
        op = self._chance.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
        self._forget_what_is_not_kept()
        of = self._held if op is Op.RELEASE else self._live
        if op is Op.PUBLISH or not of:
            self._publish()
        else:
            self._change(op, self._chance.choice(of))

    def _publish(self) -> None:
        token, mark = self._ledger.new_token()
        request = self._request(Op.PUBLISH, 0, story=_marked(next(self._stories), mark))
        receipt = self._append(request)
        self._ledger.note(receipt, token)
        self._live = [*self._live, receipt.number][-_AT_WORK:]

    def _forget_what_is_not_kept(self) -> None:
        """A number is a seq: of newer stories there are no more than entries since."""
        oldest = self._ledger.known - self._keep + 1
        self._live = [number for number in self._live if number > oldest]
        self._held = [number for number in self._held if number > oldest]

    def _change(self, op: Op, number: int) -> None:
        current = self._read(read_held if op is Op.RELEASE else read_story, number)
        token, more = None, {}
        redacts = op is Op.CORRECT and self._chance.random() < _REDACTS
        if op is Op.RELEASE:
            more = {"story": current.story}
        elif op in CARRIES_STORY:
            token, mark = self._ledger.new_token()
            more = {"story": _marked(next(self._stories), mark)}
        if op in {Op.CORRECT, Op.HOLD, Op.KILL}:
            more |= {"note": "As the soak has it."}
        request = self._request(op, number, redacts=redacts, **more)
        self._ledger.note(self._append(request, current), token, redacts=redacts)
        self._move(op, number)

    def _read(self, read: Callable[[redis.Redis, str, int], Entry], number: int) -> Entry:
        """A read is not repeated by itself, and Valkey may just be dead."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                return read(self._log, self._feed, number)
            except Unreachable:
                if time.monotonic() > deadline:
                    raise
                time.sleep(_PAUSE)

    def _move(self, op: Op, number: int) -> None:
        if op in {Op.HOLD, Op.KILL}:
            self._live.remove(number)
        if op is Op.HOLD:
            self._held.append(number)
        if op is Op.RELEASE:
            self._held.remove(number)
            self._live.append(number)

    def _request(self, op: Op, number: int, **more: object) -> Request:
        return Request(feed=self._feed, op=op, id=new_id(), number=number, editor="soak", **more)

    def _append(self, request: Request, current: object = None) -> Receipt:
        receipt = append(self._log, request, current, timeout=_PATIENCE)
        self.counts[request.op] = self.counts.get(request.op, 0) + 1
        return receipt


def _marked(story: Story, mark: str) -> Story:
    body = story.bodies[0]
    changed = msgspec.structs.replace(body, value=f"{body.value}<p>{mark}</p>")
    return msgspec.structs.replace(story, bodies=(changed,))
