"""The editor's command: stories go from a terminal into a feed's log."""
