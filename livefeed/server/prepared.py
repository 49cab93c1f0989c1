"""What is made once and given to everybody: each message's bytes by encoding, each page's HTML.

    _entries    bytes of entries, by encoding and seq      as long as the tail has the entry; those
                                                           with HTML until the likes change
    _articles   HTML of articles, by number                until something that it shows changes
    _histories  revisions of stories, by number and form   until the story changes
    _now        everything else, by what it is             until the next change of any kind

A withdrawal takes all of it: any of it may hold the old text.
"""

from collections.abc import Callable, Hashable

import msgspec

from livefeed.entry import Entry, Op
from livefeed.fold import Fold
from livefeed.render.article import article
from livefeed.render.key_events import key_event, key_events
from livefeed.render.related import articles_showing
from livefeed.server.likes import Likes
from livefeed.server.pulse import Pulse
from livefeed.wire import messages
from livefeed.wire.messages import Encoding

# These leave every headline as it was: no other article shows them. (A first publication cannot
# be linked to from an earlier story, since its number is not known before.)
_SHOWN_NOWHERE_ELSE = frozenset({Op.PUBLISH, Op.PIN, Op.UNPIN, Op.FEED})


class Prepared:
    """Bytes and HTML of one feed. The two bounds are of what is kept between two changes."""

    __slots__ = (
        "_articles",
        "_entries",
        "_fold",
        "_histories",
        "_likes",
        "_now",
        "_pulse",
        "most_articles",
        "most_bytes",
    )

    def __init__(self, fold: Fold, *, most_articles: int = 500, most_bytes: int = 32 << 20) -> None:
        self.most_articles = most_articles
        self.most_bytes = most_bytes
        self._fold = fold
        self._likes = Likes()
        self._pulse = Pulse(number=0, position=fold.position, at=0, readers=0, upstream=True)
        self._entries: dict[tuple[Encoding, int], bytes] = {}
        self._articles: dict[int, str] = {}
        self._histories: dict[tuple[int, str], bytes] = {}
        self._now: dict[Hashable, bytes] = {}

    def __repr__(self) -> str:
        kept = (
            f"{len(self._entries)} entries, {len(self._articles)} articles, {len(self._now)} more"
        )
        return f"<Prepared at {self._fold.position}: {kept}>"

    # What changes.

    def reset(self, fold: Fold) -> None:
        """Another history, or the same one anew."""
        self._fold = fold
        self._forget()

    def entry_came(self, fold: Fold, entry: Entry, *, left: int) -> None:
        """`entry` led to `fold`; the entry with the seq `left` is not in the tail any more."""
        self._fold = fold
        if entry.withdraws or entry.op is Op.FEED:  # a feed's zone and language stand in articles
            return self._forget()
        self._now.clear()
        for key in [key for key in self._histories if key[0] == entry.number]:
            del self._histories[key]
        self._drop_entry(left)
        return self._drop_articles_showing(entry)

    def pulse_came(self, pulse: Pulse) -> None:
        """The next beat."""
        self._pulse = pulse
        for encoding in Encoding:
            self._now.pop(("pulse", encoding), None)

    def likes_came(self, likes: Likes) -> None:
        """The counts changed."""
        self._likes = likes
        self._now.clear()
        for number in likes.changed:
            self._articles.pop(number, None)
        # Articles show the counts; who catches up later is to have those of then.
        for key in [key for key in self._entries if key[0] is Encoding.HTML]:
            del self._entries[key]

    # What readers are sent.

    def hello(self, encoding: Encoding, *, resumed: bool, pulse_ms: int) -> bytes:
        """The greeting, told by whether it resumes."""
        feed, position = self._fold.feed, self._fold.position
        return self.now(
            ("hello", encoding, resumed, pulse_ms),
            lambda: messages.hello(
                encoding, feed=feed, position=position, resumed=resumed, pulse_ms=pulse_ms
            ),
        )

    def snapshot(self, encoding: Encoding) -> bytes:
        """The feed as it stands."""
        return self.now(("snapshot", encoding), lambda: self._snapshot(encoding))

    def entry(self, encoding: Encoding, entry: Entry) -> bytes:
        """One entry of the tail."""
        key = (encoding, entry.seq)
        if (made := self._entries.get(key)) is None:
            made = self._entries[key] = self._entry(encoding, entry)
        return made

    def likes(self, encoding: Encoding, *, seen: int | None) -> bytes:
        """The counts that changed since version `seen`; None, or an older one: of all shown."""
        if seen is not None and seen + 1 == self._likes.version:
            changed = self._likes.changed
            return self.now(("changed", encoding), lambda: messages.likes(encoding, changed))
        return self.now(("likes", encoding), lambda: messages.likes(encoding, self._shown_counts()))

    def pulse(self, encoding: Encoding) -> bytes:
        """The newest beat."""
        return self.now(("pulse", encoding), lambda: self._make_pulse(encoding))

    def now(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """Whatever `make` makes of the feed as it stands, made once until the next change."""
        if (made := self._now.get(key)) is None:
            made = make()
            # Anybody may ask for pages of any size, with any `before` and `limit`.
            if sum(map(len, self._now.values())) + len(made) > self.most_bytes:
                self._now.clear()
            self._now[key] = made
        return made

    def history(self, number: int, form: str) -> bytes | None:
        """A story's revisions in a form, if they were kept since the story changed last."""
        return self._histories.get((number, form))

    def keep_history(self, number: int, form: str, made: bytes) -> None:
        """Keep the revisions of a story as it now stands."""
        if sum(map(len, self._histories.values())) + len(made) > self.most_bytes:
            self._histories.clear()
        self._histories[number, form] = made

    def article(self, number: int) -> str:
        """A story's `<article>` as it now stands."""
        if (made := self._articles.get(number)) is None:
            if len(self._articles) >= self.most_articles:
                self._articles.clear()
            made = article(self._fold, self._fold.stories[number], likes=self._likes.of(number))
            self._articles[number] = made
        return made

    def _entry(self, encoding: Encoding, entry: Entry) -> bytes:
        if encoding is not Encoding.HTML:
            return messages.entry(encoding, entry)
        article = None
        if entry.number in self._fold.stories and not entry.withdrawn:
            article = self.article(entry.number)
        # A story travels as its article here, never as data, even where no article is left of it.
        told = msgspec.structs.replace(entry, story=None)
        if entry.op is Op.FEED:
            return messages.entry(encoding, told)
        return messages.entry(
            encoding,
            told,
            html=article,
            rerendered=self._rerendered(entry),
            key_event=self._key_event(entry.number),
            summary=self._fold.summary,
        )

    def _rerendered(self, entry: Entry) -> list[tuple[int, str]]:
        """Articles that this entry changed: after a withdrawal all, else those of a snapshot."""
        if entry.op in _SHOWN_NOWHERE_ELSE:
            return []
        showing = [other.number for other in articles_showing(self._fold, entry.number)]
        if not entry.withdraws:
            shown = set(self._shown())
            showing = [number for number in showing if number in shown]
        return [(number, self.article(number)) for number in showing]

    def _key_event(self, number: int) -> str | None:
        entry = self._fold.stories.get(number)
        return key_event(self._fold, entry) if entry else None

    def _make_pulse(self, encoding: Encoding) -> bytes:
        pulse = self._pulse
        return messages.pulse(
            encoding,
            position=pulse.position,
            at=pulse.at,
            readers=pulse.readers,
            upstream=pulse.upstream,
        )

    def _snapshot(self, encoding: Encoding) -> bytes:
        if encoding is not Encoding.HTML:
            return messages.snapshot(encoding, self._fold)
        articles = {number: self.article(number) for number in self._shown()}
        return messages.snapshot(encoding, self._fold, articles, key_events(self._fold))

    def _shown(self) -> list[int]:
        """The numbers of a snapshot's stories."""
        newest = [entry.number for entry in self._fold.page().stories]
        summary = [self._fold.summary] if self._fold.summary else []
        return list(dict.fromkeys((*newest, *self._fold.pinned, *summary)))

    def _shown_counts(self) -> dict[int, int]:
        return {number: self._likes.of(number) for number in self._shown()}

    def _forget(self) -> None:
        self._entries.clear()
        self._articles.clear()
        self._histories.clear()
        self._now.clear()

    def _drop_entry(self, seq: int) -> None:
        for encoding in Encoding:
            self._entries.pop((encoding, seq), None)

    def _drop_articles_showing(self, entry: Entry) -> None:
        self._articles.pop(entry.number, None)
        if self._articles and entry.op not in _SHOWN_NOWHERE_ELSE:
            for other in articles_showing(self._fold, entry.number):
                self._articles.pop(other.number, None)
