"""A Lua script in this folder: run by its SHA-1, and sent whole where Redis does not know it.

Redis forgets scripts at a restart, a failover or a flush; so both ways go over one connection, at
the moment of need.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import redis
import redis.asyncio
from redis.exceptions import NoScriptError

from livefeed.redis_log.connect import run, run_async

Arguments = list[str | bytes | int]


@dataclass(frozen=True, slots=True)
class Script:
    """A script's text, and the SHA-1 that Redis knows it by."""

    text: str
    sha1: str

    def run(self, client: redis.Redis, arguments: Arguments) -> list[bytes]:
        """Its answer. `arguments` are the number of keys, the keys, and the arguments."""
        try:
            return list(run(client, "EVALSHA", self.sha1, *arguments))
        except NoScriptError:
            return list(run(client, "EVAL", self.text, *arguments))

    async def run_async(self, client: redis.asyncio.Redis, arguments: Arguments) -> list[bytes]:
        """Its answer. `arguments` are the number of keys, the keys, and the arguments."""
        try:
            return list(await run_async(client, "EVALSHA", self.sha1, *arguments))
        except NoScriptError:
            return list(await run_async(client, "EVAL", self.text, *arguments))


@cache
def script(name: str) -> Script:
    """The script `name`.lua."""
    text = files("livefeed.redis_log").joinpath(f"{name}.lua").read_text()
    return Script(text, hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest())
