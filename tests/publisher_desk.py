"""Desks and terminals for tests, whose outputs are texts to look at."""

import io
from pathlib import Path
from typing import Any

from publisher.desk import Answers, Desk
from publisher.redis_address import RedisAddress
from publisher.terminal import Stream, Terminal

NOW = 1_776_719_040_123  # 2026-04-20 21:04:00.123 UTC
ID = "019dacf5-81bb-7000-8000-000000000000"


def terminal(
    typed: str = "", *, styled: bool = False, asks: bool = False, width: int | None = None
) -> Terminal:
    return Terminal(
        out=Stream(io.StringIO(), styled=styled),
        err=Stream(io.StringIO(), styled=styled),
        typed=io.StringIO(typed),
        asks=asks,
        width=width,
    )


def desk(answers: Answers = Answers.PEOPLE, **more: Any) -> Desk:
    values: dict[str, Any] = {
        "feed": "news",
        "editor": "anna",
        "timeout": 10.0,
        "redis": RedisAddress("unix:///nowhere", Path()),
        "publication_id": ID,
        "id_given": False,
        "dry_run": False,
        "now_ms": NOW,
        "answers": answers,
        "terminal": terminal(),
    }
    return Desk(**{**values, **more})


def out(of: Desk | Terminal) -> str:
    return text(of.terminal.out if isinstance(of, Desk) else of.out)


def err(of: Desk | Terminal) -> str:
    return text(of.terminal.err if isinstance(of, Desk) else of.err)


def text(stream: Stream) -> str:
    assert isinstance(stream.file, io.StringIO)
    return stream.file.getvalue()
