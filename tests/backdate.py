"""Move a feed's whole log into the past: backdate.py DATA FEED SECONDS.

Redis has the only clock that dates entries, and tests do not wait for tomorrow. What is written is
what the append's script would have written then; it prints the feed's position from now on.
"""

import sys
from pathlib import Path

from msgspec.structs import replace

from livefeed.entry import Entry
from livefeed.redis_log.connect import connect
from livefeed.redis_log.data_folder import url_of
from livefeed.redis_log.keys import Keys
from livefeed.wire import channel


def moved(entry: Entry, before: str, by: int) -> Entry:
    """The entry as it would be, had it come `by` milliseconds earlier, after the tag `before`."""
    first_at = None if entry.first_at is None else entry.first_at - by
    corrections = tuple(replace(each, at=each.at - by) for each in entry.corrections)
    earlier = replace(entry, at=entry.at - by, first_at=first_at, corrections=corrections)
    tag = channel.expected_tag(before, channel.decode(channel.encode(earlier)))
    return replace(earlier, tag=tag)


def main(data: Path, feed: str, seconds: int) -> None:
    keys = Keys(feed)
    with connect(url_of(data)) as client, client.pipeline(transaction=True) as change:
        tag = client.hget(keys.facts, "root").decode()
        stories = client.hgetall(keys.stories)
        for member in client.zrange(keys.log, 0, -1):
            entry = moved(channel.decode(member).entry, tag, seconds * 1000)
            tag, anew = entry.tag, channel.encode(entry)
            change.zrem(keys.log, member).zadd(keys.log, {anew: entry.seq})
            for number in [number for number, kept in stories.items() if kept == member]:
                change.hset(keys.stories, number, anew)
            change.hset(keys.head, mapping={"seq": entry.seq, "tag": tag, "at": entry.at})
        change.execute()
    sys.stdout.write(f"{entry.seq}-{tag}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
