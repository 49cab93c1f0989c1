"""The log of a feed whose facts are told."""

import pytest

from builders import LogBook
from documents import FACTS
from livefeed.entry import Op


@pytest.fixture
def book():
    book = LogBook()
    book.append(Op.FEED, facts=FACTS)
    return book
