"""Talking to a server: one interface over the two eras."""
