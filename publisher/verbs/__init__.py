"""The verbs: each takes its flags and hands on."""
