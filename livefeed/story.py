"""A story: one ninjs 3.1 document, valid once constructed."""

import msgspec


class Story(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """A story (placeholder, being written)."""

    uri: str
