"""The log in Redis or Valkey: the only place that knows redis-py and a server program."""
