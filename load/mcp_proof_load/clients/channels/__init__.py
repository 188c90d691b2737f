"""Connections on which many calls are under way at once, each answered by its id."""
