"""Renderings of one fold."""
