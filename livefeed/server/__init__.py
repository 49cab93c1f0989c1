"""The server: the only place for Starlette and uvicorn.

`uvicorn --factory livefeed.server:create_app` runs the application under any ASGI server;
`livefeed.server.run` runs it as `livefeed serve` does.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from livefeed.server.app import create_app as create_app

__all__ = ["create_app"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the module has
    # Lazy: the pure modules here are tested and read without Starlette.
    if name == "create_app":
        from livefeed.server.app import create_app  # noqa: PLC0415 - lazy, see above

        return create_app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
