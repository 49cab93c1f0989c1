"""A picows server that accepts every reader and says nothing. `python picows_server.py PORT`."""

import asyncio
import sys

import uvloop
from picows import WSListener, WSUpgradeRequest, ws_create_server


async def serve(port: int) -> None:
    """Serve on 127.0.0.1 until the process is ended."""
    server = await ws_create_server(_listener, "127.0.0.1", port, backlog=4096)
    await server.serve_forever()


def _listener(_: WSUpgradeRequest) -> WSListener:
    return WSListener()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(int(sys.argv[1])))
