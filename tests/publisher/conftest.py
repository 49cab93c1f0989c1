"""Fixtures: an editor at a real log with an empty feed `news`."""

import pytest

from editor import Editor


@pytest.fixture
def editor(log_url: str, tmp_path) -> Editor:
    """An editor in a folder of their own."""
    at_work = Editor(tmp_path, LIVEFEED_REDIS_URL=log_url)
    at_work.publish("feed", "create", "news", "--title", "Live News Feed")
    return at_work


@pytest.fixture
def valkey_editor(valkey, tmp_path) -> Editor:
    """The same at one server only, for what no server can make different."""
    with valkey.client() as client:
        client.flushall()
    at_work = Editor(tmp_path, LIVEFEED_REDIS_URL=valkey.url)
    at_work.publish("feed", "create", "news", "--title", "Live News Feed")
    return at_work
