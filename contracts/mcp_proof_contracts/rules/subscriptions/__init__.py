"""Patterns, Subscriptions: one request to listen, and the notifications that it brings."""
