"""Links to other stories of the feed: `#12` in the story, its `uri` looked up in the log."""

from collections.abc import Iterable, Mapping

import msgspec

from livefeed.entry import Entry
from livefeed.errors import Problem, StoryInvalid
from livefeed.story import Association, Story


def linked(story: Story, uris: Mapping[int, str]) -> Story:
    """The story, linked to those numbers in place of the ones it was linked to."""
    others = [other for other in story.associations if other.within_feed is None]
    links = [Association(name=f"#{number}", uri=uri) for number, uri in uris.items()]
    return msgspec.structs.replace(story, associations=(*links, *others))


def uris_of(entries: Iterable[Entry]) -> dict[int, str]:
    """The uri of each story that can be linked.

    Raises:
        StoryInvalid: for those that are held or killed.
    """
    uris: dict[int, str] = {}
    problems: list[Problem] = []
    for entry in entries:
        if entry.story is None:
            state = "held" if entry.op == "hold" else "killed"
            problems.append(Problem("also-read", f"#{entry.number} is {state}; link another"))
        else:
            uris[entry.number] = entry.story.uri
    if problems:
        raise StoryInvalid(problems)
    return uris
