"""Judging a client: a mock that watches, provokes and keeps what was said."""
