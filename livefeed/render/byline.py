"""Who wrote a story, without the “By” that a page puts in front."""

from livefeed.story import Story


def byline(story: Story) -> str | None:
    """The name; None where none is told."""
    if story.by is None:
        return None
    by = story.by.strip()
    return by[3:].lstrip() if by[:3].lower() == "by " else by
