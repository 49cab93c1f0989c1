"""The names of a feed's keys. All share one hash tag, so that they share a slot of a cluster.

livefeed:{news}           pub/sub channel: each entry's bytes, as appended
livefeed:{news}:log       sorted set, score = seq: the newest `keep` entries' bytes
livefeed:{news}:head      hash: seq, tag, at of the newest entry
livefeed:{news}:facts     hash: the feed's facts, with `root` and `keep`
livefeed:{news}:stories   hash: number → the newest entry with the story's text, its hold or kill
livefeed:{news}:held      hash: number → the entry with the text of a held story
livefeed:{news}:texts     hash: number → `3;1:137;2:139`, its revision; seq:offset of its texts
livefeed:{news}:order     sorted set: story numbers by first publication
livefeed:{news}:pinned    sorted set: pinned story numbers, score = seq of the pin
livefeed:{news}:ids       sorted set, scores 0: `<id> <seq> <tag> <number> <rev> <digest>`
livefeed:{news}:likes     hash: number → count, and `changes`, which counts up
livefeed:{news}:liked:12  HyperLogLog of the tokens that liked #12
livefeed:feeds            set: names of the feeds
"""

from dataclasses import dataclass, field

from livefeed.feed_name import check_feed_name

FEEDS = "livefeed:feeds"


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one feed.

    Raises:
        UsageError: where no feed can have this name.
    """

    feed: str
    channel: str = field(init=False)

    def __post_init__(self) -> None:
        channel = f"livefeed:{{{check_feed_name(self.feed)}}}"
        object.__setattr__(self, "channel", channel)

    @property
    def log(self) -> str:
        """The entries."""
        return f"{self.channel}:log"

    @property
    def head(self) -> str:
        """Where the newest entry is."""
        return f"{self.channel}:head"

    @property
    def facts(self) -> str:
        """The feed's facts."""
        return f"{self.channel}:facts"

    @property
    def stories(self) -> str:
        """The fold: each story as it stands."""
        return f"{self.channel}:stories"

    @property
    def held(self) -> str:
        """Texts of held stories: for a release, and for no reader."""
        return f"{self.channel}:held"

    @property
    def texts(self) -> str:
        """Where in the log a story's texts lie."""
        return f"{self.channel}:texts"

    @property
    def order(self) -> str:
        """The stories' numbers."""
        return f"{self.channel}:order"

    @property
    def pinned(self) -> str:
        """The pinned stories' numbers."""
        return f"{self.channel}:pinned"

    @property
    def ids(self) -> str:
        """The publication ids of the last 24 hours."""
        return f"{self.channel}:ids"

    @property
    def likes(self) -> str:
        """How many like each story."""
        return f"{self.channel}:likes"

    def liked(self, number: int) -> str:
        """Who likes one story."""
        return f"{self.channel}:liked:{number}"
