"""A soak: hours of a night in half an hour, and what must hold at every moment of it."""
