"""Append, then answer. From the first byte sent to the last byte printed, nobody is left guessing.

Whatever stops this without a refusal by the log leaves an outcome that the editor does not know;
the publication id is the way to find out, and to try again without publishing twice.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from livefeed.errors import LivefeedError, OutcomeUnknown
from publisher.failure import Failed

if TYPE_CHECKING:
    from livefeed.redis_log.append import Receipt


def send(
    publication_id: str, append: Callable[[], "Receipt"], answer: Callable[["Receipt"], None]
) -> None:
    """Append and answer.

    Raises:
        Failed: if the outcome is unknown, or known but could not be told.
        LivefeedError: if the log refuses; nothing was published.
    """
    appended = None
    try:
        appended = append()
        answer(appended)
    except BaseException as stopped:
        if isinstance(stopped, LivefeedError) and not isinstance(stopped, OutcomeUnknown):
            raise
        unknown = OutcomeUnknown(
            _what_is_known(stopped, appended),
            hint=f"Run the same command again with --id {publication_id}\n"
            "It cannot publish twice, and tells what happened.",
        )
        raise Failed(unknown, publication_id) from stopped


def _what_is_known(stopped: BaseException, appended: "Receipt | None") -> str:
    why = "interrupted" if isinstance(stopped, KeyboardInterrupt) else str(stopped)
    if appended:
        what = f"#{appended.number}" if appended.number else "The change"
        return f"{what} is in the log, but the answer could not be written: {why}"
    if isinstance(stopped, OutcomeUnknown):
        return stopped.message
    return f"Stopped while publishing ({why}); whether it was published is unknown"
