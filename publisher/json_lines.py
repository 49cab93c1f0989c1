"""Many stories in a row: one ninjs document a line, appended in order over one connection.

Each line gets an id of its own and is answered before the next is read, so that whoever writes the
lines knows what is published. The first that fails ends it.
"""

from dataclasses import replace

from livefeed.entry import Op
from livefeed.errors import LivefeedError, OutcomeUnknown
from livefeed.redis_log.new_id import new_id
from publisher.change import Change
from publisher.desk import Answers, Desk
from publisher.failure import Failed
from publisher.open_log import OpenLog, open_log
from publisher.publishing import publish
from publisher.story_file import opened
from publisher.story_input import Draft, read_json_lines


def push_lines(desk: Desk, file: str) -> None:
    """Publish every line of the file.

    Raises:
        Failed: at the first that fails, or when interrupted; with how many went through.
    """
    desk = replace(desk, answers=Answers.JSON)
    done = 0
    with opened(file) as stream, open_log(desk) as log:
        try:
            for draft in read_json_lines(stream):
                _push(replace(desk, publication_id=new_id()), log, draft)
                done += 1
        except Failed as failed:
            raise _after(done, failed) from failed
        except LivefeedError as error:
            raise _after(done, Failed(error)) from error
        except KeyboardInterrupt as interrupt:
            raise _after(done, Failed(LivefeedError("Interrupted"))) from interrupt


def _push(desk: Desk, log: OpenLog, draft: Draft) -> None:
    try:
        publish(desk, log, Change(op=Op.PUBLISH, draft=draft))
    except LivefeedError as error:
        raise Failed(error, desk.publication_id) from error


def _after(done: int, failed: Failed) -> Failed:
    """The failure, which also says where to go on."""
    stories = "story was" if done == 1 else "stories were"
    told = f"{done} {stories} published before it; go on with story {done + 1}."
    hint = failed.error.hint
    if failed.error.code == OutcomeUnknown.code:
        # Not the whole command: with --id it would publish the earlier lines again.
        hint = f"Push this story by itself with --id {failed.publication_id}: never twice."
    failed.error.hint = "\n".join(filter(None, (hint, told)))
    return failed
