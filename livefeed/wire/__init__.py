"""Codecs: bytes in, values out, and back. No I/O."""
