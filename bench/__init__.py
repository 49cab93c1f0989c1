"""What livefeed claims about its speed, measured: one file a claim (see docs/performance.md)."""
