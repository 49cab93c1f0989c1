"""The command `livefeed`: serve the readers, and see a feed as a service sees it."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import click

from livefeed.errors import LivefeedError, UsageError
from livefeed.settings import TABLE, Settings, read

Command = TypeVar("Command", bound=Callable[..., None])
FAILED, USAGE = 1, 2


def settings_flags(*names: str) -> Callable[[Command], Command]:
    """A decorator that gives a command the flags of these settings, as the table has them."""

    def decorate(command: Command) -> Command:
        for setting in reversed([setting for setting in TABLE if setting.name in names]):
            told = f"{setting.help} [{setting.variable}; default: {setting.default or 'none'}]"
            command = click.option(setting.flag, metavar="TEXT", help=told)(command)
        return command

    return decorate


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="livefeed")
def main() -> None:
    """A live news feed: what editors publish is on every open page at once."""


@main.command()
@settings_flags(
    *("redis", "data", "host", "port", "workers", "drain", "origins", "site", "publisher", "log")
)
@click.option(
    "--demonstration",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Publish the feed in this file first, if there is none yet.",
)
def serve(demonstration: Path | None, **flags: str | None) -> None:
    """Serve the readers, until Ctrl-C.

    Without an address of Redis, an embedded Valkey is started on the data folder.
    """
    _end_when_told()
    from livefeed.server.logs import log_to_stderr

    with _our_errors():
        settings = read(os.environ, flags)
        log_to_stderr(settings.log)
        _serve(settings, demonstration)


@main.command()
@settings_flags("redis", "data", "feed")
@click.option("--after", metavar="POSITION", help="Go on from this position.")
def tail(after: str | None, **flags: str | None) -> None:
    """Print each change of a feed as a line of JSON, as a service sees it."""
    with _our_errors():
        settings = read(os.environ, flags)
        asyncio.run(_tail(settings, after))


@main.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
    options_metavar="[OPTIONS]",
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[CLAIM]...")
def bench(arguments: tuple[str, ...]) -> None:
    """Measure this machine: what livefeed claims about its speed.

    On Linux with two cores or more, and a C compiler. `livefeed bench --help` has its options.
    """
    from livefeed.bench_folder import bench_folder

    with _our_errors():
        # A program of its own, which alone has `bench` among its imports.
        path = [str(bench_folder()), *filter(None, [os.environ.get("PYTHONPATH")])]
        program = [sys.executable, "-P", "-m", "bench", *arguments]
        os.execve(  # noqa: S606 - this Python, with arguments that no shell sees
            sys.executable, program, {**os.environ, "PYTHONPATH": os.pathsep.join(path)}
        )


@contextmanager
def _our_errors() -> Iterator[None]:
    try:
        yield
    except LivefeedError as error:
        hint = f"\n{error.hint}" if error.hint else ""
        click.echo(f"livefeed: {error}{hint}", err=True)
        sys.exit(USAGE if isinstance(error, UsageError) else FAILED)
    except KeyboardInterrupt:
        sys.exit(130)


def _end_when_told() -> None:
    """Let a signal end us in order, until the server has handlers of its own.

    The kernel keeps signals without a handler from the first process of a container.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))


def _serve(settings: Settings, demonstration: Path | None) -> None:
    # Imported here, for `--help` and `tail` need none of it.
    from livefeed.redis_log.first_feed import make_first_feed
    from livefeed.server.listener import listen

    with listen(settings.host, settings.port) as listener, _upstream(settings) as url:
        if settings.redis_url is None or demonstration is not None:
            make_first_feed(url, settings.feed, demonstration)
        _way_to_run(settings)(
            replace(settings, redis_url=url),
            listener,
            on_ready=lambda address: click.echo(_welcome(address, settings)),
        )


def _way_to_run(settings: Settings) -> Callable[..., None]:
    """One process is the server itself; of several it only keeps the others."""
    if settings.workers > 1:
        from livefeed.server.workers import run_workers

        return run_workers
    from livefeed.server.run import run

    return run


@contextmanager
def _upstream(settings: Settings) -> Iterator[str]:
    """The address of Redis, which is the embedded server's where none is given."""
    if settings.redis_url is not None:
        yield settings.redis_url
        return
    from livefeed.redis_log import embedded
    from livefeed.redis_log.supervise import kept_running

    server = embedded.start(settings.data)
    with kept_running(server):
        yield server.url


def _welcome(address: str, settings: Settings) -> str:
    publisher = os.path.relpath(Path(sys.argv[0]).with_name("publisher"))
    where = "" if settings.redis_url else f" --data {os.path.relpath(settings.data)}"
    push = f'{publisher}{where} push --headline "It works" --body "Hello from the newsroom."'
    return f"\n  The page:   {address}\n  Push to it: {push}\n  Ctrl-C ends it.\n"


async def _tail(settings: Settings, after: str | None) -> None:
    import msgspec

    from livefeed.entry import Entry
    from livefeed.redis_log.data_folder import url_of
    from livefeed.redis_log.follow import follow

    url = settings.redis_url or url_of(settings.data)
    async for event in follow(url, settings.feed, after):
        told = event if isinstance(event, Entry) else {"reset": str(event.fold.position)}
        click.echo(msgspec.json.encode(told))
