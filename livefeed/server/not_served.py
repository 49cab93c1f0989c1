"""A request that is refused, and why: in the feed's language to readers, in English to programs."""

from collections.abc import Mapping

from starlette.exceptions import HTTPException

from livefeed.render.words import Words, words_in

RETRY = {"retry-after": "5"}  # seconds: with each 503, whatever its reason


class NotServed(HTTPException):
    """An HTTP error that is told by the text of `key` in the catalogue; `name` is what it is of."""

    def __init__(
        self, status: int, key: str, *, name: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status, words_in(None).say(key, name=name), headers)
        self._key = key
        self._name = name

    def told_in(self, words: Words) -> str:
        """The reason in these words."""
        return words.say(self._key, name=self._name)
