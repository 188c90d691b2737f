"""Servers behind a queue that break what docs/dialects/queue.md demands."""
